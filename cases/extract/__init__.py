"""Reads the contacts that a police records system exports, row by row, and names what is wrong.

Pure: no database, and nothing is kept between rows. Every row of the file comes out once, as a
`Row` or as a `Refusal`, so the accounts of an import are a count of what comes out. A row is
refused whole, and only for what would make a wrong record of a child: no reference, no readable
date, no name, an adult. What can be kept with a warning is kept, and the warning stands in
`Row.notes`.

Line numbers are those that a text editor shows: the first physical line of the row, the header is
line 1. A refusal never quotes what was in the row: refusals are printed and logged.
"""

from cases.extract.checks import LONGEST, OLDEST, SHORT
from cases.extract.lines import COLUMNS, Refusal
from cases.extract.rows import POLICE_ONLY, SHARE, Row, content_hash, read, tidy_name

__all__ = [
    "COLUMNS",
    "LONGEST",
    "OLDEST",
    "POLICE_ONLY",
    "SHARE",
    "SHORT",
    "Refusal",
    "Row",
    "content_hash",
    "read",
    "tidy_name",
]
