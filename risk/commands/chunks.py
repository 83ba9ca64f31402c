"""Read one chunk of a run: some 25,000 people in one statement. The last to end closes the run."""

from typing import Any

from django.db import connection

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from risk import permissions, scoring, sql
from risk.commands.reading import read_anew
from risk.models import Chunk, Model, Run, RunState
from risk.signals import run_ended

# The first of two numbers of a lock; the second is the chunk's place.
READING = 20261102
CHANGES = ("changed", "history", "removed")


def read_chunk(chunk: Chunk, *, is_last_try: bool = True, by: User) -> None:
    """Read these people as of the run's day, and keep what has changed.

    As of a past day they are counted and no reading is written: a current reading is one of today's,
    and its history tells what was known and when. Whoever's facts change meanwhile is left to that
    change, or read after it. A chunk that is done is not done again; stopped anywhere and started
    again it ends in the same state. What goes wrong is raised, and after the last try kept: the run
    names it when all chunks have ended.
    """
    permissions.check_can_start_run(by=by)
    try:
        skipped = _read(chunk.pk, by=by)
        if skipped:
            # Each in a transaction of its own: waiting for one must not hold up others.
            also = sum(read_anew([person], by=by) for person in skipped)
            _end(chunk.pk, RunState.DONE, also=also)
    except Exception as error:
        if is_last_try:
            _end(chunk.pk, RunState.FAILED, error=first_line(error))
        raise


def first_line(error: Exception) -> str:
    """What went wrong, in a line: later lines of the database's may name a child."""
    return (str(error).splitlines() or [type(error).__name__])[0]


@asking.command
def _read(chunk_id: int, *, by: User) -> tuple[int, ...]:
    """Read one chunk and end it, unless somebody was locked: these are still to be read."""
    chunk = _held(chunk_id)
    if chunk.state == RunState.DONE:
        return ()
    _await_turn(chunk)
    # Now, not when the run began: an old run must not read by an old model what a new one has read.
    model = Model.objects.latest("number")
    read = sql.write if chunk.run.as_of == clock.today() else sql.count
    counted = read(model, chunk.run.as_of, within=range(chunk.first, chunk.last + 1))
    chunk.figures = {
        "people": counted.people,
        "model": model.number,
        "bands": counted.bands,
        # A try before this one may have written and then stopped: that was changed by this run too.
        **{name: chunk.figures.get(name, 0) + getattr(counted, name, 0) for name in CHANGES},
    }
    chunk.save()
    records = {"run": chunk.run_id, "chunk": chunk.pk, "people": counted.people}
    audit.commands.record(Kind.ALTERATION, "read everybody anew", records=records, by=by)
    skipped = counted.skipped if isinstance(counted, sql.Written) else ()
    if not skipped:
        _end(chunk_id, RunState.DONE)
    return skipped


def _await_turn(chunk: Chunk) -> None:
    """Two runs take turns at the same people; the lock ends with the transaction."""
    place = chunk.first // (chunk.last + 1 - chunk.first)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [READING, place])


@asking.command
def _end(chunk_id: int, state: RunState, *, also: int = 0, error: str = "") -> None:
    """Say that a chunk has ended. The run's row is held: of two that end at once one comes last."""
    chunk = _held(chunk_id)
    if chunk.state == RunState.DONE:
        return
    chunk.state, chunk.ended_at, chunk.error = state, clock.now(), error
    if also:
        chunk.figures["changed"] += also
    chunk.save()
    tally(Run.objects.select_for_update().get(pk=chunk.run_id))


def _held(chunk_id: int) -> Chunk:
    """The chunk first, then its run: so does everybody who waits for both."""
    return Chunk.objects.select_for_update(of=["self"]).select_related("run").get(pk=chunk_id)


def tally(run: Run) -> None:
    """Keep how far a run is; with no chunk left to wait for, close it. The caller holds its row."""
    chunks = list(run.chunks.all())
    run.people = sum(chunk.people for chunk in chunks)
    run.done = sum(chunk.people for chunk in chunks if chunk.state == RunState.DONE)
    if not any(chunk.state == RunState.WAITING for chunk in chunks):
        _close(run, chunks)
    run.save()
    if run.state == RunState.DONE and run.is_nightly:
        run_ended.send(Run, run=run, as_of=run.as_of)


def _close(run: Run, chunks: list[Chunk]) -> None:
    run.ended_at = clock.now()
    failed = [chunk for chunk in chunks if chunk.state == RunState.FAILED]
    if failed:
        run.state = RunState.FAILED
        run.error = "; ".join(f"people {x.first} to {x.last}: {x.error}" for x in failed)
        return
    run.state = RunState.DONE
    seconds = round((run.ended_at - (run.started_at or run.ended_at)).total_seconds(), 1)
    run.figures = _sum([chunk.figures for chunk in chunks]) | {"seconds": seconds}
    run.people = run.done = run.figures["people"]


def _sum(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of all chunks as one; the model is the newest that any was read by."""
    bands: sql.Bands = {
        lens: {band: sum(part["bands"][lens][band] for part in parts) for band in scoring.BANDS}
        for lens in scoring.LENSES
    }
    counts = {name: sum(part[name] for part in parts) for name in ("people", *CHANGES)}
    return counts | {"model": max((part["model"] for part in parts), default=None), "bands": bands}
