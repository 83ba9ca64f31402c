"""A scratch database for one benchmark: made, filled with what every portal starts with, dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

from tools import databases

# Each name has this process's number: two may be measured at once.
TEMPLATE = f"bench_template_{os.getpid()}"


@contextmanager
def template() -> Iterator[None]:
    """Migrated once for all benchmarks of a run: each works on a copy, as the tests do."""
    with _made(TEMPLATE, "template1"):
        databases.fill(TEMPLATE)
        yield


@contextmanager
def database(name: str) -> Iterator[None]:
    """Both roles' connections of this process go to a copy of the template, dropped afterwards."""
    before, name = connection.settings_dict["NAME"], f"{name}_{os.getpid()}"
    with _made(name, TEMPLATE):
        databases.point_to(name)
        try:
            yield
        finally:
            databases.point_to(before)


@contextmanager
def _made(name: str, of: str) -> Iterator[None]:
    owner = databases.owner()
    with owner.cursor() as cursor:
        databases.drop(cursor, name)
        databases.create(cursor, name, of)
        try:
            yield
        finally:
            connections.close_all()
            databases.drop(cursor, name)
    owner.close()


def current() -> str:
    """The name of the database that this process works on."""
    return str(connection.settings_dict["NAME"])


def settle(*tables: str) -> None:
    """What autovacuum will have done by the time that anybody looks; of all tables where none is named."""
    owner = databases.owner(current())
    with owner.cursor() as cursor:
        cursor.execute(f"vacuum analyze {', '.join(tables)}")
    owner.close()
