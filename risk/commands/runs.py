"""Read everybody: every night, or when somebody asks."""

from datetime import date
from functools import partial

from celery import current_app
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from kombu.exceptions import OperationalError

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from risk import permissions, sql
from risk.commands.chunks import first_line, read_chunk, tally
from risk.models import Chunk, Model, Run, RunState

# So many ids a chunk: a person costs an eighth less than in chunks of 50,000, whose facts leave a core's
# cache while they are sorted. Every run has the same boundaries, so that two can take turns by chunk.
CHUNK = 25_000


@asking.command
def ask_for_run(*, as_of: date, inline: bool = False, by: User) -> Run:
    """Have the workers read everybody as of a day. Asked again while it waits, it is the same run.

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
        transaction.on_commit(partial(_send, run, "risk.tasks.recalculate_all", run.pk))
    return run


@asking.command
def ask_for_nightly_run(*, by: User) -> Run:
    """Tonight's run, made when it is first asked for. Whoever asks starts it: it is not sent."""
    permissions.check_can_start_run(by=by)
    run, is_new = Run.objects.get_or_create(
        as_of=clock.today(),
        is_nightly=True,
        defaults={"asked_at": clock.now(), "asked_by": by},
    )
    if is_new:
        audit.commands.record(Kind.ALTERATION, "ask for run", records={"run": run.pk}, by=by)
    return run


def start_run(run: Run, *, by: User) -> Run:
    """Split a run into chunks and give them to the workers; the last to be done closes the run.

    Started again, the chunks that are not done are sent again: their messages may have been lost. A
    chunk is done once only. A run that is done is not done again.
    """
    for chunk in _begin(run, by=by):
        transaction.on_commit(partial(_send, run, "risk.tasks.read_chunk", chunk.pk))
    return run


def recalculate_all(run: Run, *, by: User) -> Run:
    """Do a whole run here and now, chunk after chunk, without workers.

    A chunk that fails holds up no other; the first error is raised at the end, when the run names
    all. Started again, what is not done is done.
    """
    errors = []
    for chunk in _begin(run, by=by):
        try:
            read_chunk(chunk, by=by)
        except Exception as error:
            errors.append(error)
    run.refresh_from_db()
    if errors:
        raise errors[0]
    return run


def _send(run: Run, task: str, number: int) -> None:
    """Put it in the workers' queue. By its name: commands know of no tasks."""
    try:
        current_app.send_task(task, args=[number])
    except OperationalError as error:
        _fail(run, error)


def _begin(run: Run, *, by: User) -> list[Chunk]:
    """The chunks that are still to be done; none for a run that is done. The first time they are made."""
    permissions.check_can_start_run(by=by)
    try:
        with transaction.atomic():
            chunks = _plan(Run.objects.select_for_update().get(pk=run.pk), by=by)
    except ImproperlyConfigured as error:
        _fail(run, error)
        raise
    run.refresh_from_db()
    return chunks


def _plan(run: Run, *, by: User) -> list[Chunk]:
    if run.state == RunState.DONE:
        return []
    if not Model.objects.exists():
        raise ImproperlyConfigured("No risk model is live. Run: manage.py load_catalogue")
    if not run.chunks.exists():
        Chunk.objects.bulk_create(
            Chunk(run=run, first=ids.start, last=ids.stop - 1, people=people)
            for ids, people in sql.ranges(CHUNK)
        )
    audit.commands.record(Kind.ALTERATION, "start run", records={"run": run.pk}, by=by)
    # One that somebody is at work on is left to that: who holds a chunk may wait for the run.
    failed = run.chunks.filter(state=RunState.FAILED).select_for_update(skip_locked=True)
    for chunk in failed:
        chunk.state, chunk.error = RunState.WAITING, ""
    Chunk.objects.bulk_update(failed, ["state", "error"])
    run.state, run.started_at, run.ended_at, run.error = RunState.RUNNING, clock.now(), None, ""
    tally(run)  # where nobody is known it has ended
    return list(run.chunks.filter(state=RunState.WAITING))


def _fail(run: Run, error: Exception) -> None:
    run.state, run.ended_at, run.error = RunState.FAILED, clock.now(), first_line(error)
    run.save(update_fields=["state", "ended_at", "error"])
