"""What the workers are told by, how often a night is done, and what becomes of a failure."""

from typing import Any

import pytest
from django.db import DatabaseError

import accounts.commands
import risk.commands
import risk.tasks
from audit.denied import NotVisible
from eiportal.celery import app
from risk import sql
from risk.commands import runs
from risk.models import Reading, Run, RunState
from tests import factories

pytestmark = pytest.mark.django_db

WRITE = sql.write


@pytest.fixture(autouse=True)
def workers(monkeypatch) -> None:
    """One that takes each message at once, the tries after a failure too."""

    def send_task(name: str, args: list[Any]) -> None:
        if name.startswith("risk."):  # what other floors do when a night has ended is theirs
            app.tasks[name].apply(args=args)

    monkeypatch.setattr(runs.current_app, "send_task", send_task)
    # A test's transaction is never committed, so what waits for that is done when it is asked for.
    monkeypatch.setattr(runs.transaction, "on_commit", lambda callback, **_: callback())


@pytest.fixture
def failing(monkeypatch) -> list[int]:
    """A statement that the database refuses; one entry for each time that it was tried."""
    tries = []

    def write(*args, **options) -> None:
        tries.append(1)
        raise DatabaseError("deadlock detected\nDETAIL:  what nobody else may read")

    monkeypatch.setattr(sql, "write", write)
    return tries


def test_the_workers_and_beat_know_the_tasks():
    app.loader.import_default_modules()
    names = {"recalculate_all", "recalculate_tonight", "read_chunk"}
    assert {f"risk.tasks.{name}" for name in names} <= set(app.tasks)
    beat = app.conf.beat_schedule["everybody is read anew"]
    assert beat["task"] == risk.tasks.recalculate_tonight.name


def test_a_run_that_was_asked_for_is_done(held_clock):
    factories.child()
    asked = risk.commands.ask_for_run(
        as_of=held_clock.date(), inline=True, by=accounts.commands.system()
    )
    risk.tasks.recalculate_all(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.people) == (RunState.DONE, 1, 1)
    assert Reading.objects.count() == 1


def test_a_night_is_done_once_however_often_it_is_asked_for(held_clock):
    risk.tasks.recalculate_tonight()
    run = Run.objects.get()
    assert (run.state, run.as_of, run.is_nightly) == (RunState.DONE, held_clock.date(), True)
    factories.child()
    risk.tasks.recalculate_tonight()
    assert Run.objects.get().figures == run.figures
    assert not Reading.objects.exists()


def test_a_run_asked_for_by_day_does_not_stand_for_the_night(held_clock):
    risk.commands.ask_for_run(as_of=held_clock.date(), inline=True, by=accounts.commands.system())
    risk.tasks.recalculate_tonight()
    assert Run.objects.filter(is_nightly=True).get().state == RunState.DONE
    assert Run.objects.filter(is_nightly=False).get().state == RunState.WAITING


def test_a_failed_chunk_is_tried_twice_more_and_then_named(held_clock, failing):
    child = factories.child()
    risk.tasks.recalculate_tonight()
    assert len(failing) == 3
    kept = Run.objects.get()
    first = child.pk // runs.CHUNK * runs.CHUNK
    error = f"people {first} to {first + runs.CHUNK - 1}: deadlock detected"
    assert (kept.state, kept.error, kept.ended_at) == (RunState.FAILED, error, held_clock)


def test_what_failed_is_done_when_it_is_asked_for_again(held_clock, failing, monkeypatch):
    factories.child()
    risk.tasks.recalculate_tonight()
    with monkeypatch.context() as patched:
        patched.setattr(sql, "write", WRITE)
        risk.tasks.recalculate_tonight()
    run = Run.objects.get()
    assert (run.state, run.error, run.done) == (RunState.DONE, "", 1)
    assert Reading.objects.count() == 1


def test_a_try_that_is_not_the_last_leaves_the_chunk_waiting(held_clock, failing, monkeypatch):
    """And the run running: the page says so until nothing is left to wait for."""
    factories.child()
    states = []
    write = sql.write

    def look_and_fail(*args, **options) -> None:
        states.append((Run.objects.get().state, Run.objects.get().chunks.get().state))
        write()

    monkeypatch.setattr(sql, "write", look_and_fail)
    risk.tasks.recalculate_tonight()
    assert states == [(RunState.RUNNING, RunState.WAITING)] * 3
    assert Run.objects.get().state == RunState.FAILED


def test_a_run_that_is_not_there_is_not_tried_again(held_clock):
    with pytest.raises(NotVisible):
        risk.tasks.recalculate_all.apply(args=[10**9], throw=True)
    with pytest.raises(NotVisible):
        risk.tasks.read_chunk.apply(args=[10**9], throw=True)
