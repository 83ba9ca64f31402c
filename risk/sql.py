"""The set-based statements: many people's readings in one go, over the same facts as the pure rules.

The statements stand in `statements/`; this is their door. Each call is one statement, so that what
it reads is one moment of the database. `within` is a range of person ids, everybody where it is left
out; `people` are some of them alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

import clock
from cases.sql import with_areas
from risk import scoring
from risk.models import Model

STATEMENTS = Path(__file__).parent / "statements"
ROWS = 2000  # so many at a time come through a cursor
EVERYBODY = range(2**63)
# Enough to sort the facts of 25,000 people without a file; given back when the transaction ends.
WORK_MEMORY = "32MB"

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
    model: Model,
    as_of: date,
    *,
    people: Iterable[int] | None = None,
    within: range = EVERYBODY,
    always: bool = False,
) -> Written:
    """Read these people and keep what has changed (see write.sql). Of many at once, needs a transaction.

    `always` rewrites the rows even where nothing has moved.
    """
    also = {"always": always, "now": clock.now()}
    counts, bands, changed, history, removed, skipped = _one(
        "write.sql", _parameters(model, as_of, people, within) | also
    )
    return Written(counts, _by_lens(bands), changed, history, removed, tuple(skipped))


def count(model: Model, as_of: date, *, within: range = EVERYBODY) -> Counted:
    """Read these people and only count."""
    tail = "select people, bands from counted"
    counts, bands = _one(tail, _parameters(model, as_of, None, within))
    return Counted(counts, _by_lens(bands))


def ranges(size: int) -> list[tuple[range, int]]:
    """The ranges of so many ids in which anybody is, in order, each with how many people are known."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id / %(size)s as number, count(*) from cases_person group by number order by number",
            {"size": size},
        )
        return [
            (range(number * size, (number + 1) * size), people)
            for number, people in cursor.fetchall()
        ]


def count_by_area(model: Model, as_of: date) -> dict[int, Bands]:
    """How many people stand in each band, by area id; under 0 the whole force.

    An area without anybody has no key. Who belongs where: cases/statements/areas.sql.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement("by_area.sql", _facts(as_of)), _parameters(model, as_of))
        rows = cursor.fetchall()
    found: dict[int, list[tuple[str, str, int]]] = {}
    for area, *counted in rows:
        found.setdefault(area, []).append((*counted,))
    return {area: _by_lens(bands) for area, bands in found.items()}


def how_many(model: Model, as_of: date) -> int:
    """How many people are read on a day."""
    (number,) = _one("select count(*) from people", _parameters(model, as_of))
    return number


def workings(model: Model, as_of: date, *, salt: str) -> Iterator[Working]:
    """Everybody's reading and facts as of a day, in an order that `salt` alone decides.

    Needs a transaction: the rows come through a cursor on the server, some at a time.
    """
    with connection.chunked_cursor() as cursor:
        # Voided facts and those to come are listed too: of today as well, the facts of a past day.
        statement = _statement("workings.sql", "facts_then.sql")
        cursor.execute(statement, _parameters(model, as_of) | {"salt": salt})
        while rows := cursor.fetchmany(ROWS):
            yield from map(_working, rows)


def domain_points(model: Model, as_of: date, people: Iterable[int]) -> Iterator[DomainPoints]:
    """The risk points of these people by domain as of a day; who has no reading then is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_statement("domains.sql", _facts(as_of)), _parameters(model, as_of, people))
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


def _one(tail: str, parameters: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        if parameters["people"] is None:
            cursor.execute("select set_config('work_mem', %s, true)", [WORK_MEMORY])
        cursor.execute(_statement(tail, _facts(parameters["as_of"])), parameters)
        return cursor.fetchone()


def _facts(as_of: date) -> str:
    return "facts_today.sql" if as_of == clock.today() else "facts_then.sql"


@cache
def _statement(tail: str, facts: str) -> str:
    """The readings with what is asked of them: a file of the folder, or a line."""
    end = _read(tail) if tail.endswith(".sql") else tail
    return _read("readings.sql").replace("{facts}", _read(facts).rstrip()) + with_areas(end)


def _read(name: str) -> str:
    return (STATEMENTS / name).read_text()


def _parameters(
    model: Model,
    as_of: date,
    people: Iterable[int] | None = None,
    within: range = EVERYBODY,
) -> dict[str, Any]:
    chosen = None if people is None else sorted(people)
    if chosen:
        within = range(chosen[0], chosen[-1] + 1)
    factors = model.factors
    return {
        "as_of": as_of,
        "known_until": clock.end_of(as_of),
        "people": chosen,
        "first": within.start,
        "last": within.stop - 1,
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
