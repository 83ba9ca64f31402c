"""Working days: Monday to Friday, 9:00 to 17:00, without the bank holidays of England and Wales.

The hours are a default by judgement; the bank holidays come from the `holidays` library.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays

from clock.moment import LONDON, london

OPENS, CLOSES = time(9), time(17)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Whether offices are open on that day in England and Wales."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def in_working_hours(moment: datetime) -> bool:
    """Whether offices are open at that moment: the opening included, the closing not."""
    local = london(moment)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _in_hours(moment: datetime) -> datetime:
    """The moment itself inside working hours, otherwise the next opening (London)."""
    local = london(moment)
    if is_working_day(local.date()) and local.time() < CLOSES:
        return max(local, datetime.combine(local.date(), OPENS, LONDON))
    return datetime.combine(_next_working_day(local.date()), OPENS, LONDON)


def add_working_days(moment: datetime, days: int) -> datetime:
    """The same time of day `days` working days on; what comes out of hours counts from the opening."""
    local = _in_hours(moment)
    day = local.date()
    for _ in range(days):
        day = _next_working_day(day)
    return datetime.combine(day, local.time(), LONDON).astimezone(UTC)


def end_of_next_working_day(moment: datetime) -> datetime:
    """Closing time on the working day after the day of `moment`."""
    day = _next_working_day(london(moment).date())
    return datetime.combine(day, CLOSES, LONDON).astimezone(UTC)


def working_hours(start: datetime, end: datetime) -> float:
    """Hours of working time from one moment to another; 0 where the end is not after the start."""
    total, day, last = timedelta(0), london(start).date(), london(end).date()
    while day <= last:
        if is_working_day(day):
            opens, closes = (datetime.combine(day, at, LONDON) for at in (OPENS, CLOSES))
            total += max(min(closes, london(end)) - max(opens, london(start)), timedelta(0))
        day += timedelta(days=1)
    return total / timedelta(hours=1)
