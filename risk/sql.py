"""The set-based statements: everybody's readings in one go, over the same facts as the pure rules.

The statements stand in `statements/`; this is their door. Each call is one statement, so that what
it reads is one moment of the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

import clock
from risk import scoring
from risk.models import Model

STATEMENTS = Path(__file__).parent / "statements"
CHUNK = 2000

Bands = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Counted:
    """How many people have a reading, and how many stand in each band: {lens: {band: people}}."""

    people: int
    bands: Bands


@dataclass(frozen=True)
class Written(Counted):
    """What a write changed: current rows, history rows, rows taken away.

    `skipped` are the people whose rows somebody else had locked or has just read anew.
    """

    changed: int
    history: int
    removed: int
    skipped: tuple[int, ...]


@dataclass(frozen=True)
class Working:
    """One person's unrounded readings as of a day, with every fact that was recorded by then."""

    person_id: int
    date_of_birth: date | None
    readings: dict[str, float]
    bands: dict[str, str]
    breadth: int
    observations: list[dict[str, Any]]


@dataclass(frozen=True)
class DomainPoints:
    """One person's risk points by domain, all three lenses together; strengths, and breadth."""

    person_id: int
    points: dict[str, float]
    strengths: float
    breadth: int


def write(
    model: Model, as_of: date, *, people: Iterable[int] | None = None, always: bool = False
) -> Written:
    """Read these people, or everybody, and keep what has changed (see write.sql).

    `always` rewrites the rows even where nothing has moved.
    """
    also = {"always": always, "now": clock.now()}
    counts, bands, changed, history, removed, skipped = _one(
        "write.sql", model, as_of, people, also
    )
    return Written(counts, _by_lens(bands), changed, history, removed, tuple(skipped))


def count(model: Model, as_of: date, *, people: Iterable[int] | None = None) -> Counted:
    """Read these people, or everybody, and only count."""
    counts, bands = _one("select people, bands from counted", model, as_of, people)
    return Counted(counts, _by_lens(bands))


def how_many(model: Model, as_of: date) -> int:
    """How many people are read on a day."""
    (number,) = _one("select count(*) from people", model, as_of, None)
    return number


def workings(model: Model, as_of: date, *, salt: str) -> Iterator[Working]:
    """Everybody's reading and facts as of a day, in an order that `salt` alone decides.

    Needs a transaction: the rows come through a cursor on the server, some at a time.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_statement("workings.sql"), _parameters(model, as_of, None) | {"salt": salt})
        while rows := cursor.fetchmany(CHUNK):
            yield from map(_working, rows)


def domain_points(model: Model, as_of: date, people: Iterable[int]) -> Iterator[DomainPoints]:
    """The risk points of these people by domain as of a day; who has no reading then is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_statement("domains.sql"), _parameters(model, as_of, people))
        for row in cursor.fetchall():
            yield DomainPoints(*row)


def _working(row: tuple[Any, ...]) -> Working:
    person_id, date_of_birth, *figures, breadth, observations = row
    return Working(
        person_id=person_id,
        date_of_birth=date_of_birth,
        readings=dict(zip(("harm_to_child", "harm_by_child", "need"), figures[:3], strict=True)),
        bands=dict(zip(("harm_to_child", "harm_by_child", "need"), figures[3:], strict=True)),
        breadth=breadth,
        observations=observations,
    )


def _one(
    tail: str,
    model: Model,
    as_of: date,
    people: Iterable[int] | None,
    also: dict[str, Any] | None = None,
) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(tail), _parameters(model, as_of, people) | (also or {}))
        return cursor.fetchone()


@cache
def _statement(tail: str) -> str:
    """The readings with what is asked of them: a file of the folder, or a line."""
    end = (STATEMENTS / tail).read_text() if tail.endswith(".sql") else tail
    return (STATEMENTS / "readings.sql").read_text() + end


def _parameters(model: Model, as_of: date, people: Iterable[int] | None) -> dict[str, Any]:
    factors = model.factors
    return {
        "as_of": as_of,
        "known_until": clock.end_of(as_of),
        "people": None if people is None else sorted(people),
        "model": model.pk,
        "severity": [factors["severity"][str(severity)] for severity in (1, 2, 3)],
        **factors["confidence"],
        **{cap: factors[cap] for cap in ("indicator_cap", "domain_cap", "strength_share")},
        **{lens: model.bands[lens] for lens in scoring.LENSES},
    }


def _by_lens(bands: Iterable[tuple[str, str, int]]) -> Bands:
    """Every lens and band, those without anybody too."""
    counted: Bands = {lens: dict.fromkeys(scoring.BANDS, 0) for lens in scoring.LENSES}
    for lens, band, people in bands:
        counted[lens][band] = people
    return counted
