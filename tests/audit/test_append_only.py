"""The record of use: in the transaction of what it records, and never changed after."""

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

import accounts.commands
import audit.commands
import tools.databases
from audit.models import Entry, Kind
from tests import factories

CHANGES = ["update audit_entry set verb = 'x'", "delete from audit_entry", "truncate audit_entry"]


@pytest.mark.parametrize("change", CHANGES)
def test_the_portal_cannot_change_an_entry(db: None, change: str) -> None:
    factories.agency()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Entry.objects.filter(verb="found agency").exists()


@pytest.mark.parametrize("change", CHANGES)
def test_nor_can_the_owner_of_the_table(committing: None, change: str) -> None:
    factories.agency()
    owner = tools.databases.owner(connection.settings_dict["NAME"])
    with pytest.raises(psycopg2.Error), owner.cursor() as cursor:
        cursor.execute(change)
    owner.close()


def test_an_entry_outside_a_transaction_is_refused(committing: None) -> None:
    with pytest.raises(RuntimeError):
        audit.commands.record(Kind.COLLECTION, "nothing", by=None)


def test_the_entry_goes_when_the_command_rolls_back(db: None) -> None:
    before = Entry.objects.count()

    class Broken(Exception):
        pass

    def found_and_break() -> None:
        with transaction.atomic():
            factories.agency()
            raise Broken

    with pytest.raises(Broken):
        found_and_break()
    assert Entry.objects.count() == before


def test_the_app_role_owns_nothing_and_is_no_superuser(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        )
        assert cursor.fetchone() == ("portal_app", False, False)
        cursor.execute("select count(*) from pg_tables where tableowner = 'portal_app'")
        assert cursor.fetchone() == (0,)


def test_an_entry_keeps_user_and_agency_as_plain_values(db: None) -> None:
    user = factories.user(username="somebody")
    accounts.commands.notify(user, "Something", url="/", by=user)
    entry = Entry.objects.latest("pk")
    assert (entry.username, entry.user_id, entry.agency) == ("somebody", user.pk, user.agency.name)
