"""{% load waits %}: how long something has waited, and who was called about it."""

from datetime import datetime

from django import template

import clock
from cases.models import DutyCall, Flag

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
def last_call(flag: Flag) -> DutyCall | None:
    """Who was called last about a flag; its calls stand in their order."""
    return next(reversed(flag.calls.all()), None)
