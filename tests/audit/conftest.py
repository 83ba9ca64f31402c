"""A record with a few batches, and a hand that may change anything in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

import audit.commands
import clock
import tools.databases
from tests.audit.tampering import MINUTE, Sql, seal, use
from tests.conftest import TODAY


@pytest.fixture
def a_little_later() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def heads(tmp_path: Path, settings: Settings) -> Path:
    """The file of anchors that the setting names."""
    file = tmp_path / "heads.jsonl"
    settings.AUDIT_ANCHORS = [file.as_uri()]
    return file


@pytest.fixture
def three_batches(heads: Path) -> None:
    """Batches of 4, a minute apart, after what a fresh portal holds; the second one is anchored."""
    seal()
    for minute in (1, 2, 3):
        with clock.at(TODAY + minute * MINUTE):
            use(4)
            seal()
            if minute == 2:
                audit.commands.anchor(by=None)


@pytest.fixture
def sql() -> Iterator[Sql]:
    """As the tables' owner with all triggers off; they are on again before anybody looks."""
    owner = tools.databases.owner(connection.settings_dict["NAME"])
    tables = ("audit_entry", "audit_seal", "audit_sealedentry")

    def run(statement: str, *said: object) -> None:
        with owner.cursor() as cursor:
            for table in tables:
                cursor.execute(f"alter table {table} disable trigger user")
            cursor.execute(statement, said)
            for table in tables:
                cursor.execute(f"alter table {table} enable trigger user")

    yield run
    owner.close()
