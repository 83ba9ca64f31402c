"""The live model, the runs, and the workings of all readings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

import clock
from accounts.models import User
from audit.denied import NotVisible
from risk import permissions, sql
from risk.models import Chunk, Model, Run, RunState

Line = dict[str, Any]


def runs(*, viewer: User) -> QuerySet[Run]:
    """All runs, newest first. NotAllowed for whoever may neither see nor start one."""
    permissions.check_can_see_runs(by=viewer)
    return Run.objects.select_related("asked_by")


def run(run_id: int, *, viewer: User) -> Run:
    """One run, as far as it is. NotVisible where there is none."""
    found = runs(viewer=viewer).filter(pk=run_id).first()
    if found is None:
        raise NotVisible("run", run_id)
    return found


def chunk(chunk_id: int, *, viewer: User) -> Chunk:
    """Some people of a run. NotVisible where there is none."""
    permissions.check_can_see_runs(by=viewer)
    found = Chunk.objects.filter(pk=chunk_id).first()
    if found is None:
        raise NotVisible("chunk", chunk_id)
    return found


@dataclass(frozen=True)
class Progress:
    """How fast a run goes: people a second since it was started, and when it will have ended.

    Both None before its first chunk is done, and when it is not running.
    """

    rate: float | None = None
    ends_at: datetime | None = None


def progress(run: Run, *, viewer: User) -> Progress:
    """How fast a run goes now. What was done before it was started again tells nothing of that."""
    permissions.check_can_see_runs(by=viewer)
    now = clock.now()
    if run.state != RunState.RUNNING or run.started_at is None or now <= run.started_at:
        return Progress()
    done = run.chunks.filter(state=RunState.DONE, ended_at__gte=run.started_at)
    rate = sum(done.values_list("people", flat=True)) / (now - run.started_at).total_seconds()
    if not rate:
        return Progress()
    return Progress(rate, now + timedelta(seconds=(run.people - run.done) / rate))


def how_many_read(as_of: date, *, viewer: User) -> int:
    """How many people are read as of a day."""
    permissions.check_can_see_workings(by=viewer)
    model = Model.objects.first()
    return sql.how_many(model, as_of) if model else 0


def bands_by_area(as_of: date, *, viewer: User) -> tuple[int | None, dict[int, sql.Bands]]:
    """The live model's number, and how many people stand in each band by area id, 0 the whole force.

    As of a day, from what had been recorded by its end. None and nothing with no model live. For
    tables of figures: no viewer is shown these before they are rounded.
    """
    permissions.check_can_count(by=viewer)
    model = Model.objects.first()
    return (model.number, sql.count_by_area(model, as_of)) if model else (None, {})


def workings(as_of: date, *, viewer: User) -> Iterator[Line]:
    """Everybody who is read as of a day: unrounded readings, and every fact that was known by then.

    Enough to check each reading with a program of one's own. Pseudonymised: `person` is a keyed
    digest, the same on every day, and the order of the lines says nothing. Needs a transaction.
    """
    permissions.check_can_see_workings(by=viewer)
    model = Model.objects.first()
    if model is None:
        return
    for working in sql.workings(model, as_of, salt=_digest("order", "")):
        yield {
            "person": _digest("person", str(working.person_id)),
            "date_of_birth": _iso(working.date_of_birth),
            "as_of": as_of.isoformat(),
            "model": model.number,
            **working.readings,
            "bands": working.bands,
            "breadth": working.breadth,
            "observations": working.observations,
        }


def domain_points(
    people: Iterable[int], as_of: date, *, viewer: User
) -> dict[int, sql.DomainPoints]:
    """Risk points by domain of many people at once, as known by the end of a day, by the live model.

    Who had no reading that day is left out. Whoever asks leaves the audit entry of what it is for.
    """
    permissions.check_can_see_workings(by=viewer)
    model = Model.objects.first()
    if model is None:
        return {}
    return {each.person_id: each for each in sql.domain_points(model, as_of, people)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _digest(what: str, value: str) -> str:
    keyed = salted_hmac(
        f"risk.workings.{what}", value, secret=settings.SECRET_KEY, algorithm="sha256"
    )
    return keyed.hexdigest()[:32]
