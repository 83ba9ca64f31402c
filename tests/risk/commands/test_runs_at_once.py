"""Runs at the same time. Each in a thread with a connection of its own, until it comes to a lock of ours."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import OperationalError, connection, connections, transaction

import accounts.commands
import asking
import risk.commands
from audit.models import Entry
from cases.commands.observations import change_facts
from cases.models import Person
from risk import sql
from risk.commands import chunks, runs
from risk.models import Chunk, Model, Reading, Run, RunState
from tests import factories
from tests.races import PATIENCE, _until_waiting
from tests.risk.commands.children import BORN, TODAY, figures, history_of, observe


def tonight() -> Run:
    by = accounts.commands.system()
    return risk.commands.recalculate_all(risk.commands.ask_for_nightly_run(by=by), by=by)


def asked_for() -> Run:
    by = accounts.commands.system()
    run = risk.commands.ask_for_run(as_of=TODAY, inline=True, by=by)
    return risk.commands.recalculate_all(run, by=by)


@contextmanager
def the_turn_taken() -> Iterator[None]:
    """Nobody may read the first chunk of people meanwhile."""
    with transaction.atomic():
        chunks._await_turn(Chunk(first=0, last=runs.CHUNK - 1))
        yield


def alone(work: Callable[[], Run]) -> Run:
    try:
        return work()
    finally:
        connections.close_all()


def test_a_child_whose_facts_change_meanwhile_is_read_after_the_change(committing, officer):
    child, other = factories.child(born=BORN), factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    Reading.objects.filter(pk=child.pk).update(harm_to_child=9)  # tonight it would be rewritten
    with ThreadPoolExecutor(1, initializer=asking.process, initargs=("test",)) as threads:
        with transaction.atomic():
            observe(child, "EXP02", by=officer)
            run = threads.submit(alone, tonight)
            _until_waiting(1)
            # It holds up nobody while it waits: everybody else is read and kept.
            assert Reading.objects.filter(pk=other.pk).exists()
        assert run.result(timeout=PATIENCE).state == RunState.DONE
    child.refresh_from_db()
    assert Reading.objects.get(pk=child.pk).facts_version == child.facts_version
    assert figures(child) == (5.0, 0, 0)


def test_a_first_reading_is_not_written_behind_a_change_that_takes_it_away(committing, officer):
    child = factories.child(born=BORN)
    with ThreadPoolExecutor(1, initializer=asking.process, initargs=("test",)) as threads:
        with transaction.atomic():
            Person.objects.filter(pk=child.pk).update(date_of_birth=date(1990, 1, 1))
            change_facts(child)
            run = threads.submit(alone, tonight)
            _until_waiting(1)
        run.result(timeout=PATIENCE)
    assert not Reading.objects.filter(pk=child.pk).exists()


def test_two_runs_at_once_take_turns(committing, officer):
    child = factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    unseen = factories.child(born=BORN)
    with ThreadPoolExecutor(2, initializer=asking.process, initargs=("test",)) as threads:
        with the_turn_taken():
            both = [threads.submit(alone, work) for work in (tonight, asked_for)]
            _until_waiting(2)
            assert {run.state for run in Run.objects.all()} == {RunState.RUNNING}
        done = [run.result(timeout=PATIENCE) for run in both]
    assert [run.state for run in done] == [RunState.DONE] * 2
    assert sorted(run.figures["changed"] for run in done) == [0, 1]
    assert {row.pk for row in Reading.objects.all()} == {child.pk, unseen.pk}
    assert history_of(child) == [2.0]


def test_the_same_night_twice_is_one_run(committing, system):
    factories.child(born=BORN)
    with ThreadPoolExecutor(2, initializer=asking.process, initargs=("test",)) as threads:
        with the_turn_taken():
            both = [threads.submit(alone, tonight) for _ in range(2)]
            _until_waiting(2)
        first, second = (run.result(timeout=PATIENCE) for run in both)
    assert first == second == Run.objects.get()
    assert Entry.objects.filter(verb="read everybody anew").count() == 1


def test_a_run_that_lost_its_connection_has_failed_and_can_be_done_again(
    committing, officer, system, monkeypatch
):
    observe(factories.child(born=BORN), "EXP01", by=officer)
    unseen = factories.child(born=BORN)
    write = sql.write

    def write_and_lose(model: Model, as_of: date, within: range) -> None:
        write(model, as_of, within=within)
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    run = risk.commands.ask_for_nightly_run(by=system)
    with monkeypatch.context() as patched:
        patched.setattr(sql, "write", write_and_lose)
        with pytest.raises(OperationalError):
            risk.commands.recalculate_all(run, by=system)
    run.refresh_from_db()
    assert (run.state, run.done) == (RunState.FAILED, 0)
    assert "connection" in run.error
    assert "\n" not in run.error
    assert not Reading.objects.filter(pk=unseen.pk).exists()
    assert risk.commands.recalculate_all(run, by=system).state == RunState.DONE
    assert run.error == ""
    assert Reading.objects.filter(pk=unseen.pk).exists()
