"""Let families live through two years in the order of time, each step at the moment it happens.

A life is a generator: it yields the moment at which it goes on, and what follows runs with the
clock held there. What would come after now has not happened yet: there a life stands still, and so
the present has cases that are open, actions that are late and referrals that wait.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush

import clock

Life = Iterator[datetime]


def live(lives: Iterable[Life]) -> None:
    """Run all lives until now. A step never runs before one that was due earlier."""
    now = clock.now()
    waiting = [(next(life), number, life) for number, life in enumerate(lives)]
    heapify(waiting)
    while waiting and waiting[0][0] <= now:
        moment, number, life = heappop(waiting)
        with clock.at(moment):
            following = next(life, None)
        if following is not None:
            heappush(waiting, (max(following, moment), number, life))


def working(day: date, hour: int, minute: int = 0) -> datetime:
    """That time on a day, or on the next working day where it is none."""
    while not clock.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour, minute), clock.LONDON)


def later(days: int, hour: int, minute: int = 0) -> datetime:
    """That time so many days on from the clock's today, or the next working day after."""
    return working(clock.today() + timedelta(days=days), hour, minute)
