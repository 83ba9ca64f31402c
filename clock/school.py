"""School days: working days, from 08:30.

Both are defaults by judgement. Term dates differ from school to school and are not known here, so a
day of the holidays counts as a school day: what is due by it is due too early, never too late.
"""

from datetime import UTC, datetime, time, timedelta

from clock.moment import LONDON, london
from clock.working import is_working_day

SCHOOL_STARTS = time(8, 30)


def next_school_start(moment: datetime) -> datetime:
    """The first start of a school day after a moment, in UTC."""
    day = london(moment).date()
    if london(moment).time() >= SCHOOL_STARTS:
        day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, SCHOOL_STARTS, LONDON).astimezone(UTC)
