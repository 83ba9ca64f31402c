"""The difference that is left, and its error."""

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy.stats import t

from insights.evaluation.columns import Flags, Floats, Whole, own, standardised

# A row cannot hide more of its own residual than this: beyond it the correction divides by noise.
MOST_LEVERAGE = 0.9
ROWS_PER_COLUMN = 5


@dataclass(frozen=True)
class Estimate:
    """An effect in the outcome's unit, its standard error and 95 % interval."""

    effect: float
    se: float
    ci_low: float
    ci_high: float


def adjusted(
    outcome: Floats, treated: Flags, values: Floats, counts: Floats, child: Whole, freedom: float
) -> Estimate:
    """Weighted least squares of `outcome` (n,) on treatment and covariates (n, p), over rows that count.

    Regression inside the matched set removes what differences matching left (Ho and others 2007,
    Political Analysis 15: 199-236). Errors are a sandwich over children, with each residual enlarged by
    its leverage (the jackknife's approximation; Bell and McCaffrey 2002): a comparison that is used
    many times enters once, with all its weight, and a child's rows in several months are taken together
    (Hill and Reiter 2006, Statistics in Medicine 25: 2230-2256; Austin and Small 2014, ibid. 33:
    4306-4319). Student's t with `freedom` degrees. With fewer than five rows for each covariate only
    the first of them are adjusted for.
    """
    used = counts > 0
    # The treatment comes first: no covariate may take its place.
    columns = np.column_stack([treated[used], values[used]])
    columns = columns[:, own(columns)[: 1 + int(used.sum()) // ROWS_PER_COLUMN]]
    exog = np.column_stack([columns[:, 0], np.ones(used.sum()), standardised(columns[:, 1:])])
    fit = sm.WLS(outcome[used], exog, weights=counts[used]).fit()
    leverage = ((fit.model.wexog @ fit.normalized_cov_params) * fit.model.wexog).sum(axis=1)
    residual = fit.wresid / (1 - leverage.clip(0, MOST_LEVERAGE))
    pulls = (fit.model.wexog @ fit.normalized_cov_params[0]) * residual
    by_child = np.bincount(child[used], weights=pulls)
    effect, se = float(fit.params[0]), float(np.sqrt((by_child**2).sum()))
    reach = float(t.ppf(0.975, max(freedom, 1.0))) * se
    return Estimate(effect, se, effect - reach, effect + reach)
