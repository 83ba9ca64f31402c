"""A scratch database for one benchmark: made, filled with what every portal starts with, dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

from tools import databases


@contextmanager
def database(name: str) -> Iterator[None]:
    """Both roles' connections of this process go to a new database, which is dropped afterwards.

    Its name has this process's number: two may be measured at once.
    """
    before, name = connection.settings_dict["NAME"], f"{name}_{os.getpid()}"
    owner = databases.owner()
    with owner.cursor() as cursor:
        databases.drop(cursor, name)
        databases.create(cursor, name)
    try:
        databases.fill(name)
        yield
    finally:
        connections.close_all()
        databases.point_to(before)
        with owner.cursor() as cursor:
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
