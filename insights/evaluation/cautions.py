"""What speaks against a comparison, in a code and in words.

The limits are the contract's: a report withholds the number for some of them (`results.WITHHOLDS`).
"""

import numpy as np

from insights.evaluation import results
from insights.evaluation.columns import Flags, Floats, Table, constant, own
from insights.evaluation.effects import Estimate
from insights.evaluation.propensity import Score
from insights.evaluation.results import Balance, Caution, Overlap

LARGEST_DIFFERENCE = 0.1
LARGEST_LOSS = 0.05
FEWEST_TREATED = 60
LEAST_WORTH = 0.5
FEWEST_OUTCOMES = 10
# Standard errors between both estimates: they rest on the same children, so chance alone seldom
# moves them this far apart (1 to 4 times in 100, found by simulation at a ratio of 5).
APART = 1.0


def of_arms(treated: Flags) -> list[Caution]:
    """Whether both groups are there: without one nothing can be compared."""
    if not treated.any():
        return [Caution(results.NO_TREATED, "Nobody in the data was helped.")]
    if treated.all():
        return [Caution(results.NO_COMPARISON, "The data hold nobody to compare with.")]
    return []


def of_columns(rows: Table) -> list[Caution]:
    """What was left out since it says nothing, or nothing of its own."""
    fixed = constant(rows.values)
    own_part = set(own(rows.values))
    found = [
        Caution(results.CONSTANT, f"'{name}' is the same for everybody, so it was left out.")
        for name, same in zip(rows.names, fixed, strict=True)
        if same
    ]
    # The last of a column's words always follows from the others: nothing to warn of.
    found += [
        Caution(results.COLLINEAR, f"'{name}' follows from other columns, so it was left out.")
        for place, name in enumerate(rows.names)
        if place not in own_part and not fixed[place] and name not in rows.spread
    ]
    return found


def of_score(rows: Table, score: Score) -> list[Caution]:
    found = []
    helped, others = (int((score.set_aside & arm).sum()) for arm in (rows.treated, ~rows.treated))
    if helped or others:
        names = _separating(rows, ~np.isnan(score.logit), score.set_aside)
        words = (
            f"{helped} helped and {others} other children were set aside: hardly any child of their "
            f"kind is in the other group{' (' + ', '.join(names) + ')' if names else ''}."
        )
        found.append(Caution(results.SEPARATED, words))
    if score.simple:
        words = "With so few children, likeness was judged without curves in the covariates."
        found.append(Caution(results.SIMPLE_SCORE, words))
    return found


def _separating(rows: Table, known: Flags, aside: Flags) -> list[str]:
    """The covariates that part the groups by themselves: they no longer vary among who is left, or
    the highest of one group lies below the lowest of the other."""
    varied = ~constant(rows.values[known | aside])
    if known.any():
        parted = varied & constant(rows.values[known])
    else:
        helped, others = (rows.values[aside & arm] for arm in (rows.treated, ~rows.treated))
        parted = (helped.min(axis=0) > others.max(axis=0)) | (
            helped.max(axis=0) < others.min(axis=0)
        )
    return [name for name, one in zip(rows.names, parted, strict=True) if one]


def of_overlap(overlap: Overlap | None) -> list[Caution]:
    """Where too many of the helped were like none of the others."""
    if overlap is None or overlap.treated_outside <= LARGEST_LOSS:
        return []
    share = _percent(overlap.treated_outside)
    words = (
        f"{share} of the helped were likelier, or less likely, to be helped than any other child."
    )
    return [Caution(results.LITTLE_OVERLAP, words)]


def of_matching(
    rows: Table, kept: Flags, worth: float, balance: tuple[Balance, ...]
) -> list[Caution]:
    everybody, stayed = (len(np.unique(rows.child[who])) for who in (rows.treated, kept))
    lost = int(rows.treated.sum() - kept.sum())
    found = []
    if not stayed:
        found.append(Caution(results.NO_MATCH, "No helped child has anybody similar."))
    uneven = [
        line.covariate
        for line in balance
        if line.smd_after is not None and abs(line.smd_after) > LARGEST_DIFFERENCE
    ]
    if uneven:
        words = f"Both groups still differ by more than 0.1 standard deviations in: {', '.join(uneven)}."
        found.append(Caution(results.UNBALANCED, words))
    if lost > LARGEST_LOSS * rows.treated.sum():
        words = (
            f"Nobody similar was found for {lost} of {everybody} helped children; the "
            "result does not speak for them."
        )
        found.append(Caution(results.TREATED_LOST, words))
    if worth < LEAST_WORTH * stayed:
        words = (
            f"The same few children were compared again and again: they are worth {worth:.0f} for "
            f"{stayed} helped."
        )
        found.append(Caution(results.FEW_COMPARISONS, words))
    if stayed < FEWEST_TREATED:
        words = f"{stayed} helped children could be compared; under {FEWEST_TREATED} chance rules."
        found.append(Caution(results.FEW_TREATED, words))
    return found


def of_outcomes(outcome: Floats, counts: Floats, estimate: Estimate | None) -> list[Caution]:
    """An outcome that hardly anybody has makes the interval too sure of itself."""
    used = outcome[counts > 0]
    if not len(used):
        return []
    if estimate is None:
        words = "Everybody compared has the same outcome, or too few were compared for an interval."
        return [Caution(results.NO_INTERVAL, words)]
    _, sizes = np.unique(used, return_counts=True)
    rare = int(len(used) - sizes.max())
    if rare < FEWEST_OUTCOMES:
        words = f"The outcome differs from that of most in {rare} children only."
        return [Caution(results.FEW_OUTCOMES, words)]
    return []


def of_second(estimate: Estimate | None, second: Estimate | None) -> list[Caution]:
    """Whether a second way to estimate comes to the same. `second` None: it could not be worked out."""
    if estimate is None:
        return []
    if second is None:
        words = "The second estimate could not be worked out: no weights make both groups alike."
        return [Caution(results.NOT_BALANCED, words)]
    gap = abs(estimate.effect - second.effect)
    if gap > APART * max(estimate.se, second.se):
        words = (
            "The second estimate (entropy balancing) differs by more than a standard error: the answer "
            "hangs on the method."
        )
        return [Caution(results.ESTIMATES_DISAGREE, words)]
    return []


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
