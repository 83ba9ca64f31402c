"""What would lower a reading."""

from dataclasses import dataclass
from datetime import date, timedelta

from risk.scoring.contributions import Contribution
from risk.scoring.gaps import STALE_STRENGTH
from risk.scoring.model import IndicatorRule, Model
from risk.scoring.readings import Reading
from risk.scoring.terms import LOWERED_BY_STRENGTHS


@dataclass(frozen=True)
class Easing:
    """One thing that would lower a reading.

    how 'fades': with nothing new seen, it may count for less from `on` and is gone by `gone_on`;
    'ends': it counts until somebody records that it has ended; `on` is when it is due for review,
    None when nothing sets a review; 'confirm': a strength that counts again once confirmed.
    """

    lens: str
    indicator: str
    how: str
    on: date | None = None
    gone_on: date | None = None


def what_would_lower(reading: Reading, model: Model) -> tuple[Easing, ...]:
    """What would lower each reading, without anything new being observed."""
    stale = [g.indicator for g in reading.missing if g.indicator and g.what == STALE_STRENGTH]
    easings = []
    for lens in reading.lenses.values():
        for contribution in lens.contributions:
            rule = model.indicators[contribution.indicator]
            easings.append(_easing(lens.lens, rule, contribution, reading.as_of))
        # Where strengths already take off all that they may, one more would change nothing.
        room = lens.risk * model.strength_share > reading.strengths
        if lens.lens in LOWERED_BY_STRENGTHS and room:
            easings += [Easing(lens.lens, code, "confirm") for code in stale]
    return tuple(easings)


def _easing(lens: str, rule: IndicatorRule, contribution: Contribution, day: date) -> Easing:
    seen = [s.observed for s in contribution.observations]
    if rule.enduring:
        if rule.review_days is None:
            return Easing(lens, rule.code, "ends")
        checked = min(o.confirmed_on or o.observed_on for o in seen)
        return Easing(lens, rule.code, "ends", checked + timedelta(days=rule.review_days))
    full_days, _, expires_days = rule.fading
    fades = min(o.observed_on for o in seen) + timedelta(days=full_days + 1)
    gone = max(o.observed_on for o in seen) + timedelta(days=expires_days + 1)
    return Easing(lens, rule.code, "fades", max(fades, day + timedelta(days=1)), gone)
