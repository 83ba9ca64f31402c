"""What moved between two readings."""

from collections import defaultdict
from dataclasses import dataclass
from math import fsum

from risk.scoring.readings import LensReading, Reading
from risk.scoring.terms import LENSES

# Readings are shown to one decimal: a smaller move is not shown as one.
SMALLEST_MOVE = 0.05


@dataclass(frozen=True)
class Movement:
    """How one lens moved between two readings, and which indicators moved it.

    Before a first reading there is nothing to compare with: `then`, `change` are None, `direction`
    is 'new'. Otherwise `moved` adds up to `change`; a strength that grew is a negative part.
    """

    lens: str
    then: float | None
    now: float
    band_then: str | None
    band_now: str
    change: float | None
    direction: str
    moved: tuple[tuple[str, float], ...]


def trend(now: Reading, then: Reading | None) -> tuple[Movement, ...]:
    """What moved since an earlier reading, lens by lens, the largest part first."""
    return tuple(
        _movement(now.lenses[lens], then.lenses[lens] if then else None) for lens in LENSES
    )


def _movement(now: LensReading, then: LensReading | None) -> Movement:
    parts: dict[str, list[float]] = defaultdict(list)
    for lens, sign in ((now, 1), (then, -1)):
        for contribution in lens.contributions if lens else ():
            parts[contribution.indicator].append(sign * contribution.points)
        for contribution in lens.lowered_by if lens else ():
            parts[contribution.indicator].append(-sign * contribution.points)
    moved = [(code, fsum(changes)) for code, changes in parts.items()]
    moved = sorted((m for m in moved if m[1]), key=lambda m: (-abs(m[1]), m[0]))
    if then is None:
        return Movement(now.lens, None, now.reading, None, now.band, None, "new", tuple(moved))
    change = now.reading - then.reading
    direction = "level" if abs(change) < SMALLEST_MOVE else "up" if change > 0 else "down"
    return Movement(
        now.lens, then.reading, now.reading, then.band, now.band, change, direction, tuple(moved)
    )
