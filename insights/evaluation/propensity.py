"""How likely each child was to be helped, from what was known before, and where the groups overlap."""

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm

from insights.evaluation.columns import Flags, Floats, curved, own, standardised
from insights.evaluation.results import Overlap, Spread

# A log odds beyond this (a chance under one in three million) says that the model found a kind of
# child that is always or never helped: nobody to compare with. It would also stretch the caliper.
CERTAIN = 15.0
# The smaller group's rows for each column, below which squares and zero flags only fit noise.
ROWS_PER_COLUMN = 3
STEPS = 50


@dataclass(frozen=True)
class Score:
    """The log odds of being helped (n,), NaN for rows `set_aside` (n,) because one group has no such
    child; `simple`: without squares and zero flags, for want of rows."""

    logit: Floats
    set_aside: Flags
    simple: bool


def score(values: Floats, treated: Flags, eligible: Flags) -> Score:
    """Unpenalised logistic regression of `treated` (n,) on `values` (n, p), squares and zero flags.

    Only `eligible` rows (n,) are fitted. Where the columns separate the groups, the maximum lies at
    infinity: the rows on its far side are set aside and the rest is fitted again, until all of it has
    a chance between 0 and 1.
    """
    inside = eligible.copy()
    logit = np.full(len(treated), np.nan)
    simple = False
    while 0 < treated[inside].sum() < inside.sum():
        columns, simple = _columns(values[inside], treated[inside])
        found = _log_odds(columns, treated[inside])
        sure = np.abs(found) > CERTAIN
        if not sure.any():
            logit[inside] = found
            return Score(logit, eligible & ~inside, simple)
        inside[np.flatnonzero(inside)[sure]] = False
    return Score(logit, eligible.copy(), simple)


def _columns(values: Floats, treated: Flags) -> tuple[Floats, bool]:
    plain = values[:, own(values)]
    full = curved(values)
    rows = min(treated.sum(), (~treated).sum())
    if plain.shape[1] < full.shape[1] and rows < ROWS_PER_COLUMN * full.shape[1]:
        return standardised(plain), True
    return full, False


def _log_odds(columns: Floats, treated: Flags) -> Floats:
    exog = np.column_stack([np.ones(len(treated)), columns])
    with warnings.catch_warnings():
        # Separation is looked for in what comes out; the library only warns of it.
        warnings.simplefilter("ignore")
        fit = sm.GLM(treated.astype(np.float64), exog, family=sm.families.Binomial()).fit(
            maxiter=STEPS, tol=1e-10
        )
    # Summed row by row, so that children who are alike have the very same score.
    odds: Floats = (exog * fit.params).sum(axis=1)
    return odds


def overlap(logit: Floats, treated: Flags) -> Overlap:
    """Both groups' propensity: (m,) log odds without NaN, at least one row in each group."""
    chance = 1 / (1 + np.exp(-logit))
    edges = np.linspace(0, 1, 21)
    helped, others = chance[treated], chance[~treated]
    outside = (helped > others.max()) | (helped < others.min())
    return Overlap(
        edges=tuple(float(each) for each in edges),
        treated_counts=tuple(int(each) for each in np.histogram(helped, edges)[0]),
        comparison_counts=tuple(int(each) for each in np.histogram(others, edges)[0]),
        treated=_spread(helped),
        comparison=_spread(others),
        treated_outside=float(outside.mean()),
    )


def _spread(chance: Floats) -> Spread:
    return Spread(*(float(each) for each in np.quantile(chance, (0.05, 0.25, 0.5, 0.75, 0.95))))
