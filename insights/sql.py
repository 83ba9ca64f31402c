"""The set-based statements behind the figures: one statement a section, for every area at once.

The statements stand in `statements/` with cases' `areas` among them; this is their door. Every number
is exact: what is shown of it is decided in insights.queries.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

import clock
from cases.sql import with_areas

STATEMENTS = Path(__file__).parent / "statements"
# The key of the whole force among area ids.
FORCE = 0
MONTHS = 24
WEEKS = 13
# How far before the first month a step may have begun and still be given its working days.
LOOK_BACK = timedelta(days=2 * 365)

# The numbers of a section by what they count, then by key.
Section = dict[str, dict[str, float]]


@dataclass(frozen=True)
class AsOf:
    """A London day, and whether what is police only counts: without it, for the whole force alone."""

    day: date
    police: bool = True

    @property
    def moment(self) -> datetime:
        """The end of a past day; of today, now."""
        return min(clock.now(), clock.end_of(self.day))


def months(day: date) -> list[date]:
    """The first days of the 24 months that end with a day's own, in their order."""
    last = day.year * 12 + day.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]


def section(name: str, at: AsOf) -> dict[int, Section]:
    """One section's numbers by area id, under 0 the whole force: {area: {what: {key: number}}}.

    `name` is a file of statements/. What has no key is 0.
    """
    found: dict[int, Section] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(name), _parameters(at) | (_calendar(at) if name == "flow" else {})
        )
        for area, what, key, number in cursor.fetchall():
            found.setdefault(area, {}).setdefault(what, {})[key] = number
    return found


def caseload(area: int, day: date) -> list[tuple[str, str, int]]:
    """Open cases by team and lead worker of an area's children, or of the whole force's (0)."""
    with connection.cursor() as cursor:
        cursor.execute(_statement("caseload"), _parameters(AsOf(day)) | {"area": area})
        return cursor.fetchall()


@cache
def _statement(name: str) -> str:
    return with_areas((STATEMENTS / f"{name}.sql").read_text())


def _parameters(at: AsOf) -> dict[str, Any]:
    return {
        "as_of": at.day,
        "known_until": clock.end_of(at.day),
        "moment": at.moment,
        "police": at.police,
        "since": months(at.day)[0],
        "weeks_from": clock.start_of(at.day - timedelta(days=7 * WEEKS - 1)),
    }


def _calendar(at: AsOf) -> dict[str, Any]:
    first = months(at.day)[0] - LOOK_BACK
    return {"calendar_from": first, "working": _working_days(first, at.day)}


@cache
def _is_working(day: date) -> bool:
    return clock.is_working_day(day)


def _working_days(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if _is_working(day)]
