"""What is worth a second look: the rules and their thresholds, without any table.

No document gives the thresholds: each is a default by judgement. A pattern asks a question of a
person; it never says that a look was wrong.
"""

import hashlib
import heapq
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from cases.matching import name_key

# Grounds that no task opened: whoever looks on these alone chose the child.
BY_CHOICE = ("pointer", "reason", "break-glass")
BROKEN_GLASS = "break-glass"
# What a search is followed up by.
FOLLOW_UPS = ("record contact", "make referral", "complete contact")

AN_HOUR = timedelta(hours=1)
MANY_IN_AN_HOUR = 30  # more different children than these
TIMES_THE_USUAL = 3  # and more than so many times what others of the same roles reach
NO_TASK_FROM = 3  # looks by choice with nothing that explains them, in a day
ELSEWHERE_FROM = 3  # looks by choice outside the own area, in a day
DENIED_FROM = 10  # denied attempts in a day
SAMPLE_OF_A_DAY = 20

_HYPHENS = re.compile("[-\u2010-\u2013]")
_BETWEEN = re.compile("[-\u2010-\u2013\\s]+")
# What surnames of many families begin with: no family's own.
PARTICLES = frozenset(
    {
        *("abu", "al", "ap", "bin", "bint", "da", "das", "de", "del", "den", "der", "di", "do"),
        *("dos", "du", "el", "ibn", "la", "le", "mac", "mc", "san", "st", "ten", "ter", "van"),
        *("vom", "von", "zu"),
    }
)
_Look = tuple[datetime, Sequence[int]]


def surname_keys(name: str) -> set[str]:
    """What the surname of one who is called `name` may be, or a part of it: Anne de Vries-Bell has
    devriesbell, devries, vriesbell, vries and bell. No key of one word alone: a forename or a title."""
    words = name.split()
    if len(words) < 2:
        return set()
    *before, last = words[1:]
    parts = _HYPHENS.split(last)
    ends = [before[n:] for n in range(len(before) + 1)]
    whole = {_key([*end, last]) for end in ends}
    begun = {_key([*end, *parts[:n]]) for end in ends for n in range(1, len(parts))}
    return _said(whole | ((begun | _runs(parts)) - PARTICLES))


def family_keys(surname: str) -> set[str]:
    """A child's surname and each part of it: Vries-Bell has vriesbell, vries and bell. A child with
    both parents' surnames is of either family."""
    return _said({name_key(surname)} | (_runs(_BETWEEN.split(surname)) - PARTICLES))


def _runs(parts: Sequence[str]) -> set[str]:
    """Each row of neighbours, run together."""
    places = range(len(parts))
    return {_key(parts[start : end + 1]) for start in places for end in places[start:]}


def _key(parts: Iterable[str]) -> str:
    return name_key("".join(parts))


def _said(keys: set[str]) -> set[str]:
    return {key for key in keys if len(key) > 1}


def busiest_hour(looks: Iterable[_Look]) -> tuple[int, int, int]:
    """The most different children in any 60 minutes of looks: how many, and from which look to
    before which in the order of time, as a slice."""
    ordered = sorted(looks, key=lambda look: look[0])
    best, start, seen = (0, 0, 0), 0, dict[int, int]()
    for end, (at, persons) in enumerate(ordered):
        for person in set(persons):
            seen[person] = seen.get(person, 0) + 1
        while at - ordered[start][0] >= AN_HOUR:
            for person in set(ordered[start][1]):
                seen[person] -= 1
                if not seen[person]:
                    del seen[person]
            start += 1
        if len(seen) > best[0]:
            best = (len(seen), start, end + 1)
    return best


def is_many(children: int, *, others: Sequence[int]) -> bool:
    """Whether so many children in an hour are worth a question. `others`: the busiest hours of those
    with the same roles; one who is alone in their role is measured by the fixed number alone."""
    return children > MANY_IN_AN_HOUR and children > TIMES_THE_USUAL * usual(others)


def usual(others: Sequence[int]) -> float:
    """What others reach in their busiest hour; 0 where there is nobody else."""
    return median(others) if others else 0


def drawn(ids: Iterable[int], *, seed: bytes, size: int = SAMPLE_OF_A_DAY) -> list[int]:
    """A sample by chance that comes out the same again: those whose keyed digest is smallest.

    An id keeps its digest whatever else is there, and nobody without the seed can tell it.
    """
    return sorted(heapq.nsmallest(size, set(ids), key=lambda ident: _digest(ident, seed)))


def _digest(ident: int, seed: bytes) -> bytes:
    return hashlib.blake2b(str(ident).encode(), key=seed[:64]).digest()
