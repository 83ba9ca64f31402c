"""Batches are sealed without a gap, nobody who commits late is missed, two sealers never meet."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

import psycopg2
import pytest
from django.db import DatabaseError, connection, connections, transaction

import audit.commands
import audit.tasks
import clock
import tools.databases
from audit import sealing
from audit.models import Entry, Kind, Seal, SealedEntry
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")


def use(verb: str = "look", **said: object) -> Entry:
    with transaction.atomic():
        return audit.commands.record(Kind.CONSULTATION, verb, by=None, **said)


def seal(limit: int = 1000) -> int:
    return audit.commands.seal(limit=limit, by=None)


def sealed() -> list[tuple[int, int]]:
    return list(SealedEntry.objects.order_by("position").values_list("position", "entry_id"))


@contextmanager
def another() -> Iterator["psycopg2.extensions.cursor"]:
    """A session of its own, in a transaction that is open until it says commit."""
    other = tools.databases.owner(connection.settings_dict["NAME"])
    other.autocommit = False
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


INSERT = """
insert into audit_entry (at, kind, verb, username, agency, persons, records, sections, ground, reason)
values (%s, 'consultation', %s, '', '', '{}', '{}', '{}', '', '') returning id
"""


def insert(cursor: "psycopg2.extensions.cursor", verb: str) -> int:
    cursor.execute(INSERT, [clock.now(), verb])
    return cursor.fetchone()[0]


def test_entries_are_numbered_and_chained_in_batches(db: None) -> None:
    seal()
    start = Seal.objects.order_by("number").last()
    made = [use() for _ in range(5)]
    assert seal(limit=2) == 5
    batches = list(Seal.objects.filter(number__gt=start.number).order_by("number"))
    assert [(each.number - start.number, each.count, each.complete) for each in batches] == [
        (1, 2, False),
        (2, 2, False),
        (3, 1, True),
    ]
    assert [each.first for each in batches] == [start.last + n for n in (1, 3, 5)]
    assert sealed()[-5:] == [(start.last + n, entry.pk) for n, entry in enumerate(made, 1)]
    digests = SealedEntry.objects.order_by("position").filter(position__gt=start.last)
    both = b"".join(bytes(each.digest) for each in digests[:2])
    assert batches[0].batch_hash == sha256(both).hexdigest()
    assert seal() == 0
    assert Seal.objects.count() == batches[-1].number


def test_a_batch_that_is_just_full_is_not_called_complete(db: None) -> None:
    seal()
    use(), use()
    assert seal(limit=2) == 2
    assert not Seal.objects.order_by("number").last().complete


def test_who_commits_late_is_sealed_later_and_nobody_is_lost(committing: None) -> None:
    seal()
    with another() as late, another() as later:
        first = insert(late, "drawn first, committed last")
        insert(later, "rolled back")
        second = use().pk
        assert first < second
        assert seal() == 1
        assert sealed()[-1][1] == second
        # What is drawn after is no reason to step over what is still open.
        third = use().pk
        assert seal() == 1
        late.connection.commit()
        later.connection.rollback()
        assert seal() == 1
    assert [entry for _, entry in sealed()[-3:]] == [second, third, first]
    assert {entry for _, entry in sealed()} == set(Entry.objects.values_list("pk", flat=True))


def test_the_mark_moves_only_past_what_has_ended(committing: None) -> None:
    def mark() -> int:
        return Seal.objects.order_by("number").last().settled

    before = use().pk
    seal()
    with another() as late:
        open_ = insert(late, "open")
        use()
        seal()
        assert mark() == before  # all that was drawn when the last run looked has ended
        after = use().pk
        seal()
        assert mark() == before < open_
        late.connection.commit()
        use()
        seal()
        assert mark() == after  # the last run had seen this far, and who wrote then has ended
    assert Entry.objects.filter(sealed=None).count() == 0


def test_a_savepoint_that_is_kept_holds_the_mark_too(committing: None) -> None:
    use()
    seal()
    with another() as late:
        late.execute("savepoint a")
        mine = insert(late, "in a savepoint")
        late.execute("release savepoint a")
        for _ in range(3):
            use()
            seal()
        assert Seal.objects.order_by("number").last().settled < mine
        late.connection.commit()
    assert seal() == 1
    assert sealed()[-1][1] == mine


def test_a_second_sealer_steps_back(committing: None) -> None:
    use()
    with another() as other:
        other.execute("select pg_advisory_xact_lock(%s)", [sealing.SEALING])
        assert seal() == 0
        other.connection.commit()
    assert seal() > 0


def test_two_sealers_that_take_turns_seal_everything_once(
    committing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [use().pk for _ in range(9)]
    # The first looks, then the other does all the work, then the first goes on with what it knew.
    run = sealing._look()
    assert seal(limit=4) > 9
    late = use().pk
    monkeypatch.setattr(sealing, "_look", lambda: run)
    assert seal(limit=4) == 1
    found = [entry for _, entry in sealed()]
    assert found[-10:] == [*entries, late]
    assert len(found) == len(set(found))


def test_two_sealers_at_once_seal_everything_once(committing: None) -> None:
    entries = {use().pk for _ in range(60)}

    def work(_: int) -> None:
        with closing_connections():
            seal(limit=3)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(4)))
    seal()
    places, found = zip(*sealed(), strict=True)
    assert places == tuple(range(1, len(places) + 1))
    assert entries <= set(found)
    assert len(found) == len(set(found)) == Entry.objects.count()


@contextmanager
def closing_connections() -> Iterator[None]:
    try:
        yield
    finally:
        connections.close_all()


def test_killed_in_the_middle_what_was_sealed_stays_and_the_rest_follows(
    committing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal()
    entries = [use().pk for _ in range(5)]
    copy, turns = sealing._write, []

    class Killed(BaseException):
        pass

    def killed_after_writing(*args: object, **also: object) -> None:
        copy(*args, **also)
        turns.append(1)
        if len(turns) == 2:
            raise Killed

    monkeypatch.setattr(sealing, "_write", killed_after_writing)
    with pytest.raises(Killed):
        seal(limit=2)
    assert [entry for _, entry in sealed()[-2:]] == entries[:2]
    monkeypatch.setattr(sealing, "_write", copy)
    assert seal(limit=2) == 3
    assert [entry for _, entry in sealed()[-5:]] == entries
    assert [position for position, _ in sealed()] == list(range(1, len(sealed()) + 1))


CHANGES = [
    *("update audit_seal set count = 1", "delete from audit_seal", "truncate audit_seal"),
    "update audit_sealedentry set entry_id = 1",
    *("delete from audit_sealedentry", "truncate audit_sealedentry"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_portal_cannot_change_a_seal(db: None, change: str) -> None:
    use(), seal()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize("change", CHANGES)
def test_nor_can_the_owner_of_the_tables(committing: None, change: str) -> None:
    use(), seal()
    owner = tools.databases.owner(connection.settings_dict["NAME"])
    with pytest.raises(psycopg2.Error, match="append-only"), owner.cursor() as cursor:
        cursor.execute(change)
    owner.close()


def test_a_user_who_seals_is_named_and_the_task_is_nobody(db: None) -> None:
    user = factories.user(username="gwen")
    audit.commands.seal(by=user)
    assert Seal.objects.order_by("number").last().sealed_by == "gwen"
    with clock.at(clock.now() + timedelta(minutes=1)):
        use()
        assert audit.tasks.seal() == 1
    assert Seal.objects.order_by("number").last().sealed_by == ""
