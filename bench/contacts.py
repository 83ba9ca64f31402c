"""A contact through the portal's commands against a bare insert of the rows that it wrote.

What one contact wrote is read back table by table (`rows`), and written again by plain SQL: one
statement a table, one transaction. Neither waits for a disk that the other does not wait for.
"""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from psycopg2.extras import Json

import clock
import rest.commands
from bench import casework, people, scratch
from bench.casework import World
from bench.lines import Line, line
from cases.models import Person

# Names have letters where a number has digits.
LETTERS = str.maketrans("0123456789", "ghijklmnop")

# What takes down a contact with a child, each time another.
Way = Callable[[Person], object]


def _by_form(world: World) -> Way:
    """The form's two commands, saved and then completed, with a child who is known."""
    return partial(casework.contact, by=world.worker)


def _by_api(world: World) -> Way:
    """POST /api/v1/contacts of another system's client, with a child whom nobody knows yet."""
    client, secret = rest.commands.register_client(
        "Bench", agency=world.admin.agency, scopes=settings.API_SCOPES, by=world.admin
    )
    browser = Client(SERVER_NAME="localhost")
    granted = browser.post(
        "/api/v1/token",
        f"grant_type=client_credentials&client_id={client.client_id}&client_secret={secret}",
        content_type="application/x-www-form-urlencoded",
    )
    token = granted.json()["access_token"]

    def tell(child: Person) -> None:
        answer = browser.post(
            "/api/v1/contacts",
            _told(child.pk),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())},
        )
        if answer.status_code not in {200, 201}:
            raise RuntimeError(f"/api/v1/contacts answered {answer.status_code}")

    return tell


def _told(number: int) -> dict[str, Any]:
    # Unlike every other: a name or a birth date with a slip in it would be found.
    stranger = {
        "surname": uuid4().hex.translate(LETTERS),
        "forenames": uuid4().hex.translate(LETTERS),
        "date_of_birth": (date(2011, 1, 1) + timedelta(days=number * 37 % 2500)).isoformat(),
    }
    return {
        "source_ref": str(uuid4()),
        "occurred_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "contact_type": "Child concern",
        "narrative": "Seen alone at the bus station late at night",
        "handling": "share",
        "safe_now": "yes",
        "children": [stranger],
    }


# name -> the way, and how much dearer than its rows it may be (by judgement: it also checks, locks,
# looks for who the child may be, reads the child anew and finds who may see what).
WAYS: dict[str, tuple[Callable[[World], Way], float]] = {
    "contact_form_command": (_by_form, 15.0),
    "contact_api": (_by_api, 25.0),
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
NEW = dict.fromkeys(("grant_ref", "source_ref", "content_hash", "key"), "gen_random_uuid()")
OF_CONTACT = {"contact_id": "currval('cases_contact_id_seq')"}
# The words of the one line that has any: its contact's.
OF_EVENT = {"event_id": "currval('cases_chronologyevent_id_seq')"}

Rows = dict[str, list[dict[str, Any]]]


def run(names: list[str]) -> Iterator[Line]:
    """A line a way: bare rows and a contact in turn, each with the next child."""
    with scratch.database(DATABASE):
        world = casework.seed()
        children = Person.objects.order_by("pk").iterator()
        for name in names:
            found, target = WAYS[name]
            way = found(world)
            for _ in range(3):
                way(next(children))
            inserted, changed = _written_by(partial(way, next(children)))
            pairs = []
            for _ in range(ROUNDS):
                bare = _insert(inserted, changed)
                child = next(children)
                began = perf_counter()
                way(child)
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
    fresh = NEW if table == "cases_contact" else NEW | OF_CONTACT | OF_EVENT
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
