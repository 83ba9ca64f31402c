"""The record of one user's day, and of one child, day by day: counted, not listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

import clock
from audit.models import Kind

USERS_DAY = """
select count(*), count(*) filter (where kind = 'denied'),
    count(*) filter (where kind = 'consultation' and ground = 'pointer'),
    (select count(distinct person) from audit_entry e, unnest(e.persons) person
        where e.user_id = %(user)s and e.at >= %(start)s and e.at < %(end)s and e.kind <> 'denied'),
    min(at), max(at)
from audit_entry where user_id = %(user)s and at >= %(start)s and at < %(end)s
"""
DAYS = """
select distinct (at at time zone 'Europe/London')::date as day from audit_entry
where persons @> array[%(person)s]::bigint[] and kind <> all(%(without)s) and at < %(before)s
order by day desc limit %(most)s
"""
SEEN = """
select (at at time zone 'Europe/London')::date as day, agency, user_id, username, kind, verb,
    count(*), max(at), array_agg(distinct ground), array_agg(distinct reason),
    (select array_agg(distinct section) from audit_entry s, unnest(s.sections) section
        where s.id = any(array_agg(e.id)))
from audit_entry e
where persons @> array[%(person)s]::bigint[] and kind <> all(%(without)s)
    and at >= %(since)s and at < %(before)s
group by day, agency, user_id, username, kind, verb
order by day desc, agency, max(at) desc, verb
"""
OF_CHILD = """
select agency, count(*), count(distinct user_id), min(at), max(at), array_agg(distinct ground)
from audit_entry where persons @> array[%s]::bigint[] and kind <> 'denied'
group by agency order by count(*) desc, agency
"""


@dataclass(frozen=True)
class UsersDay:
    """What one user did on one London day. `children`: how many different ones they were shown."""

    entries: int
    denied: int
    searches: int
    children: int
    first: datetime | None
    last: datetime | None


def users_day(user_id: int, day: date, *, viewer: object) -> UsersDay:
    """The caller checks who may ask."""
    asked: dict[str, Any] = {
        "user": user_id,
        "start": clock.start_of(day),
        "end": clock.end_of(day),
    }
    with connection.cursor() as cursor:
        cursor.execute(USERS_DAY, asked)
        return UsersDay(*cursor.fetchone())


@dataclass(frozen=True)
class AgencysUse:
    """What one agency has done with one child's record, refused attempts left out."""

    agency: str
    entries: int
    people: int
    first: datetime
    last: datetime
    grounds: list[str]


def of_child(person: int, *, viewer: object) -> list[AgencysUse]:
    """Who has used a child's record: an agency a line, the one that used it most first."""
    with connection.cursor() as cursor:
        cursor.execute(OF_CHILD, [person])
        return [
            AgencysUse(agency, entries, people, first, last, _single(grounds))
            for agency, entries, people, first, last, grounds in cursor.fetchall()
        ]


@dataclass(frozen=True)
class Seen:
    """What one person did with one child's record on one day, one kind of thing, and how often."""

    day: date
    agency: str
    user_id: int | None
    username: str
    kind: str
    verb: str
    times: int
    last: datetime
    grounds: list[str]
    reasons: list[str]
    sections: list[str]


@dataclass(frozen=True)
class SeenDays:
    """Some days on which a child's record was used, latest first; `more`: there are earlier ones."""

    rows: list[Seen]
    more: bool

    @property
    def earliest(self) -> date | None:
        return self.rows[-1].day if self.rows else None


def seen(
    person: int, *, viewer: object, before: date | None = None, days: int = 10, refused: bool
) -> SeenDays:
    """Who used a child's record: `days` London days with any use, those before `before`.

    `refused`: with the attempts that were refused. The caller checks who may ask.
    """
    asked: dict[str, Any] = {
        "person": person,
        "without": [] if refused else [Kind.DENIED.value],
        "before": clock.start_of(before) if before else clock.end_of(clock.today()),
        "most": days + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(DAYS, asked)
        found = [day for (day,) in cursor.fetchall()]
        if not found:
            return SeenDays([], more=False)
        cursor.execute(SEEN, asked | {"since": clock.start_of(found[:days][-1])})
        return SeenDays([_seen(row) for row in cursor.fetchall()], more=len(found) > days)


def _seen(row: tuple[Any, ...]) -> Seen:
    *said, grounds, reasons, sections = row
    worded = [each for each in reasons if each]
    return Seen(*(*said, _single(grounds), worded, list(sections or [])))


def _single(grounds: Sequence[str]) -> list[str]:
    return sorted({part for said in grounds for part in said.split(", ") if part})
