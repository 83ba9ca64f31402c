"""A run in chunks: resumed, named when one fails, by several workers at once, closed by the last."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

import accounts.commands
import asking
import clock
import risk.commands
import risk.queries
from accounts.models import User
from audit.models import Entry
from cases.models import Person
from risk import sql
from risk.commands import chunks, runs
from risk.models import Chunk, Model, Reading, Run, RunState
from risk.signals import run_ended
from tests import factories
from tests.races import PATIENCE, _until_waiting, at_once

WRITE = sql.write


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch) -> None:
    monkeypatch.setattr(runs, "CHUNK", 3)


@pytest.fixture
def system(held_clock) -> User:
    return accounts.commands.system()


@pytest.fixture
def ended() -> Iterator[list[Run]]:
    """The nightly runs that were said to have ended."""
    said: list[Run] = []

    def note(*, run: Run, as_of: date, **_: Any) -> None:
        said.append(run)
        assert (run.state, run.as_of) == (RunState.DONE, as_of)

    run_ended.connect(note)
    yield said
    run_ended.disconnect(note)


def people(number: int) -> list[Person]:
    """So many children whose ids fill whole chunks: the first is the first of one."""
    first = (_next_id() // runs.CHUNK + 1) * runs.CHUNK
    # Who comes after them may have none of theirs.
    while _next_id() < first + number - 1:
        pass
    agency = factories.agency()
    return Person.objects.bulk_create(
        Person(pk=first + n, agency=agency, recorded_at=clock.now()) for n in range(number)
    )


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('cases_person', 'id'))")
        (number,) = cursor.fetchone()
    return int(number)


def planned(system: User) -> tuple[Run, list[Chunk]]:
    """Tonight's run as the workers find it: started, nothing read yet."""
    run = risk.commands.start_run(risk.commands.ask_for_nightly_run(by=system), by=system)
    return run, list(run.chunks.all())


def failing_at(first: int) -> Callable:
    """The statement, refused for the chunk that begins there."""

    def write(model: Model, as_of: date, within: range) -> sql.Written:
        if within.start == first:
            raise DatabaseError("deadlock detected\nDETAIL:  what nobody else may read")
        return WRITE(model, as_of, within=within)

    return write


def alone(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connections.close_all()


@pytest.mark.django_db
def test_everybody_is_in_one_chunk_and_no_chunk_is_empty(system):
    first, second = people(5)[0], people(1)[0]
    factories.child()
    run, parts = planned(system)
    assert {(x.first, x.last) for x in parts} >= {
        (first.pk, first.pk + 2), (first.pk + 3, first.pk + 5), (second.pk, second.pk + 2),
    }  # fmt: skip
    assert all(x.people for x in parts)
    assert (run.people, run.done, run.state) == (Person.objects.count(), 0, RunState.RUNNING)


@pytest.mark.django_db
def test_progress_is_kept_chunk_by_chunk_and_the_last_closes(system, ended):
    people(7)
    run, parts = planned(system)
    for part in parts[:-1]:
        risk.commands.read_chunk(part, by=system)
    run.refresh_from_db()
    assert (run.state, run.done, run.people, ended) == (RunState.RUNNING, 6, 7, [])
    with clock.at(clock.now() + timedelta(seconds=30)):
        found = risk.queries.progress(run, viewer=system)
        assert found == risk.queries.Progress(6 / 30, clock.now() + timedelta(seconds=5))
        risk.commands.read_chunk(parts[-1], by=system)
    run.refresh_from_db()
    assert (run.state, run.done, ended) == (RunState.DONE, 7, [run])
    assert run.figures["seconds"] == 30
    assert (run.figures["people"], run.figures["changed"]) == (7, 7)
    assert run.figures["bands"]["need"]["nothing recorded"] == 7
    assert risk.queries.progress(run, viewer=system) == risk.queries.Progress()


@pytest.mark.django_db
def test_a_chunk_that_is_done_is_not_done_again(system, ended):
    people(3)
    run, (part,) = planned(system)
    for _ in range(2):
        risk.commands.read_chunk(part, by=system)
    run.refresh_from_db()
    assert run.figures["changed"] == 3
    assert ended == [run]
    assert Entry.objects.filter(verb="read everybody anew").count() == 1
    assert planned(system)[1] == [part]
    assert ended == [run]


@pytest.mark.django_db
def test_stopped_after_a_chunk_it_goes_on_with_the_next(system, monkeypatch, ended):
    people(8)
    run, parts = planned(system)
    risk.commands.read_chunk(parts[0], by=system)
    read: list[int] = []

    def write(model: Model, as_of: date, within: range) -> sql.Written:
        read.append(within.start)
        return WRITE(model, as_of, within=within)

    monkeypatch.setattr(sql, "write", write)
    risk.commands.recalculate_all(run, by=system)
    assert read == [part.first for part in parts[1:]]
    assert (run.state, run.figures["changed"], ended) == (RunState.DONE, 8, [run])
    assert Reading.objects.count() == 8


@pytest.mark.django_db
def test_stopped_between_the_chunk_and_those_whom_it_skipped_it_counts_both(system, monkeypatch):
    held, *_ = people(3)
    run, (part,) = planned(system)

    def skip_one(model: Model, as_of: date, within: range) -> sql.Written:
        found = WRITE(model, as_of, within=range(within.start + 1, within.stop))
        return sql.Written(3, found.bands, found.changed, found.history, found.removed, (held.pk,))

    def stop(*args, **options) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sql, "write", skip_one)
        patched.setattr(chunks, "read_anew", stop)
        with pytest.raises(KeyboardInterrupt):
            risk.commands.read_chunk(part, by=system)
    assert Reading.objects.count() == 2
    assert Run.objects.get().state == RunState.RUNNING
    risk.commands.read_chunk(part, by=system)
    run.refresh_from_db()
    assert (run.state, run.figures["changed"], Reading.objects.count()) == (RunState.DONE, 3, 3)


@pytest.mark.django_db
def test_a_chunk_that_fails_holds_up_no_other_and_is_named(system, monkeypatch, ended):
    first = people(8)[3].pk
    run = risk.commands.ask_for_nightly_run(by=system)
    with monkeypatch.context() as patched:
        patched.setattr(sql, "write", failing_at(first))
        with pytest.raises(DatabaseError):
            risk.commands.recalculate_all(run, by=system)
    run.refresh_from_db()
    error = f"people {first} to {first + 2}: deadlock detected"
    assert (run.state, run.error, run.done, ended) == (RunState.FAILED, error, 5, [])
    assert Reading.objects.count() == 5
    risk.commands.recalculate_all(run, by=system)
    assert (run.state, run.error, run.done, ended) == (RunState.DONE, "", 8, [run])


@pytest.mark.django_db
def test_by_hand_the_chunk_that_failed_is_said(system, monkeypatch):
    first = people(3)[0].pk
    monkeypatch.setattr(sql, "write", failing_at(first))
    with pytest.raises(CommandError, match="deadlock detected"):
        call_command("recalculate_risk", "--inline")


@pytest.mark.django_db
def test_a_run_that_was_asked_for_by_day_is_no_night(system, ended):
    people(1)
    run = risk.commands.ask_for_run(as_of=clock.today(), inline=True, by=system)
    assert risk.commands.recalculate_all(run, by=system).state == RunState.DONE
    assert ended == []


@pytest.mark.django_db
def test_with_nobody_known_it_has_ended_at_once(system, ended):
    run, parts = planned(system)
    assert (run.state, run.figures["people"], parts, ended) == (RunState.DONE, 0, [], [run])


@pytest.mark.django_db
def test_what_listens_and_fails_leaves_the_run_to_be_closed_again(system, monkeypatch):
    people(1)
    run, (part,) = planned(system)

    def refuse(**_: Any) -> None:
        raise ValueError("no")

    run_ended.connect(refuse)
    with pytest.raises(ValueError, match="no"):
        risk.commands.read_chunk(part, is_last_try=False, by=system)
    run_ended.disconnect(refuse)
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    risk.commands.read_chunk(part, by=system)
    run.refresh_from_db()
    assert run.state == RunState.DONE


# At the same time, each in a thread with a connection of its own.


def test_two_workers_read_two_chunks_at_once_and_the_last_closes(committing, system, ended):
    people(6)
    run, parts = planned(system)
    # Both have read and come to the run's row together; whoever is second finds nothing left.
    works = [partial(risk.commands.read_chunk, part, by=system) for part in parts]
    assert at_once(Run.objects.filter(pk=run.pk), *works) == [None, None]
    run.refresh_from_db()
    assert (run.state, run.done, run.figures["changed"], ended) == (RunState.DONE, 6, 6, [run])
    assert Reading.objects.count() == 6


def test_one_chunk_sent_twice_is_read_once(committing, system, ended):
    people(3)
    run, (part,) = planned(system)
    works = [partial(risk.commands.read_chunk, part, by=system)] * 2
    assert at_once(Chunk.objects.filter(pk=part.pk), *works) == [None, None]
    assert ended == [run]
    run.refresh_from_db()
    assert run.figures["changed"] == 3


def test_two_runs_take_turns_at_the_same_people_and_not_at_others(committing, system):
    people(6)
    _, (here, there) = planned(system)
    with ThreadPoolExecutor(2, initializer=asking.process, initargs=("test",)) as threads:
        with transaction.atomic():
            chunks._await_turn(Chunk(first=here.first, last=here.last))
            waits = threads.submit(alone, partial(risk.commands.read_chunk, here, by=system))
            _until_waiting(1)
            goes = threads.submit(alone, partial(risk.commands.read_chunk, there, by=system))
            goes.result(timeout=PATIENCE)
            assert {row.pk for row in Reading.objects.all()} == set(
                range(there.first, there.last + 1)
            )
        waits.result(timeout=PATIENCE)
    assert Reading.objects.count() == 6
