"""Tables of figures as they are shown: exact for who answers for them, rounded for everybody else.

Rounding happens here, where tables are made, so that no page ever holds a number it may not show.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile, groupby

from django.utils.formats import date_format

from insights import control_chart
from insights.control_chart import Limits
from insights.rounding import STEP, published_count, rounded

# With fewer than this under the line a share says nothing (a default by judgement).
LEAST_FOR_SHARE = 20
TOO_FEW = "too few to say"


@dataclass(frozen=True)
class Cell:
    """What is shown, and the number that a chart draws; None where none may be drawn."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """A line of a table. `note`: what a control chart says of it. `drawn`: whether a chart has it."""

    name: str
    cells: tuple[Cell, ...]
    note: str = ""
    drawn: bool = True


@dataclass(frozen=True)
class Table:
    """A table, and the kind of chart that is drawn of it: '', 'control', 'bars' or 'lines'.

    `columns` are the heads of the cells; the chart draws those from number `drawn_from` on, in
    `unit`. A control chart has one column, and `limits` where there are months enough.
    """

    key: str
    title: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    chart: str = ""
    unit: str = ""
    drawn_from: int = 0
    limits: Limits | None = None

    def stands_out(self) -> list[str]:
        """What a control chart's notes come to, a stretch of months a sentence; not the last month's."""
        noted = [row for row in self.rows[:-1] if row.note]
        said = [
            _stretch(list(rows))
            for side, rows in groupby(self.rows[:-1], key=lambda row: row.note.partition(" ")[0])
            if side
        ]
        if 2 * len(noted) > len(self.rows) - 1:
            said.append("Most months stand out: the level has moved, and the average says little")
        return said


def _stretch(rows: Sequence[Row]) -> str:
    """'April to June 2026: higher than usual' of months on one side; of one month, its own note."""
    first, last = rows[0].name, rows[-1].name
    if len(rows) == 1:
        return f"{first}: {rows[0].note.lower()}"
    (month, year), end_year = first.split(), last.split()[1]
    start = month if year == end_year else first
    usual = "higher" if rows[0].note.startswith("Above") else "lower"
    return f"{start} to {last}: {usual} than usual"


Show = Callable[[float], Cell]


def exact(n: float) -> Cell:
    return Cell(f"{int(n):,}", int(n))


def published(n: float) -> Cell:
    """Rounded; 1 to 4 has no number at all, so that no chart tells 1 from 4."""
    count = int(n)
    if 0 < count < STEP:
        return Cell(published_count(count))
    return Cell(f"{rounded(count):,}", rounded(count))


def share(part: float, whole: float, show: Show) -> Cell:
    """A whole percentage, of the counts as they are shown; 'too few to say' where that says nothing."""
    above, below = show(part).value, show(whole).value
    if above is None or below is None or below < LEAST_FOR_SHARE:
        return Cell(TOO_FEW)
    percent = round(100 * min(above / below, 1.0))
    return Cell(f"{percent}%", percent)


def days(number: float | None, timed: float) -> Cell:
    """Working days of a step, of so many children; under 5 of them it would be a child's own."""
    if number is None or timed < STEP:
        return Cell(TOO_FEW if timed else "none yet")
    whole = round(number)
    return Cell(f"{whole} day" if whole == 1 else f"{whole} days", whole)


def month_name(key: str) -> str:
    """'November 2026' of '2026-11-01'."""
    return date_format(date.fromisoformat(key), "F Y")


def by_month(
    key: str, title: str, column: str, months: Sequence[str], found: dict[str, float], show: Show
) -> Table:
    """A control chart of a count by month, from the first month that has any.

    The last month is not over: it is shown, and stands outside the limits' arithmetic.
    """
    counted = list(dropwhile(lambda month: not found.get(month), months[:-1]))
    rows = [Row(month_name(month), (show(found.get(month, 0)),)) for month in counted]
    values = [row.cells[0].value for row in rows]
    known = [value for value in values if value is not None]
    limits = control_chart.limits(known) if len(known) == len(values) else None
    if limits is not None:
        rows = [
            replace(row, note=note) for row, note in zip(rows, _notes(known, limits), strict=True)
        ]
    last = Row(
        month_name(months[-1]), (show(found.get(months[-1], 0)),), note="So far: not over yet"
    )
    return Table(key, title, "Month", (column,), (*rows, last), "control", limits=limits)


def _notes(values: Sequence[float], limits: Limits) -> Iterable[str]:
    runs = control_chart.shifted(values, limits)
    for value, in_run in zip(values, runs, strict=True):
        side = "Above" if value > limits.centre else "Below"
        if control_chart.outside(value, limits):
            yield f"{side} the usual range"
        elif in_run:
            yield f"{side} average, in a run"
        else:
            yield ""
