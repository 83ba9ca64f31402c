"""Distance travelled: from the first score to the last, and whether that is more than noise.

It says what moved between two scores of one person, never what moved it: no score here is called
impact. Reliable change as such after Jacobson and Truax (1991): a change that the scale's own
unreliability would seldom bring about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BETTER, WORSE, SAME = "better", "worse", "the same"


@dataclass(frozen=True)
class Score:
    """A score of one respondent on one scale, on a day."""

    taken_on: date
    score: Decimal
    is_baseline: bool


@dataclass(frozen=True)
class Distance:
    """From the baseline to the last score. `change` in points, last minus first; None without both.

    `direction`: better, worse or the same by the scale's own direction. `is_reliable`: whether the
    change is more than noise; None where the scale does not say how much that would be.
    """

    first: Score | None
    last: Score | None
    change: Decimal | None
    direction: str
    is_reliable: bool | None


def distance(
    scores: Iterable[Score], *, higher_is_better: bool, reliable_change: Decimal | None
) -> Distance:
    """The distance over the scores of one respondent on one scale, in whatever order."""
    in_order = sorted(scores, key=lambda score: (not score.is_baseline, score.taken_on))
    first = in_order[0] if in_order and in_order[0].is_baseline else None
    later = [score for score in in_order if not score.is_baseline]
    last = later[-1] if later else None
    if first is None or last is None:
        return Distance(first, last, None, "", None)
    change = last.score - first.score
    is_reliable = None if reliable_change is None else abs(change) >= reliable_change
    return Distance(first, last, change, _direction(change, higher_is_better), is_reliable)


def _direction(change: Decimal, higher_is_better: bool) -> str:
    if change == 0:
        return SAME
    return BETTER if (change > 0) == higher_is_better else WORSE
