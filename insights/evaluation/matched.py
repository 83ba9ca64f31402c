"""Matched comparison: children who were helped against similar children who were not."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insights.evaluation import balancing, cautions, effects, neighbours, planning, propensity
from insights.evaluation.columns import Flags, Floats, Table, constant, curved, table
from insights.evaluation.results import Balance, Caution, Lost, MatchedComparison
from insights.evaluation.sensitivity import e_value


def matched_comparison(
    frame: pd.DataFrame,
    *,
    treated: str,
    outcome: str,
    covariates: Sequence[str],
    exact: Sequence[str] = (),
    caliper: float = 0.1,
    ratio: int = 5,
    seed: int = 0,
    child: str | None = None,
) -> MatchedComparison:
    """How much the outcome of the treated differs from that of similar children who were not treated.

    `frame` has a row for each child and index date, its index naming each row once (only that settles
    the order: the same rows in any order give the same figures). `treated` is 1 or 0, `outcome` a
    number, `covariates` what was known before the index date: numbers, yes or no, or words. Rows are
    matched inside the same values of `exact`. With `child`, rows of one child in several months are
    not compared with each other and count as one child in the errors.

    The estimate is the average effect on the treated that could be matched: propensity by unpenalised
    logistic regression with squares and zero flags; up to `ratio` nearest neighbours with replacement
    within `caliper` standard deviations of the log odds (Austin 2011, Pharmaceutical Statistics 10:
    150-161, recommends 0.2; half of it leaves less bias); regression and errors inside the matched set
    as in `effects.adjusted`. Beside it entropy balancing of the same children against all comparisons
    of their groups (`balancing`). Chance, from `seed`, decides only between equally near neighbours.

    It always answers; `warnings` says what is wrong with the answer and `withheld_for` when nobody
    should be told the number. ValueError, naming the column, for a frame that cannot be read: unknown
    or missing values, no numbers, an index with doubles; and for options that make no sense.

    What it cannot do: see differences that nobody recorded. Children are often chosen for help for
    reasons that are in no column (they agreed, somebody worried), and no balance on the recorded
    ones rules that out; `e_value` says how strong such a reason would have to be. It says nothing
    about treated children without a like, who are in `lost`.
    """
    if caliper <= 0 or ratio < 1:
        raise ValueError("the caliper is above 0 and the ratio at least 1")
    rows = table(frame, treated, outcome, covariates, exact, child)
    return _compared(rows, caliper, ratio, seed)


def _compared(rows: Table, caliper: float, ratio: int, seed: int) -> MatchedComparison:
    helped = rows.treated
    counts = np.zeros(len(helped))
    found: list[Caution] = cautions.of_arms(helped)
    overlap = estimate = second = None
    if not found:
        score = propensity.score(rows.values, helped, _comparable(rows))
        known = ~np.isnan(score.logit)
        found += cautions.of_columns(rows) + cautions.of_score(rows, score)
        if known.any():
            overlap = propensity.overlap(score.logit[known], helped[known])
            counts = neighbours.weights(
                score.logit,
                helped,
                rows.group,
                rows.child,
                caliper=caliper * float(score.logit[known].std(ddof=1)),
                ratio=ratio,
                seed=seed,
            )
        estimate = _estimate(rows, counts)
        second = _estimate(rows, _balanced(rows, counts, known))
    balance = _balance(rows, counts)
    kept, used = (counts > 0) & helped, (counts > 0) & ~helped
    worth = neighbours.effective(counts[used], rows.child[used])
    if not cautions.of_arms(helped):
        found += cautions.of_matching(rows, kept, worth, balance)
        found += cautions.of_overlap(overlap) + cautions.of_outcomes(rows.outcome, counts, estimate)
        found += cautions.of_second(estimate, second)
    rate_treated = _mean(rows.outcome, counts * kept)
    return MatchedComparison(
        naive=_naive(rows),
        effect=estimate.effect if estimate else None,
        ci_low=estimate.ci_low if estimate else None,
        ci_high=estimate.ci_high if estimate else None,
        se=estimate.se if estimate else None,
        balanced_effect=second.effect if second else None,
        balanced_se=second.se if second else None,
        n_treated=int(helped.sum()),
        n_treated_kept=int(kept.sum()),
        n_comparison=int((~helped).sum()),
        n_comparison_used=int(used.sum()),
        effective_comparison=worth,
        rate_treated=rate_treated,
        rate_comparison=_mean(rows.outcome, counts * used),
        smallest_detectable=planning.detectable(estimate.se) if estimate else None,
        e_value=(
            e_value(
                estimate.effect,
                estimate.ci_low,
                estimate.ci_high,
                rate_treated,
                rows.outcome[used],
            )
            if estimate and rate_treated is not None
            else None
        ),
        overlap=overlap,
        balance=balance,
        lost=_lost(rows, kept),
        warnings=tuple(found),
    )


def _comparable(rows: Table) -> Flags:
    """(n,): rows whose combination of exact values holds both treated and comparisons."""
    helped = np.bincount(rows.group, weights=rows.treated)
    everybody = np.bincount(rows.group)
    both: Flags = ((helped > 0) & (helped < everybody))[rows.group]
    return both


def _estimate(rows: Table, counts: Floats | None) -> effects.Estimate | None:
    """The estimate over weighted rows; None without at least two treated and two comparisons, or
    where the outcome does not vary and an interval would claim to be sure of it."""
    if counts is None:
        return None
    used = counts > 0
    kept, others = used & rows.treated, used & ~rows.treated
    if min(kept.sum(), others.sum()) < 2 or np.ptp(rows.outcome[used]) == 0:
        return None
    freedom = kept.sum() + neighbours.effective(counts[others], rows.child[others]) - 2
    return effects.adjusted(
        rows.outcome, rows.treated, rows.values, counts, rows.child, float(freedom)
    )


def _balanced(rows: Table, counts: Floats, known: Flags) -> Floats | None:
    """Entropy balancing's weights (n,): treated kept 1, all comparisons of their groups the rest."""
    kept = (counts > 0) & rows.treated
    pool = known & ~rows.treated & np.isin(rows.group, rows.group[kept])
    if not kept.any():
        return None
    groups = np.unique(rows.group[kept])
    both = kept | pool
    flags = (rows.group[both][:, None] == groups).astype(np.float64)
    columns = balancing.moments(np.column_stack([curved(rows.values[both]), flags]))
    shares = balancing.balancing_weights(columns[pool[both]], columns[kept[both]])
    if shares is None:
        return None
    weights = kept.astype(np.float64)
    weights[pool] = shares * kept.sum()
    return weights


def _spread(rows: Table) -> Floats:
    """(p,): pooled standard deviation before matching, the yardstick of all differences."""
    parts = [rows.values[arm] for arm in (rows.treated, ~rows.treated) if arm.sum() > 1]
    if not parts:
        return np.zeros(len(rows.names))
    spread: Floats = np.sqrt(np.mean([part.var(axis=0, ddof=1) for part in parts], axis=0))
    return spread


def _in_spreads(difference: float, spread: float) -> float:
    return difference / spread if spread > 0 else 0.0


def _balance(rows: Table, counts: Floats) -> tuple[Balance, ...]:
    if not rows.treated.any():
        return ()
    spreads, fixed = _spread(rows), constant(rows.values)
    kept, used = counts * rows.treated, counts * ~rows.treated
    lines = []
    for place, name in enumerate(rows.names):
        column, spread = rows.values[:, place], float(spreads[place])
        if fixed[place]:
            continue
        helped = float(column[rows.treated].mean())
        others = _mean(column, (~rows.treated).astype(np.float64))
        after, against = _mean(column, kept), _mean(column, used)
        lines.append(
            Balance(
                covariate=name,
                smd_before=_in_spreads(helped - (others if others is not None else helped), spread),
                smd_after=(
                    None
                    if after is None or against is None
                    else _in_spreads(after - against, spread)
                ),
                mean_treated=helped,
                mean_comparison=others,
            )
        )
    return tuple(lines)


def _lost(rows: Table, kept: Flags) -> tuple[Lost, ...]:
    lost = rows.treated & ~kept
    if not lost.any() or not kept.any():
        return ()
    lines = []
    for place, spread in enumerate(_spread(rows)):
        stayed, left = (float(rows.values[who, place].mean()) for who in (kept, lost))
        lines.append(
            Lost(rows.names[place], stayed, left, _in_spreads(left - stayed, float(spread)))
        )
    return tuple(lines)


def _mean(values: Floats, weights: Floats) -> float | None:
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total > 0 else None


def _naive(rows: Table) -> float | None:
    if not 0 < rows.treated.sum() < len(rows.treated):
        return None
    return float(rows.outcome[rows.treated].mean() - rows.outcome[~rows.treated].mean())
