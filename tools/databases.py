"""Make, fill and drop whole databases, as portal_owner: for the tests and the benchmarks."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent


def owner(name: str = "") -> "psycopg2.extensions.connection":
    """A plain connection as portal_owner, each statement its own transaction."""
    url = urlsplit(os.environ["OWNER_DATABASE_URL"])
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    connection = psycopg2.connect(
        dbname=name or url.path.lstrip("/"),
        user=url.username,
        password=url.password,
        host=query.get("host", url.hostname),
        port=url.port,
    )
    connection.autocommit = True
    return connection


def exists(cursor: "psycopg2.extensions.cursor", name: str) -> bool:
    cursor.execute("select 1 from pg_database where datname = %s", [name])
    return cursor.fetchone() is not None


def create(cursor: "psycopg2.extensions.cursor", name: str, template: str = "template1") -> None:
    cursor.execute(
        sql.SQL("create database {} template {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def rename(cursor: "psycopg2.extensions.cursor", name: str, to: str) -> None:
    cursor.execute(
        sql.SQL("alter database {} rename to {}").format(sql.Identifier(name), sql.Identifier(to))
    )


def drop(cursor: "psycopg2.extensions.cursor", name: str) -> None:
    cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def fill(name: str) -> None:
    """Grants, migrations, and what every portal starts with: catalogue, risk model and evidence."""
    connection = owner(name)
    with connection.cursor() as cursor:
        cursor.execute((ROOT / "tools/grants.sql").read_text())
    connection.close()
    point_to(name)
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    call_command("load_evidence", verbosity=0)
    connections.close_all()


def point_to(name: str) -> None:
    """Both roles' connections of this process go to that database from now on."""
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
