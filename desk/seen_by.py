"""Who has seen a child's record, in words: by day, agency and person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import accounts.queries
from accounts.models import User
from audit.queries import Seen
from desk import entries
from govuk.dates import date_in_words
from partners.models import in_words


@dataclass(frozen=True)
class Line:
    """What one person did with the record on one day, one kind of thing."""

    seen: Seen
    name: str

    @property
    def what(self) -> str:
        """Such as 'Opened the record, 3 times'."""
        times = f", {self.seen.times} times" if self.seen.times > 1 else ""
        return f"{entries.what(self.seen.kind, self.seen.verb)}{times}"

    @property
    def sections(self) -> str:
        return ", ".join(in_words(self.seen.sections))

    @property
    def ground(self) -> str:
        return ", ".join(self.seen.grounds).capitalize()


@dataclass(frozen=True)
class AgencysDay:
    """The lines of one agency's people on one day; '' where nobody was signed in."""

    agency: str
    day: date
    lines: list[Line]

    @property
    def caption(self) -> str:
        return f"{self.agency or 'Nobody signed in'}, {date_in_words(self.day)}"


@dataclass(frozen=True)
class Day:
    day: date
    agencies: list[AgencysDay]


def by_day(found: Iterable[Seen], *, viewer: User) -> list[Day]:
    """`found` by day, then agency, as the query orders it; within an agency by person."""
    rows = list(found)
    names = accounts.queries.names((row.user_id for row in rows if row.user_id), viewer=viewer)
    return [
        Day(day, [_agency(agency, each, names) for agency, each in groupby(of_day, _agency_of)])
        for day, of_day in groupby(rows, lambda row: row.day)
    ]


def _agency_of(row: Seen) -> str:
    return row.agency


def _agency(agency: str, rows: Iterable[Seen], names: dict[int, str]) -> AgencysDay:
    lines = [Line(row, names.get(row.user_id or 0, "")) for row in rows]
    return AgencysDay(
        agency, lines[0].seen.day, sorted(lines, key=lambda line: (line.name, line.seen.username))
    )


def day_of(typed: str) -> date | None:
    """The day of an address; None for whatever is none."""
    try:
        return date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None
