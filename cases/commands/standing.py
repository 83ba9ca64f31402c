"""Note what to beware of, and what a child has by statute; say that it is over."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Model

import accounts.queries
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.commands.chronology import add_event
from cases.commands.people import hold
from cases.models import Caution, EventKind, Person, StatusKind, StatutoryStatus
from cases.models.standing import holds_now


@asking.command
def note_caution(
    person: Person, *, says: str, since: date, until: date | None = None, by: User
) -> Caution:
    """Keep what somebody at the door must beware of, until a day (exclusive) or until it is ended.

    The same words twice are one caution while the first holds.
    """
    permissions.check_can_keep_record(person, by=by)
    if not says.strip():
        raise ValidationError({"says": "Say what to beware of."})
    _check_days(since, until)
    # Of two sends at once, the second waits here for the first.
    hold([person.pk])
    known = Caution.objects.filter(holds_now(), person=person, says=says).first()
    if known:
        return known
    noted = Caution.objects.create(
        person=person,
        says=says,
        since=since,
        until=until,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    _record(Kind.COLLECTION, "note caution", person, noted, by=by)
    return noted


@asking.command
def end_caution(caution: Caution, *, by: User) -> Caution:
    """Say that there is nothing to beware of any more, from today on. What is over stays so."""
    permissions.check_can_keep_record(caution.person, by=by)
    hold([caution.person_id])
    caution.refresh_from_db()
    if not caution.is_over:
        _end(caution, by=by)
        _record(Kind.ALTERATION, "end caution", caution.person, caution, by=by)
    return caution


@asking.command
def record_status(
    person: Person,
    *,
    kind: str,
    since: date,
    until: date | None = None,
    social_worker: str = "",
    social_worker_phone: str = "",
    source: str,
    by: User,
) -> StatutoryStatus:
    """Keep what a child has by statute, who answers for it and who said so.

    One of each kind holds at a time: another one, such as with a new social worker, ends the one
    before it. The same one sent twice is one.
    """
    permissions.check_can_keep_standing(person, by=by)
    if not source.strip():
        raise ValidationError({"source": "Say who told you, or where you read it."})
    _check_days(since, until)
    said = {
        "kind": kind,
        "since": since,
        "until": until,
        "social_worker": social_worker,
        "social_worker_phone": social_worker_phone,
        "source": source,
    }
    hold([person.pk])
    standing = StatutoryStatus.objects.filter(holds_now(), person=person, kind=kind)
    if known := standing.filter(**said).first():
        return known
    for before in standing:
        _end(before, by=by)
    kept = StatutoryStatus.objects.create(
        person=person, **said, recorded_at=clock.now(), recorded_by=by
    )
    _tell(person, f"{StatusKind(kind).label} recorded", f"Source: {source}", by=by)
    _record(Kind.COLLECTION, "record status", person, kept, by=by)
    return kept


@asking.command
def end_status(status: StatutoryStatus, *, by: User) -> StatutoryStatus:
    """Say that a child has this status no more, from today on. What is over stays so."""
    permissions.check_can_keep_standing(status.person, by=by)
    hold([status.person_id])
    status.refresh_from_db()
    if not status.is_over:
        _end(status, by=by)
        _tell(status.person, f"{status.get_kind_display()} ended", "", by=by)
        _record(Kind.ALTERATION, "end status", status.person, status, by=by)
    return status


def _check_days(since: date, until: date | None) -> None:
    if since > clock.today():
        raise ValidationError({"since": "The date must be today or in the past."})
    if until is not None and until <= clock.today():
        raise ValidationError({"until": "The end must be after today."})


def _end(lasting: Caution | StatutoryStatus, *, by: User) -> None:
    lasting.until, lasting.ended_at, lasting.ended_by = clock.today(), clock.now(), by
    lasting.save(update_fields=["until", "ended_at", "ended_by"])


def _tell(person: Person, says: str, detail: str, *, by: User) -> None:
    """For the full record alone: a status is nothing that the chronology tells a partner."""
    lead = accounts.queries.lead_agency(viewer=by)
    add_event(person, EventKind.RECORD, says, detail=detail, audience=[lead] if lead else (), by=by)


def _record(kind: Kind, verb: str, person: Person, kept: Model, *, by: User) -> None:
    name = "caution" if isinstance(kept, Caution) else "status"
    audit.commands.record(kind, verb, persons=[person.pk], records={name: kept.pk}, by=by)
