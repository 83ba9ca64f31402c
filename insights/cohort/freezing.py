"""The rows of a report, frozen: pseudonyms, covariates and one outcome, so that it can be made again."""

import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import risk.queries
from accounts.models import User
from insights.cohort.reading import UNLOOKED, flow, known, outcomes, pseudonym
from insights.models import COVARIATES, Evaluation

DOMAINS = ("individual", "family", "school", "peer", "community", "exploitation")
# Areas by name; smaller ones stand together: a column for each would be of nobody.
MOST_AREAS = 12
OTHER_AREA = "other"
COLUMNS = ("row", "child", "helped", "quarter", *COVARIATES, "outcome", "unlooked")

Row = dict[str, Any]


@dataclass(frozen=True)
class Frozen:
    """`rows` hold a value for each of COLUMNS, in the order of their names: of pseudonyms, never ids.

    `flow` is reading.Flow in plain values. `unlooked` of a row is the outcome without what comes of
    somebody looking, None where the outcome has no such count.
    """

    rows: tuple[tuple[Any, ...], ...]
    flow: dict[str, int]


def freeze(evaluation: Evaluation, as_of: date, *, viewer: User) -> tuple[Frozen, list[int], int]:
    """The rows as of a day; the ids of the helped children, and how many children were read in all.

    Must be called in a transaction with the audit entry of the reading. The day must be over: on a
    day that goes on, two statements would read two states.
    """
    found = known(evaluation, as_of)
    came = outcomes(evaluation, as_of)
    _add_points(found, viewer=viewer)
    _join_small_areas(found)
    rows = [_row(evaluation, each, came) for each in found]
    frozen = Frozen(
        rows=tuple(sorted(tuple(row[column] for column in COLUMNS) for row in rows)),
        flow=asdict(flow(evaluation, as_of)),
    )
    helped = [each["person_id"] for each in found if each["helped"]]
    return frozen, helped, len({each["person_id"] for each in found})


def pack(frozen: Frozen) -> bytes:
    """Always the same bytes for the same rows."""
    return gzip.compress(_plain(frozen), mtime=0)


def unpack(packed: bytes) -> Frozen:
    found = json.loads(gzip.decompress(packed))
    return Frozen(tuple(map(tuple, found["rows"])), found["flow"])


def digest(frozen: Frozen) -> str:
    """SHA-256 of the rows as they are kept, unpacked: 64 hexadecimal digits."""
    return hashlib.sha256(_plain(frozen)).hexdigest()


def _plain(frozen: Frozen) -> bytes:
    kept = {"columns": COLUMNS, "rows": frozen.rows, "flow": frozen.flow}
    return json.dumps(kept, separators=(",", ":"), sort_keys=True).encode()


def _add_points(found: Iterable[Row], *, viewer: User) -> None:
    """Domain points as they stood the day before each row's index date; nothing recorded is 0."""
    by_day: dict[date, list[Row]] = defaultdict(list)
    for row in found:
        by_day[row["index_on"] - timedelta(days=1)].append(row)
    for day, rows in by_day.items():
        read = risk.queries.domain_points((row["person_id"] for row in rows), day, viewer=viewer)
        for row in rows:
            each = read.get(row["person_id"])
            for domain in DOMAINS:
                row[domain] = round(each.points.get(domain, 0.0), 6) if each else 0.0
            row["breadth"] = each.breadth if each else 0


def _join_small_areas(found: Iterable[Row]) -> None:
    sizes = Counter(row["area"] for row in found if row["helped"])
    # Of equally many, the first by name: the order of rows must decide nothing.
    largest = sorted(sizes, key=lambda area: (-sizes[area], area))[:MOST_AREAS]
    for row in found:
        row["area"] = row["area"] if row["area"] in largest else OTHER_AREA


def _row(evaluation: Evaluation, row: Row, came: dict[tuple[int, date, int], Row]) -> Row:
    counts = came[row["person_id"], row["index_on"], row["helped"]]
    child = pseudonym(row["person_id"])
    unlooked = UNLOOKED.get(evaluation.outcome)
    month = row["month"]
    return row | {
        "row": f"{child}-{month:%Y-%m}",
        "child": child,
        "quarter": f"{month.year}-{(month.month + 2) // 3}",
        "outcome": counts[evaluation.outcome],
        "unlooked": counts[unlooked] if unlooked else None,
    }
