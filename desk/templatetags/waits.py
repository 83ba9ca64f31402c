"""{% load waits %}: how long something has waited or has left, and who was called about it."""

from datetime import datetime

from django import template

import clock
from cases.models import DutyCall, Flag
from referrals.queries import Clock

register = template.Library()


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


@register.filter
def waited(since: datetime) -> str:
    """'12 minutes', up to two hours; then '3 hours'; from two days on '4 days'."""
    minutes = max(int((clock.now() - since).total_seconds() // 60), 0)
    if minutes < 120:
        return _counted(minutes, "minute")
    if minutes < 48 * 60:
        return _counted(minutes // 60, "hour")
    return _counted(minutes // (24 * 60), "day")


@register.filter
def time_left(left: Clock) -> str:
    """Working time, to be read after the state: 'In time 3 hours left', 'Late by 20 minutes'."""
    if not left.late:
        return f"{_working_time(left.hours_left)} left"
    return f"by {_working_time(clock.working_hours(left.due_at, clock.now()))}"


def _working_time(hours: float) -> str:
    whole, minutes = divmod(int(hours * 60), 60)
    words = [
        f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((whole, "hour"), (minutes, "minute"))
    ]
    said = [word for n, word in zip((whole, minutes), words, strict=True) if n]
    return " ".join(said) or "less than a minute"


@register.filter
def last_call(flag: Flag) -> DutyCall | None:
    """Who was called last about a flag; its calls stand in their order."""
    return next(reversed(flag.calls.all()), None)
