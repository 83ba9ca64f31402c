"""What each indicator adds to a reading, and of which observations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum

from risk.scoring.ages import age_band
from risk.scoring.facts import Observed, Subject
from risk.scoring.fading import decay
from risk.scoring.model import IndicatorRule, Model


@dataclass(frozen=True)
class ObservationPoints:
    """What one observation weighs on the day, before any cap."""

    observed: Observed
    age_days: int
    weight: float
    decay: float
    points: float


@dataclass(frozen=True)
class Contribution:
    """One indicator's part of a reading.

    `points` is what it adds (or, for a strength, takes away) after the domain's cap or the limit
    on strengths is shared out in proportion; `uncut` is its points before that.
    """

    indicator: str
    domain: str
    uncut: float
    points: float
    observations: tuple[ObservationPoints, ...]


def weigh(
    rule: IndicatorRule, subject: Subject, observed: Observed, model: Model, day: date
) -> ObservationPoints:
    """The observation's points; weighed by the age then, an enduring one by the age on the day."""
    band = age_band(subject, day if rule.enduring else observed.observed_on)
    weight = rule.weight(band)
    left = decay(rule, observed, day)
    factors = model.severity[observed.severity] * model.confidence[observed.confidence]
    age_days = (day - observed.observed_on).days
    return ObservationPoints(observed, age_days, weight, left, weight * factors * left)


def contribution(code: str, seen: list[ObservationPoints], model: Model) -> Contribution:
    """An indicator's observations of one lens, all with points, under the indicator's cap."""
    cap = model.indicator_cap * max(s.weight for s in seen)
    points = min(cap, fsum(s.points for s in seen))
    newest_first = tuple(sorted(seen, key=lambda s: (s.age_days, -s.points)))
    return Contribution(code, model.indicators[code].domain, points, points, newest_first)


def shared_out(parts: Iterable[Contribution], total: float) -> list[Contribution]:
    """The same parts, cut in proportion so that they add up to the total."""
    parts = list(parts)
    whole = fsum(p.uncut for p in parts)
    return [
        Contribution(p.indicator, p.domain, p.uncut, p.uncut * (total / whole), p.observations)
        for p in parts
    ]


def by_points(parts: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """The largest first; of equals by code."""
    return tuple(sorted(parts, key=lambda c: (-c.points, c.indicator)))
