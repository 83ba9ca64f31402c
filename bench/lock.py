"""The second lock's price: the same pages, and the same match on entry, with it and without.

Both in one run and in turn: the owner takes the lock off all tables and puts it on again.
"""

import os
from collections.abc import Callable, Iterator
from time import perf_counter

from django.db import connection
from django.test import Client, override_settings

import asking
import cases.queries
from bench import casework, pages, people, scratch
from bench.casework import World
from bench.lines import Line, line
from cases.matching.keys import Described
from tools import databases

# As the issue asks: under a quarter dearer, on the caseload, the child's page and the match on entry.
TARGET = 1.25
NAMES = ("lock_caseload", "lock_child", "lock_match")
ROUNDS = int(os.environ.get("LOCK_ROUNDS", "10"))
EACH_ROUND = 5
LOCKED = """
select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace order by 1
"""
DESCRIBED = Described("Bench", "Child", None, "U", "", "")

Work = Callable[[], object]


def run(names: list[str]) -> Iterator[Line]:
    """A line each: without the lock and with it, in turn."""
    with scratch.database("bench_lock"), override_settings(STORAGES=pages.STORAGES):
        world = casework.seed()
        tables = _locked()
        works = _works(world)
        for name in names:
            work = works[name]
            pairs = []
            for _ in range(ROUNDS + 1):
                _turn(tables, on=False)
                bare = _seconds(work)
                _turn(tables, on=True)
                pairs.append((bare, _seconds(work)))
            yield line(
                name,
                pairs[1:],
                unit="ms",
                against="the same without row-level security",
                target=TARGET,
                target_by="issue 4",
                people=people.PEOPLE,
                cases=casework.CASES,
                tables=len(tables),
            )


def _works(world: World) -> dict[str, Work]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(world.worker)

    def page(address: str) -> Work:
        def ask() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")

        return ask

    def match() -> None:
        with asking.viewer(world.worker.pk):
            cases.queries.candidates(DESCRIBED, viewer=world.worker)

    return {
        "lock_caseload": page("/cases"),
        "lock_child": page(f"/children/{world.child.pk}"),
        "lock_match": match,
    }


def _seconds(work: Work) -> float:
    """Seconds for a few of it, when warm."""
    work()
    began = perf_counter()
    for _ in range(EACH_ROUND):
        work()
    return (perf_counter() - began) / EACH_ROUND


def _locked() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(LOCKED)
        return [table for (table,) in cursor.fetchall()]


def _turn(tables: list[str], *, on: bool) -> None:
    owner = databases.owner(scratch.current())
    with owner.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"alter table {table} {'enable' if on else 'disable'} row level security"
            )
    owner.close()
