"""{% load rota %}: lines of the duty rota in words."""

from datetime import timedelta

from django import template

from accounts.forms import WEEKDAYS
from accounts.models import DutyPost
from cases.models.flags import CLIMB

register = template.Library()


@register.filter
def step_in_words(step: int) -> str:
    """'Called first'; 'Called after 15 minutes', where nobody has answered by then."""
    return f"Called after {_lasting(CLIMB[step])}" if CLIMB[step] else "Called first"


def _lasting(wait: timedelta) -> str:
    minutes = int(wait.total_seconds() // 60)
    number, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"


@register.filter
def hours(post: DutyPost) -> str:
    """'07:00 to 19:00'; 'all day' where it lasts a day from midnight."""
    if post.from_hour == post.until_hour == 0:
        return "all day"
    over = " the next day" if post.until_hour <= post.from_hour else ""
    return f"{post.from_hour:02}:00 to {post.until_hour:02}:00{over}"


@register.filter
def days(post: DutyPost) -> str:
    """'every day', or the days on which it begins."""
    return ", ".join(WEEKDAYS[day] for day in post.weekdays) or "every day"
