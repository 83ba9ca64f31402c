"""The tests' databases: a template migrated once by the owner, a copy for each worker.

A copy is how a test that commits is undone: the audit table refuses TRUNCATE, so nothing is
emptied; the copy is dropped and made again, in a few tenths of a second.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connections, transaction

import clock
from tools import databases

# The first process of a run names it; its workers inherit the name.
RUN = os.environ.setdefault("PORTAL_TEST_RUN", str(os.getpid()))
TEMPLATE = f"test_{RUN}_template"
BUILD_LOCK = 20261123
# Before the day at which the tests hold the clock: what every portal starts with is older than theirs.
FOUNDED = datetime(2026, 11, 1, 9, tzinfo=UTC)


def mine(worker: str) -> str:
    """The name of a worker's own database."""
    return f"test_{RUN}_{worker}"


def build_template() -> None:
    """Migrate and fill the template, once a run: the first worker builds, the others wait."""
    connection = databases.owner()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [BUILD_LOCK])
        if not databases.exists(cursor, TEMPLATE):
            making = f"{TEMPLATE}_making"
            databases.drop(cursor, making)
            databases.create(cursor, making)
            with clock.at(FOUNDED):
                databases.fill(making)
            databases.rename(cursor, making, TEMPLATE)
    connection.close()


def copy_template(name: str) -> None:
    """A fresh copy of the template, in place of whatever stood under that name."""
    connections.close_all()
    connection = databases.owner()
    with connection.cursor() as cursor:
        databases.drop(cursor, name)
        databases.create(cursor, name, TEMPLATE)
    connection.close()


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is undone; within another, that alone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def drop_all() -> None:
    """At the end of the run nothing of it is left on the server."""
    connection = databases.owner()
    with connection.cursor() as cursor:
        cursor.execute("select datname from pg_database where datname like %s", [f"test_{RUN}_%"])
        for (name,) in cursor.fetchall():
            databases.drop(cursor, name)
    connection.close()
