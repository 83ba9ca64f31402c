"""What the workers are told by, how often a night is done, and what becomes of a failure."""

import pytest
from django.db import DatabaseError

import accounts.commands
import risk.commands
import risk.tasks
from audit.denied import NotVisible
from eiportal.celery import app
from risk import sql
from risk.models import Reading, Run, RunState
from tests import factories

pytestmark = pytest.mark.django_db


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
    assert {"risk.tasks.recalculate_all", "risk.tasks.recalculate_tonight"} <= set(app.tasks)
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


def test_a_failure_is_kept_in_a_line_and_tried_twice_more(held_clock, failing):
    run = risk.tasks.recalculate_tonight.apply()  # at once, the tries after it too
    assert run.failed()
    assert len(failing) == 3
    kept = Run.objects.get()
    assert (kept.state, kept.error) == (RunState.FAILED, "deadlock detected")


def test_what_failed_is_done_when_tried_again(held_clock, failing, monkeypatch):
    risk.tasks.recalculate_tonight.apply()
    monkeypatch.undo()
    risk.tasks.recalculate_tonight()
    run = Run.objects.get()
    assert (run.state, run.error) == (RunState.DONE, "")


def test_a_run_that_is_not_there_is_not_tried_again(held_clock):
    with pytest.raises(NotVisible):
        risk.tasks.recalculate_all.apply(args=[10**9], throw=True)
