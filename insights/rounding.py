"""How a published count is shown, so that no child can be worked out from it.

Counts are rounded to the nearest 5, and 1 to 4 is 'fewer than 5' (design/evaluation.md, a default by
judgement). Each count is rounded by itself, totals too: no cell gives another away by subtraction.
"""

STEP = 5
FEW = f"fewer than {STEP}"


def rounded(n: int) -> int:
    """A count of 0 or more to the nearest 5; 0 stays 0. ValueError below 0."""
    if n < 0:
        raise ValueError(f"{n} is no count")
    return (n + STEP // 2) // STEP * STEP


def published_count(n: int) -> str:
    """'0', 'fewer than 5' for 1 to 4, otherwise the rounded count as text. ValueError below 0."""
    return FEW if 0 < n < STEP else str(rounded(n))
