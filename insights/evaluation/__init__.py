"""Does it help? Arithmetic over plain data frames: no framework, no table, no clock.

What is asked, of whom and over which window is decided above; here are the estimates, how sure they
are and what speaks against them. Every function answers, with warnings; withholding is the report's.
"""

from insights.evaluation.matched import matched_comparison
from insights.evaluation.planning import smallest_effect
from insights.evaluation.results import (
    Balance,
    Caution,
    EValue,
    Lost,
    MatchedComparison,
    Overlap,
    Spread,
)

__all__ = [
    "Balance",
    "Caution",
    "EValue",
    "Lost",
    "MatchedComparison",
    "Overlap",
    "Spread",
    "matched_comparison",
    "smallest_effect",
]
