"""Who is compared with whom."""

import numpy as np

from insights.evaluation.columns import Flags, Floats, Whole


def weights(
    logit: Floats,
    treated: Flags,
    group: Whole,
    child: Whole,
    *,
    caliper: float,
    ratio: int,
    seed: int,
) -> Floats:
    """What each row counts for after matching (n,): treated kept 1, treated lost 0; each of the
    k <= `ratio` nearest comparisons of a treated child gets 1/k, summed when it is used again.

    `logit` (n,) is NaN for who takes no part. A match stands in the same `group`, is another `child`
    and lies within `caliper` (in log odds, inclusive). The k are different children, each by the nearest
    of its rows: one child in three months is not three neighbours. Of comparisons equally near, chance
    from `seed` takes one, not their place in the table.
    """
    counts = np.zeros(len(logit))
    turn = np.random.default_rng(seed).permutation(len(logit))
    known = ~np.isnan(logit)
    for each in np.unique(group[known & treated]):
        pool = np.flatnonzero(known & ~treated & (group == each))
        pool = pool[np.lexsort((turn[pool], logit[pool]))]
        places = logit[pool]
        for row in np.flatnonzero(known & treated & (group == each)):
            start = np.searchsorted(places, logit[row] - caliper, side="left")
            end = np.searchsorted(places, logit[row] + caliper, side="right")
            near = pool[start:end]
            near = near[child[near] != child[row]]
            if len(near):
                distance = np.abs(logit[near] - logit[row])
                in_turn = near[np.lexsort((turn[near], distance))]
                _, firsts = np.unique(child[in_turn], return_index=True)
                nearest = in_turn[np.sort(firsts)[:ratio]]
                counts[row] = 1.0
                counts[nearest] += 1 / len(nearest)
    return counts


def effective(counts: Floats, child: Whole) -> float:
    """What weighted rows are worth (Kish 1965), a child's rows taken together: in children, 0 if none."""
    each = np.bincount(child, weights=counts) if len(counts) else np.zeros(1)
    squares = float((each**2).sum())
    return float(each.sum()) ** 2 / squares if squares else 0.0
