"""What the facts weigh, for whoever may see it: readings, why, what to watch for, the runs."""

from risk.queries.explaining import (
    Easing,
    Explanation,
    LensExplained,
    Moved,
    Part,
    Seen,
    explanation,
)
from risk.queries.readings import CurrentReading, LensNow, current_reading, history
from risk.queries.runs import (
    Line,
    Progress,
    bands_by_area,
    chunk,
    domain_points,
    how_many_read,
    progress,
    run,
    runs,
    workings,
)
from risk.queries.watching import WatchFor, watch_for

__all__ = [
    "CurrentReading",
    "Easing",
    "Explanation",
    "LensExplained",
    "LensNow",
    "Line",
    "Moved",
    "Part",
    "Progress",
    "Seen",
    "WatchFor",
    "bands_by_area",
    "chunk",
    "current_reading",
    "domain_points",
    "explanation",
    "history",
    "how_many_read",
    "progress",
    "run",
    "runs",
    "watch_for",
    "workings",
]
