"""The database shows rows to whoever has said who asks, over rollbacks, tasks and connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, connections, transaction

import asking
import clock
from accounts.models import AgencyKind, Role, User
from cases.access import grants
from cases.models import Person, Section
from eiportal.celery import app
from tests import factories
from tests.races import PATIENCE, _until_waiting


@pytest.fixture
def partner(db: None) -> User:
    return factories.user(
        Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL), username="pat"
    )


def nothing_said(work: object) -> object:
    """Done by a thread that has said nothing, on a connection of its own."""

    def alone() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result(timeout=PATIENCE)


def test_nothing_said_means_no_rows(committing: None) -> None:
    factories.child()
    assert Person.objects.count() == 1
    assert nothing_said(lambda: Person.objects.count()) == 0


def test_nothing_said_nothing_is_written(committing: None) -> None:
    child = factories.child()

    def change() -> tuple[int, bool]:
        changed = Person.objects.filter(pk=child.pk).update(surname="Changed")
        try:
            with transaction.atomic():
                Person.objects.create(agency_id=child.agency_id, recorded_at=clock.now())
        except DatabaseError:
            return changed, False
        return changed, True

    assert nothing_said(change) == (0, False)


def test_a_viewer_is_asked_for_and_then_forgotten(partner: User) -> None:
    factories.child()
    with asking.viewer(partner.pk):
        assert not Person.objects.exists()
    assert Person.objects.exists()


def test_what_is_said_outlives_a_rollback(partner: User) -> None:
    factories.child()
    with asking.viewer(partner.pk):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            1 / 0  # noqa: B018
        assert not Person.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 1 / 0")
        assert not Person.objects.exists()
    assert Person.objects.exists()


@pytest.mark.parametrize("fault", [ValidationError("no"), ZeroDivisionError()])
def test_a_command_asks_for_itself_and_hands_back_also_when_it_fails(
    partner: User, fault: Exception
) -> None:
    factories.child()

    @asking.command
    def look(*, by: User) -> int:
        count = Person.objects.count()
        assert count == 1
        raise fault

    with asking.viewer(partner.pk):
        with pytest.raises(type(fault)):
            look(by=partner)
        assert not Person.objects.exists()


def test_a_command_that_the_database_refuses_hands_back_too(partner: User) -> None:
    factories.child()

    @asking.command
    def stumble(*, by: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1 / 0")

    with asking.viewer(partner.pk):
        with pytest.raises(DatabaseError):
            stumble(by=partner)
        assert not Person.objects.exists()


def test_what_is_found_out_once_is_forgotten_with_the_viewer_and_by_every_command(
    partner: User,
) -> None:
    asked = iter(range(10))

    def find() -> int:
        return asking.once("the next number", lambda: next(asked))

    assert [find(), find()] == [0, 1], "nobody asks"
    with asking.viewer(partner.pk):
        assert [find(), find()] == [2, 2]
        with asking.task("within"):
            assert [find(), find()] == [3, 4]
        assert find() == 2
        asking.command(lambda: None)()
        # Whatever was decided, somebody may be in other teams now.
        assert [find(), find()] == [5, 5]
    with asking.viewer(partner.pk):
        assert find() == 6


def test_within_a_task_commands_and_tasks_keep_its_name(db: None) -> None:
    def named() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('portal.task')")
            (name,) = cursor.fetchone()
        return str(name)

    @asking.command
    def inner(*, by: object) -> str:
        return named()

    with asking.task("another"):
        assert named() == inner(by=None) == "test"


def test_a_worker_s_task_says_its_name(committing: None) -> None:
    @app.task(name="tests.who_asks")
    def named() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('portal.task')")
            (name,) = cursor.fetchone()
        return str(name)

    assert nothing_said(lambda: named()) == "tests.who_asks"


def test_nobody_who_left_and_nobody_unknown_reaches_anything(partner: User) -> None:
    grants.open_to(partner, factories.child(), [Section.SUMMARY], ground="task", grant_ref=_ref())
    with asking.viewer(partner.pk):
        assert Person.objects.count() == 1
    partner.is_active = False
    partner.save()
    for who in (partner.pk, 999_999_999):
        with asking.viewer(who):
            assert not Person.objects.exists()


def _ref() -> object:
    from uuid import uuid4

    return uuid4()


def test_a_withdrawal_waits_for_the_answer_that_is_being_made(committing: None) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    reader = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    child, ref = factories.child(), _ref()
    grants.open_to(school.group, child, [Section.SUMMARY], ground="share", grant_ref=ref)
    reading, read_on = Event(), Event()
    seen = []

    def read() -> None:
        try:
            with asking.viewer(reader.pk):
                reading.set()
                assert read_on.wait(PATIENCE)
                seen.append(Person.objects.count())
        finally:
            connections.close_all()

    def withdraw() -> None:
        try:
            with asking.task("test"), transaction.atomic():
                grants.end(ref)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(read)
        assert reading.wait(PATIENCE)
        withdrawal = threads.submit(withdraw)
        _until_one_waits()
        assert not withdrawal.done()
        read_on.set()
        answer.result(timeout=PATIENCE)
        withdrawal.result(timeout=PATIENCE)
    assert seen == [1]
    with asking.viewer(reader.pk):
        assert not Person.objects.exists()


def _until_one_waits() -> None:
    _until_waiting(1)


def test_a_reader_takes_its_locks_in_the_order_of_withdrawals(committing: None) -> None:
    """Otherwise each could hold what the other waits for."""
    reader = factories.user(Role.OFFICER, teams=tuple(factories.team() for _ in range(6)))

    def read() -> None:
        try:
            with connection.cursor() as cursor:
                # Groups come out of the plan in any order then, as they may at any time.
                cursor.execute("set enable_sort = off")
            with asking.viewer(reader.pk):
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            asking.withdraw(everybody=True)
            answer = threads.submit(read)
            _until_one_waits()
            with connection.cursor() as cursor:
                cursor.execute(
                    "select count(*) from pg_locks join pg_database d on d.oid = database "
                    "where locktype = 'advisory' and classid = %s and granted "
                    "and mode = 'ShareLock' and datname = current_database()",
                    [asking.HOLD],
                )
                assert cursor.fetchone() == (0,)
        answer.result(timeout=PATIENCE)
