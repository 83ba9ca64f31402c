"""What a matched comparison hands back: plain, frozen values that can be stored and written down."""

from dataclasses import dataclass

# Without these there is no figure at all.
NO_TREATED = "no_treated"
NO_COMPARISON = "no_comparison"
NO_MATCH = "no_match"
NO_INTERVAL = "no_interval"
# With these the figure is not to be believed.
UNBALANCED = "unbalanced"
TREATED_LOST = "treated_lost"
FEW_TREATED = "few_treated"
# With these it is to be read with care.
FEW_COMPARISONS = "few_comparisons"
FEW_OUTCOMES = "few_outcomes"
ESTIMATES_DISAGREE = "estimates_disagree"
NOT_BALANCED = "second_estimate_missing"
LITTLE_OVERLAP = "little_overlap"
SEPARATED = "separated"
SIMPLE_SCORE = "simple_score"
CONSTANT = "constant_column"
COLLINEAR = "collinear_column"

WITHHOLDS = frozenset(
    {NO_TREATED, NO_COMPARISON, NO_MATCH, NO_INTERVAL, UNBALANCED, TREATED_LOST, FEW_TREATED}
)


@dataclass(frozen=True)
class Caution:
    """One warning: a `code` for programs, a sentence for people."""

    code: str
    words: str


@dataclass(frozen=True)
class Balance:
    """How alike both groups are in one covariate, in pooled standard deviations before matching.

    `before`: all treated against all comparisons; `after`: treated kept against weighted comparisons,
    None when nobody was matched. Means are in the covariate's own unit.
    """

    covariate: str
    smd_before: float
    smd_after: float | None
    mean_treated: float
    mean_comparison: float | None


@dataclass(frozen=True)
class Lost:
    """How the treated without a match differ in one covariate from those kept, in its own unit.

    `smd` is their difference in the standard deviations that `Balance` uses.
    """

    covariate: str
    mean_kept: float
    mean_lost: float
    smd: float


@dataclass(frozen=True)
class Spread:
    """The 5th, 25th, 50th, 75th and 95th percentile of one group's propensity, between 0 and 1."""

    p5: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True)
class Overlap:
    """Who could have been helped: both groups' propensity before matching, for a drawing.

    `edges` are 21 propensities from 0 to 1; `treated_counts` and `comparison_counts` the 20 numbers of
    rows between them. `treated_outside` is the share (0 to 1) of treated above or below every comparison.
    """

    edges: tuple[float, ...]
    treated_counts: tuple[int, ...]
    comparison_counts: tuple[int, ...]
    treated: Spread
    comparison: Spread
    treated_outside: float


@dataclass(frozen=True)
class EValue:
    """How strong a difference that nobody recorded would have to be to explain the result away.

    On the scale of risk ratios, 1 or more: it would have to be tied that strongly both to getting the
    help and to the outcome, over and above the covariates. `limit` is for the interval's limit nearer
    to no effect (1 when the interval holds no effect). VanderWeele and Ding 2017 (Annals of Internal
    Medicine 167: 268-274). `way`: 'rate_ratio' for counts and yes or no, the ratio of adjusted rates
    used as a risk ratio; 'standardised_difference' else, RR = exp(0.91 d) with d the effect in
    standard deviations of the outcome among comparisons.
    """

    effect: float
    limit: float
    way: str


@dataclass(frozen=True)
class MatchedComparison:
    """The answer of `matched_comparison`; effects are per child in the unit of the outcome.

    `naive` is the raw difference of means, `effect` the adjusted difference among the treated that
    were kept, with its 95 % interval and standard error `se`; `balanced_effect` the second estimate
    for the same children, with its own error. `rate_treated` and `rate_comparison` are the mean of
    treated kept and the weighted mean of their comparisons, before adjustment.
    `n_comparison` counts the rows given, `n_comparison_used` those matched, `effective_comparison`
    what they are worth (Kish: the square of the summed weights over the sum of squared weights).
    `smallest_detectable`: the smallest effect found four times in five (80 % power, 5 % two-sided).
    What could not be worked out is None and has its warning.
    """

    naive: float | None
    effect: float | None
    ci_low: float | None
    ci_high: float | None
    se: float | None
    balanced_effect: float | None
    balanced_se: float | None
    n_treated: int
    n_treated_kept: int
    n_comparison: int
    n_comparison_used: int
    effective_comparison: float
    rate_treated: float | None
    rate_comparison: float | None
    smallest_detectable: float | None
    e_value: EValue | None
    overlap: Overlap | None
    balance: tuple[Balance, ...]
    lost: tuple[Lost, ...]
    warnings: tuple[Caution, ...]

    @property
    def withheld_for(self) -> tuple[str, ...]:
        """The codes for which a report says 'cannot tell' in place of the number; empty if none."""
        return tuple(each.code for each in self.warnings if each.code in WITHHOLDS)
