"""What a benchmark prints: one JSON object a line, in the words of design/perf.md."""

from statistics import median
from typing import Any

Line = dict[str, Any]


def line(
    name: str,
    pairs: list[tuple[float, float]],
    *,
    against: str,
    target: float,
    unit: str = "s",
    **more: object,
) -> Line:
    """One line of (peer, ours) in seconds, taken in turn: medians, and the ratio pair by pair.

    `target` is the ratio that we want; missing it is said by `ok` and stops nothing.
    """
    factor = {"s": 1, "ms": 1000}[unit]
    # Judged as it is printed: a line that says 1.25 against 1.25 does not say that it missed.
    ratio = round(median(ours / peer for peer, ours in pairs), 2)
    return {
        "name": name,
        "value": _short(median(ours for _, ours in pairs) * factor),
        "unit": unit,
        "against": against,
        "against_value": _short(median(peer for peer, _ in pairs) * factor),
        "ratio": ratio,
        "target": target,
        "ok": ratio <= target,
        "rounds": len(pairs),
        **more,
    }


def short_number(number: int) -> str:
    """100000 as 100k, 1000000 as 1m, for names."""
    for size, letter in ((1_000_000, "m"), (1000, "k")):
        if number >= size and number % size == 0:
            return f"{number // size}{letter}"
    return str(number)


def _short(value: float) -> float:
    return round(value, 3 if value < 10 else 1)
