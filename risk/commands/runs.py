"""Read everybody: every night, or when somebody asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from time import monotonic

from celery import current_app
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, transaction
from kombu.exceptions import OperationalError

import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from risk import permissions, sql
from risk.commands.reading import read_anew
from risk.models import Model, Run, RunState
from risk.signals import run_ended

# Runs take turns, whoever asked for them.
RUNNING = 20261102


@transaction.atomic
def ask_for_run(*, as_of: date, inline: bool = False, by: User) -> Run:
    """Have a worker read everybody as of a day. Asked again while it waits, it is the same run.

    `inline`: the caller does it, no worker is told. ValidationError for a day to come.
    """
    permissions.check_can_start_run(by=by)
    if as_of > clock.today():
        raise ValidationError({"as_of": "The date must be today or in the past."})
    waiting = Run.objects.filter(as_of=as_of, state=RunState.WAITING, is_nightly=False)
    run = waiting.first() or Run.objects.create(as_of=as_of, asked_at=clock.now(), asked_by=by)
    audit.commands.record(Kind.ALTERATION, "ask for run", records={"run": run.pk}, by=by)
    if not inline:
        # Sent again for one that waits: its message may have been lost. A run is done once only.
        transaction.on_commit(lambda: _send(run))
    return run


@transaction.atomic
def ask_for_nightly_run(*, by: User) -> Run:
    """Tonight's run, made when it is first asked for. Whoever asks does it: it is not sent."""
    permissions.check_can_start_run(by=by)
    run, is_new = Run.objects.get_or_create(
        as_of=clock.today(),
        is_nightly=True,
        defaults={"asked_at": clock.now(), "asked_by": by},
    )
    if is_new:
        audit.commands.record(Kind.ALTERATION, "ask for run", records={"run": run.pk}, by=by)
    return run


def recalculate_all(run: Run, *, by: User) -> Run:
    """Read everybody as of the run's day, in one statement, and keep what has changed.

    A run as of a past day counts and writes no reading: a current reading is one of today's, and
    its history tells what was known and when. A run that is done is not done again. Two at once
    take turns; whoever's facts change meanwhile is left to that change, or read after it. Stopped
    anywhere and started again it ends in the same state. What goes wrong is kept on the run, as the
    first line of the error, and raised. A nightly run that is done is said to who listens.
    """
    permissions.check_can_start_run(by=by)
    with _turn():
        run.refresh_from_db()
        if run.state == RunState.DONE:
            return run
        try:
            _read_everybody(run, by=by)
        except Exception as error:
            _fail(run, error)
            raise
    if run.is_nightly:
        run_ended.send(Run, as_of=run.as_of)
    return run


def _send(run: Run) -> None:
    """Put the run in the workers' queue. By its name: commands know of no tasks."""
    try:
        current_app.send_task("risk.tasks.recalculate_all", args=[run.pk])
    except OperationalError as error:
        _fail(run, error)


def _read_everybody(run: Run, *, by: User) -> None:
    began = monotonic()
    model = Model.objects.first()
    if model is None:
        raise ImproperlyConfigured("No risk model is live. Run: manage.py load_catalogue")
    run.state, run.started_at, run.ended_at, run.error = RunState.RUNNING, clock.now(), None, ""
    run.people, run.done = sql.how_many(model, run.as_of), 0
    run.save()
    read = _write if run.as_of == clock.today() else _count
    run.people, figures = read(run, model, by=by)
    run.done = run.people
    run.figures = {
        "people": run.people,
        "model": model.number,
        **figures,
        "seconds": round(monotonic() - began, 3),
    }
    run.state, run.ended_at = RunState.DONE, clock.now()
    run.save()


def _write(run: Run, model: Model, *, by: User) -> tuple[int, dict[str, object]]:
    with transaction.atomic():
        written = sql.write(model, run.as_of)
        _note(run, written.people, by=by)
    # Each in a transaction of its own: waiting for one must not hold up others.
    also = sum(read_anew([person], by=by) for person in written.skipped)
    return written.people, {
        "changed": written.changed + also,
        "history": written.history,
        "removed": written.removed,
        "bands": written.bands,
    }


def _count(run: Run, model: Model, *, by: User) -> tuple[int, dict[str, object]]:
    with transaction.atomic():
        counted = sql.count(model, run.as_of)
        _note(run, counted.people, by=by)
    return counted.people, {"changed": 0, "history": 0, "removed": 0, "bands": counted.bands}


def _note(run: Run, people: int, *, by: User) -> None:
    records = {"run": run.pk, "people": people}
    audit.commands.record(Kind.ALTERATION, "read everybody anew", records=records, by=by)


def _fail(run: Run, error: Exception) -> None:
    """Keep the first line of what went wrong: later lines of the database's may name a child."""
    run.state, run.ended_at = RunState.FAILED, clock.now()
    run.error = (str(error).splitlines() or [type(error).__name__])[0]
    run.save()


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other run is at work. The lock is the connection's: it ends with it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [RUNNING])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [RUNNING])
