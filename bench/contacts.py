"""A contact through the portal's commands against a bare insert of the rows that it wrote.

What one contact wrote is read back table by table (`rows`), and written again by plain SQL: one
statement a table, one transaction. Neither waits for a disk that the other does not wait for.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from psycopg2.extras import Json

from bench import casework, people, scratch
from bench.casework import World
from bench.lines import Line, line
from cases.models import Person

# name -> what records and completes a contact with a child; how much dearer than its rows it may be
# (by judgement: it also checks, locks, reads the child anew twice and finds who may see what).
WAYS: dict[str, tuple[Callable[[Person, World], object], float]] = {
    "contact_form_command": (
        lambda child, world: casework.contact(child, by=world.worker),
        40.0,
    ),
}
NAMES = tuple(WAYS)
DATABASE = "bench_contacts"
ROUNDS = int(os.environ.get("CONTACT_ROUNDS", "15"))

# Every table whose key is a number, with that key.
TABLES = """
select c.relname, a.attname from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
where i.indisprimary and i.indnkeyatts = 1 and c.relnamespace = 'public'::regnamespace
  and a.atttypid in ('int4'::regtype, 'int8'::regtype) order by c.relname
"""
# What must not stand twice is drawn anew, in every insert.
NEW = dict.fromkeys(("grant_ref", "source_ref", "content_hash"), "gen_random_uuid()")
OF_CONTACT = {"contact_id": "currval('cases_contact_id_seq')"}

Rows = dict[str, list[dict[str, Any]]]


def run(names: list[str]) -> Iterator[Line]:
    """A line a way: bare rows and a contact in turn, each with the next child."""
    with scratch.database(DATABASE):
        world = casework.seed()
        children = Person.objects.order_by("pk").iterator()
        for name in names:
            way, target = WAYS[name]
            for _ in range(3):
                way(next(children), world)
            inserted, changed = _written_by(partial(way, next(children), world))
            pairs = []
            for _ in range(ROUNDS):
                bare = _insert(inserted, changed)
                child = next(children)
                began = perf_counter()
                way(child, world)
                pairs.append((bare, perf_counter() - began))
            yield line(
                name,
                pairs,
                unit="ms",
                against="a bare insert of the same rows",
                target=target,
                target_by="judgement",
                inserted={table: len(rows) for table, rows in inserted.items()},
                changed={table: len(rows) for table, rows in changed.items()},
                people=people.PEOPLE,
                cases=casework.CASES,
            )


def _written_by(work: Callable[[], object]) -> tuple[Rows, Rows]:
    """The rows that a piece of work inserted, and those that it changed, as they are afterwards.

    A transaction's number stands on each row version that it wrote; the snapshot before knows the next.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (first,) = cursor.fetchone()
        cursor.execute(TABLES)
        tables = [(table, key) for table, key in cursor.fetchall()]
        before = {}
        for table, key in tables:
            cursor.execute(f"select max({key}) from {table}")
            before[table] = cursor.fetchone()[0] or 0
    work()
    inserted: Rows = {}
    changed: Rows = {}
    with connection.cursor() as cursor:
        for table, key in tables:
            cursor.execute(f"select * from {table} where xmin::text::bigint >= %s", [first])
            columns = [column.name for column in cursor.description]
            for values in cursor.fetchall():
                row = dict(zip(columns, values, strict=True))
                rows = inserted if row[key] > before[table] else changed
                rows.setdefault(table, []).append(row)
    return inserted, changed


def _insert(inserted: Rows, changed: Rows) -> float:
    """Seconds to write the same rows again: inserted under new numbers, changed in their place."""
    # The contact first: what is inserted with it is the new one's.
    statements = [
        _insertion(table, rows)
        for table, rows in sorted(inserted.items(), key=lambda each: each[0] != "cases_contact")
    ]
    statements += [_update(table, row) for table, rows in changed.items() for row in rows]
    began = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
    return perf_counter() - began


def _insertion(table: str, rows: list[dict[str, Any]]) -> tuple[str, list[Any]]:
    columns = [column for column in rows[0] if column != "id"]
    fresh = NEW if table == "cases_contact" else NEW | OF_CONTACT
    marks = ", ".join(fresh.get(column, "%s") for column in columns)
    values = [_plain(row[column]) for row in rows for column in columns if column not in fresh]
    all_rows = ", ".join([f"({marks})"] * len(rows))
    return f"insert into {table} ({', '.join(columns)}) values {all_rows}", values


def _update(table: str, row: dict[str, Any]) -> tuple[str, list[Any]]:
    key = "person_id" if table == "risk_reading" else "id"
    columns = [column for column in row if column != key]
    sets = ", ".join(f"{column} = %s" for column in columns)
    return f"update {table} set {sets} where {key} = %s", [
        *(_plain(row[column]) for column in columns),
        row[key],
    ]


def _plain(value: Any) -> Any:
    return Json(value) if isinstance(value, dict) else value
