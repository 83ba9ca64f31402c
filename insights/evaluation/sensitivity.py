"""How much a difference that nobody recorded would have to weigh."""

from math import exp, sqrt

import numpy as np

from insights.evaluation.columns import Floats
from insights.evaluation.results import EValue

RATE_RATIO = "rate_ratio"
STANDARDISED = "standardised_difference"


def of_ratio(ratio: float) -> float:
    """The E-value of a risk ratio above 0: r + sqrt(r (r - 1)), with r the ratio or its inverse."""
    larger = max(ratio, 1 / ratio)
    return larger + sqrt(larger * (larger - 1))


def e_value(
    effect: float, ci_low: float, ci_high: float, rate_treated: float, outcome: Floats
) -> EValue | None:
    """The E-value of an effect and of its nearer limit (see `EValue`).

    `outcome` (m,) is that of the comparisons used: whole numbers of which some are 0 and none below
    are counts (or yes and no). For counts the limit's ratio holds the adjusted
    rate of comparisons (`rate_treated` less the effect) fixed. None when the outcome does not vary.
    """
    nearer = 0.0 if ci_low <= 0 <= ci_high else min(ci_low, ci_high, key=abs)
    base = rate_treated - effect
    counts = bool(outcome.min() == 0 and (outcome == np.floor(outcome)).all())
    if counts and base > 0 and rate_treated > 0:
        return EValue(of_ratio(rate_treated / base), of_ratio((base + nearer) / base), RATE_RATIO)
    spread = float(outcome.std(ddof=1)) if len(outcome) > 1 else 0.0
    # Beyond 100 standard deviations there is nothing left to ask, and exp would overflow.
    if spread == 0 or abs(effect) > 100 * spread:
        return None
    return EValue(
        of_ratio(exp(0.91 * effect / spread)), of_ratio(exp(0.91 * nearer / spread)), STANDARDISED
    )
