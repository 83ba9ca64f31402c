"""Entropy balancing (Hainmueller 2012, Political Analysis 20: 25-46): the second estimate's weights."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from insights.evaluation.columns import Floats, own, standardised

# Standard deviations by which a moment may miss.
MISS = 1e-6


def balancing_weights(comparison: Floats, target: Floats) -> Floats | None:
    """Weights (m,) that sum to 1 and give `comparison` (m, q) the means of `target` (t, q).

    Of all such weights those nearest to equal ones (least Kullback-Leibler distance); None when no
    positive weights can do it. Columns should be on like scales.
    """
    aims = comparison - target.mean(axis=0)
    if not aims.shape[1]:
        return np.full(len(aims), 1 / len(aims))

    def height(pull: Floats) -> float:
        return float(logsumexp(aims @ pull))

    def slope(pull: Floats) -> Floats:
        steepness: Floats = softmax(aims @ pull) @ aims
        return steepness

    def bend(pull: Floats) -> Floats:
        shares = softmax(aims @ pull)
        mean = shares @ aims
        curvature: Floats = (aims.T * shares) @ aims - np.outer(mean, mean)
        return curvature

    found = minimize(
        height,
        np.zeros(aims.shape[1]),
        jac=slope,
        hess=bend,
        method="trust-exact",
        options={"gtol": MISS / 100, "maxiter": 200},
    )
    shares: Floats = softmax(aims @ found.x)
    return shares if np.abs(shares @ aims).max(initial=0.0) <= MISS else None


def moments(values: Floats) -> Floats:
    """(n, q) standardised columns that say something of their own."""
    return standardised(values[:, own(values)])
