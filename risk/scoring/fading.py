"""How much of an observation is left on a day."""

from datetime import date

from risk.scoring.facts import Observed
from risk.scoring.model import IndicatorRule
from risk.scoring.terms import STRENGTH


def is_stale(rule: IndicatorRule, observed: Observed, day: date) -> bool:
    """Whether an enduring strength is too long unconfirmed: what lowers a reading must be fresh."""
    if not rule.enduring or rule.kind != STRENGTH or rule.review_days is None:
        return False
    return (day - (observed.confirmed_on or observed.observed_on)).days > rule.review_days


def decay(rule: IndicatorRule, observed: Observed, day: date) -> float:
    """How much of an observation is left on a day, from 1 (all) to 0 (nothing)."""
    age_days = (day - observed.observed_on).days
    if age_days < 0:
        return 0.0
    if rule.enduring:
        ended = observed.ended_on is not None and day >= observed.ended_on
        return 0.0 if ended or is_stale(rule, observed, day) else 1.0
    full_days, half_life_days, expires_days = rule.fading
    if age_days > expires_days:
        return 0.0
    if age_days <= full_days:
        return 1.0
    return 2.0 ** -((age_days - full_days) / half_life_days)
