"""From the bytes of an export to the cells of its rows, and the line on which each row begins."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

COLUMNS = (
    "contact_ref",
    "occurred_at",
    "recorded_at",
    "officer_collar",
    "contact_type",
    "area_code",
    "location",
    "crime_ref",
    "surname",
    "forenames",
    "dob",
    "sex",
    "self_defined_ethnicity",
    "address",
    "postcode",
    "narrative",
    "indicators",
    "strengths",
    "handling",
)

# The most that one row may take up before the reader gives up looking for its end, in characters.
MOST_OF_A_ROW = 16_000_000
# Python's reader has a limit of its own for a cell, one for the whole process: too low to see the
# end of a cell that is too long, and so to refuse it as one row.
csv.field_size_limit(MOST_OF_A_ROW)
# A NUL, which PostgreSQL keeps in no text, and the bytes that were no UTF-8.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Refusal:
    """One row that was not taken: its first line, the first column at fault, and what to do.

    `field` is a column of the header, or 'row', 'header', 'file' for what is wrong with those.
    `stops` says that the file as a whole cannot be read: nothing comes after it.
    """

    line: int
    field: str
    reason: str
    stops: bool = False


class _TooLong(Exception):
    """The end of the row was not found within MOST_OF_A_ROW."""


class Lines:
    """The lines of a file as text, numbered from 1, that can be taken back and given again.

    Bytes that are no UTF-8 come out as lone surrogates, so that one bad letter costs one row. A
    line longer than MOST_OF_A_ROW comes out cut off, its rest is passed over.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._again: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._fresh()
        self.number += 1
        return line

    def peek(self) -> str:
        """The line that comes next, which is still to come; '' at the end."""
        line = next(self, "")
        if line:
            self.take_back([line])
        return line

    def take_back(self, lines: Sequence[str]) -> None:
        """Give these again, in their order, before what follows in the file."""
        self._again.extend(reversed(lines))
        self.number -= len(lines)

    def _fresh(self) -> str:
        line = self._file.readline(MOST_OF_A_ROW + 1)
        if not line:
            raise StopIteration
        rest = line
        while len(rest) > MOST_OF_A_ROW and not rest.endswith(b"\n"):
            rest = self._file.readline(MOST_OF_A_ROW + 1)
        if self.number == 0:
            line = line.removeprefix(b"\xef\xbb\xbf")
        return line.decode("utf-8", "surrogateescape")


def rows(lines: Lines) -> Iterator[tuple[int, list[str]] | Refusal]:
    """The number of the first line and the cells of each row that is not empty, or what is wrong.

    A quotation mark that is never closed would swallow every row after it. So when a row cannot be
    read, only its first line is given up, and reading begins anew at the next.
    """
    while True:
        first = lines.number + 1
        taken: list[str] = []
        try:
            cells = next(csv.reader(_row_lines(lines, taken), strict=True))
        except StopIteration:
            return
        except _TooLong:
            problem = "This row has no end: it is too long to read. Shorten it and send it again."
        except csv.Error:
            problem = (
                "A quotation mark or a line break in this row stands where none may, or is not "
                "closed. Put the cell in quotes, double those inside it, and send the row again."
            )
        else:
            if cells:
                yield first, cells
            continue
        lines.take_back(taken[1:])
        yield Refusal(first, "row", problem)


def _row_lines(lines: Lines, taken: list[str]) -> Iterator[str]:
    """The lines of one row, each noted in `taken`, until the row is longer than any may be."""
    length = 0
    for line in lines:
        taken.append(line)
        length += len(line)
        if length > MOST_OF_A_ROW:
            raise _TooLong
        yield line


def columns(lines: Lines) -> list[str] | Refusal:
    """The names of the columns in the file's order, or why the file cannot be read at all."""
    if UNSTORABLE.search(lines.peek()):
        reason = "The file is not in UTF-8. Save it as 'CSV UTF-8' and send it again."
        return Refusal(1, "file", reason, stops=True)
    header = next(rows(lines), None)
    if header is None:
        return Refusal(1, "file", "The file is empty. Export it again.", stops=True)
    nameless = "The first line does not name the columns. Export the file again with its header."
    if isinstance(header, Refusal):
        return Refusal(header.line, "header", nameless, stops=True)
    line, cells = header
    names = [cell.strip().casefold() for cell in cells]
    missing = [column for column in COLUMNS if column not in names]
    twice = [column for column in COLUMNS if names.count(column) > 1]
    if len(missing) == len(COLUMNS):
        return Refusal(line, "header", nameless, stops=True)
    if missing or twice:
        said = [f"lacks {', '.join(missing)}"] * bool(missing)
        said += [f"has {', '.join(twice)} more than once"] * bool(twice)
        reason = f"The header {' and '.join(said)}. Export the file with each column once."
        return Refusal(line, "header", reason, stops=True)
    return names


def plain_lines(text: str) -> str:
    """The text with every kind of line ending as one newline."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
