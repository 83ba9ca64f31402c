"""The individuals chart (XmR): which months differ from the others by more than they differ anyway.

Shewhart's control chart for single values, as Wheeler teaches it ('Understanding Variation', 1993):
the centre line is the mean, the natural limits lie 2.66 mean moving ranges on either side of it
(3 / 1.128, the mean range of two values of a normal distribution, in standard deviations). Both from
memory, to be checked against a copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

SCALE = 2.66
# Fewer months than this say too little about how much they vary (a default by judgement).
LEAST = 12
# So many values in a row on one side of the centre are a shift (Wheeler's rule two).
RUN = 8


@dataclass(frozen=True)
class Limits:
    """Centre line and natural limits, in the unit of the values; `lower` of a count is never below 0."""

    centre: float
    lower: float
    upper: float


def limits(values: Sequence[float]) -> Limits | None:
    """Limits from values of 0 or more in their order of time; None from fewer than 12."""
    if len(values) < LEAST:
        return None
    centre = fmean(values)
    reach = SCALE * fmean(abs(after - before) for before, after in pairwise(values))
    return Limits(centre, max(0.0, centre - reach), centre + reach)


def outside(value: float, within: Limits) -> bool:
    """Whether one value lies beyond the natural limits: something other than chance, worth asking."""
    return not within.lower <= value <= within.upper


def shifted(values: Sequence[float], within: Limits) -> list[bool]:
    """For each value: whether it stands in a run of 8 or more on one side of the centre line."""
    sides = [(value > within.centre) - (value < within.centre) for value in values]
    found = [False] * len(sides)
    start = 0
    for here in range(1, len(sides) + 1):
        if here == len(sides) or sides[here] != sides[start]:
            if sides[start] and here - start >= RUN:
                found[start:here] = [True] * (here - start)
            start = here
    return found
