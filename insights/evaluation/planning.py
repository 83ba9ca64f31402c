"""What a comparison could find, before anybody is asked to take part in it."""

from math import sqrt

from scipy.stats import norm, t


def smallest_effect(
    n_treated: int,
    n_comparison: float,
    sd: float,
    *,
    explained: float = 0.0,
    power: float = 0.8,
    alpha: float = 0.05,
) -> float:
    """The smallest effect, in the outcome's unit, that a comparison would find with `power`.

    `n_comparison` is the effective number (a child used five times is not five children), `sd` the
    outcome's standard deviation (for a count about the square root of its mean, usually more),
    `explained` the share of its variance that the covariates explain (0 to below 1), `alpha`
    two-sided. Bloom 1995 (Evaluation Review 19: 547-556). ValueError when a figure makes no sense.
    """
    if n_treated < 2 or n_comparison < 2:
        raise ValueError("each group needs at least two children")
    if sd < 0 or not 0 <= explained < 1 or not 0 < alpha < 1 or not alpha < power < 1:
        raise ValueError("sd is 0 or more; explained, alpha and power are shares")
    error = sd * sqrt((1 - explained) * (1 / n_treated + 1 / n_comparison))
    freedom = n_treated + n_comparison - 2
    return float((t.ppf(1 - alpha / 2, freedom) + t.ppf(power, freedom)) * error)


def detectable(se: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """The same from a standard error that has been found, by the normal distribution."""
    return float((norm.ppf(1 - alpha / 2) + norm.ppf(power)) * se)
