"""What time it is, in London, and on working days.

Everything asks here and nowhere else, so that a test or the demo can say `with clock.at(moment):`
and the whole portal lives in that moment. Moments are aware and in UTC; days are London's.
"""

from clock.moment import (
    LONDON,
    at,
    end_of,
    held,
    london,
    london_date,
    now,
    start_of,
    today,
)
from clock.school import next_school_start
from clock.working import (
    add_working_days,
    end_of_next_working_day,
    in_working_hours,
    is_working_day,
    working_hours,
)

__all__ = [
    "LONDON",
    "add_working_days",
    "at",
    "end_of",
    "end_of_next_working_day",
    "held",
    "in_working_hours",
    "is_working_day",
    "london",
    "london_date",
    "next_school_start",
    "now",
    "start_of",
    "today",
    "working_hours",
]
