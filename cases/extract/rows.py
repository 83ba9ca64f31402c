"""From the cells of a row to a contact, or to the reason why it was not taken."""

import hashlib
import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO

from cases.extract.checks import Told, faults
from cases.extract.dates import birth_date, moment, moved
from cases.extract.lines import COLUMNS, UNSTORABLE, Lines, Refusal, columns, plain_lines, rows
from cases.words import ticked, words

SHARE, POLICE_ONLY = "share", "police only"
_HANDLING = {"share": SHARE, "police only": POLICE_ONLY, "": POLICE_ONLY}
_SEX = {"f": "F", "female": "F", "m": "M", "male": "M", "u": "U", "unknown": "U", "": "U"}
_NO_NAME = {"unknown", "not known", "n/k", "n/a", "not given", "refused", "none given"}


@dataclass(frozen=True)
class Row:
    """One contact with one child, as the export says it.

    Text is as given, trimmed; moments are aware and in UTC. `notes` are for a person to read.
    `formula_fields` are columns that a spreadsheet would run as a formula: they are text here, and
    whoever writes them to a spreadsheet escapes them then. `unknown_words` were ticked and stand in
    no table: they make no prompt, are kept, and are named in the notes.
    """

    line: int
    content_hash: str
    contact_ref: str
    occurred_at: datetime
    recorded_at: datetime | None
    collar: str
    contact_type: str
    area_code: str
    area_known: bool
    location: str
    crime_ref: str
    surname: str
    forenames: str
    date_of_birth: date | None
    sex: str
    ethnicity: str
    address: str
    postcode: str
    narrative: str
    risk_words: tuple[str, ...]
    strength_words: tuple[str, ...]
    unknown_words: tuple[str, ...]
    handling: str
    formula_fields: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Terms:
    """What holds for every row of one reading."""

    columns: list[str]
    today: date
    areas: Collection[str]
    moved_by: timedelta


def read(
    source: bytes | BinaryIO,
    *,
    today: date,
    areas: Collection[str],
    moved_by: timedelta = timedelta(0),
) -> Iterator[Row | Refusal]:
    """Every row of an export, in the file's order.

    `today` is the London date after which a contact lies in the future; `areas` the area codes that
    the portal knows. `moved_by`, whole days, moves every date, birth dates too, after the checks:
    times of day stay what London's clocks showed. Raises ValueError if it is not whole days.
    """
    if moved_by % timedelta(days=1):
        raise ValueError("dates move by whole days, so that times of day stay as they were")
    lines = Lines(io.BytesIO(source) if isinstance(source, bytes) else source)
    header = columns(lines)
    if isinstance(header, Refusal):
        yield header
        return
    terms = _Terms(header, today, areas, moved_by)
    for row in rows(lines):
        if isinstance(row, Refusal):
            yield row
        elif any(cell.strip() for cell in row[1]):
            yield _read_row(row[0], row[1], terms)


def content_hash(cells: dict[str, str]) -> str:
    """What a row says, as a hash: the same for the same text in the same columns, in any order of
    columns and with any kind of line ending; other columns of the file do not count."""
    told = hashlib.sha256()
    for column in COLUMNS:
        text = plain_lines(cells[column]).encode("utf-8", "surrogateescape")
        told.update(b"%d:" % len(text))
        told.update(text)
    return told.hexdigest()


def tidy_name(name: str) -> str:
    """A name for showing: one typed wholly in capitals or small letters gets its capitals."""
    if name.isupper() or name.islower():
        return re.sub(r"\bMc(\w)", lambda found: "Mc" + found[1].upper(), name.title())
    return name


def _read_row(line: int, cells: list[str], terms: _Terms) -> Row | Refusal:
    if len(cells) != len(terms.columns):
        reason = (
            f"The row has {len(cells)} columns and the header {len(terms.columns)}. A comma in a "
            "cell must stand in quotes: correct the row and send it again."
        )
        return Refusal(line, "row", reason)
    given = dict(zip(terms.columns, cells, strict=True))
    text = {column: _trimmed(column, given[column]) for column in COLUMNS}
    told = Told(
        text=text,
        occurred=moment(text["occurred_at"]),
        recorded=moment(text["recorded_at"]),
        born=birth_date(text["dob"]),
    )
    wrong: dict[str, str] = {}
    for column, reason in faults(told, terms.today):
        wrong.setdefault(column, reason)
    if told.occurred is None or wrong:
        first, *others = wrong
        more = f" Also wrong in this row: {', '.join(others)}." if others else ""
        return Refusal(line, first, wrong[first] + more)
    return _row(line, content_hash(given), told, told.occurred, terms)


def _row(line: int, content: str, told: Told, occurred: datetime, terms: _Terms) -> Row:
    text = told.text
    risk, unknown_risk = _known(text["indicators"], "risk")
    strengths, unknown_strengths = _known(text["strengths"], "strength")
    unknown = unknown_risk + unknown_strengths
    formulas = tuple(column for column in COLUMNS if text[column][:1] in ("=", "+", "-", "@"))
    return Row(
        line=line,
        content_hash=content,
        contact_ref=text["contact_ref"],
        occurred_at=moved(occurred, terms.moved_by),
        recorded_at=told.recorded and moved(told.recorded, terms.moved_by),
        collar=text["officer_collar"],
        contact_type=text["contact_type"],
        area_code=text["area_code"],
        area_known=text["area_code"] in terms.areas,
        location=text["location"],
        crime_ref=text["crime_ref"],
        surname=text["surname"],
        forenames=text["forenames"],
        date_of_birth=told.born and told.born + terms.moved_by,
        sex=_SEX.get(text["sex"].casefold(), "U"),
        ethnicity=_ethnicity(text["self_defined_ethnicity"]),
        address=text["address"],
        postcode=text["postcode"],
        narrative=text["narrative"],
        risk_words=risk,
        strength_words=strengths,
        unknown_words=unknown,
        handling=_HANDLING.get(text["handling"].casefold(), POLICE_ONLY),
        formula_fields=formulas,
        notes=tuple(_notes(text, unknown, formulas, terms.areas)),
    )


def _ethnicity(cell: str) -> str:
    """The self-defined code of two characters, as W1; '' for anything else."""
    return cell.upper() if re.fullmatch("[A-Za-z][A-Za-z0-9]", cell) else ""


def _known(cell: str, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words ticked in a cell: those that the table holds under this kind, and the others."""
    found = ticked(cell)
    known = tuple(word for word in found if (kind, word) in words())
    return known, tuple(word for word in found if word not in known)


def _notes(
    text: dict[str, str],
    unknown: tuple[str, ...],
    formulas: tuple[str, ...],
    areas: Collection[str],
) -> Iterator[str]:
    """What a person should know of a row that was taken, in plain words."""
    if text["area_code"] not in areas:
        yield "The area is not one that the portal knows: it was kept as given."
    if unknown:
        yield f"Ticked, in no list of words, so no prompt was made: {'; '.join(unknown)}."
    for column in formulas:
        yield f"{column} looks like a spreadsheet formula: it was kept as text."
    if text["handling"].casefold() not in _HANDLING:
        yield "The handling is neither 'share' nor 'police only': taken as police only."
    if text["sex"].casefold() not in _SEX:
        yield "The sex is none of F, M, U: taken as not known."
    if text["self_defined_ethnicity"] and not _ethnicity(text["self_defined_ethnicity"]):
        yield "The ethnicity is not a code of two characters, as W1: it was left out."
    if not text["surname"] or not text["forenames"]:
        yield "Only one name was given."
    if ":" not in text["occurred_at"]:
        yield "No time was given: the contact is kept at midnight."


def _trimmed(column: str, cell: str) -> str:
    """A cell's text without spaces around it; a placeholder in a name's place is no name."""
    if column == "narrative":
        return plain_lines(cell).strip()
    text = unicodedata.normalize("NFC", " ".join(cell.split()))
    if column in ("surname", "forenames") and (
        text.casefold() in _NO_NAME or not any(letter.isalpha() for letter in text)
    ):
        # What cannot be stored stays, so that it is refused for what it is.
        return text if UNSTORABLE.search(text) else ""
    return text
