"""Enrol a child in a service, and end it with a reason."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError

import accounts.commands
import asking
import clock
import partners.commands
from accounts.models import User
from audit.models import Kind
from cases.access import scope
from cases.models import Case, CaseChild
from interventions import permissions, queries
from interventions.commands.courses import take_turn, write_down
from interventions.models import Attendance, EndReason, Enrolment, Service

# Help that had begun before the case opened may be brought in; what is older is history, and stands
# in the chronology (default by judgement).
BEFORE_JOINING = timedelta(days=365)
# A later start is a waiting list, not a plan (default by judgement).
AHEAD = timedelta(days=183)
TRIES = 3
NOT_THERE = (Attendance.MISSED, Attendance.CANCELLED_FAMILY)


@asking.command
def enrol(
    place: CaseChild,
    *,
    service: Service,
    goal: str,
    starts_on: date,
    override_reason: str = "",
    by: User,
) -> Enrolment:
    """Begin one child's course of a service on a London day.

    Sent twice, it is one. ValidationError at the field: no place free, a case or service that is
    closed, taking part already, a day out of bounds; and where the child's age is not known or
    outside the service's, or the evidence says that such help can do harm, a missing
    `override_reason`, which is kept. Partners with whom the help is shared read the goal.
    """
    permissions.check_can_deliver(place, by=by)
    case, service = _take_turns(place, service)
    rules = queries.rules_against(place, service, on=starts_on, viewer=by)
    # A reason that no rule asked for says nothing.
    reason = override_reason.strip() if rules else ""
    live = Enrolment.objects.live().filter(place=place, service=service).first()
    same = (goal.strip(), starts_on, reason, by.pk)
    if live and (live.goal, live.starts_on, live.override_reason, live.enrolled_by_id) == same:
        return live
    errors = _misfits(place, case, service, starts_on)
    if live:
        errors["service"] = f"{place.person.name} takes part in this already."
    if not goal.strip():
        errors["goal"] = "Say what the help is for."
    errors |= partners.commands.addresses_in(place.person, {"goal": goal}, by=by)
    if rules and not reason:
        errors["override_reason"] = f"{' '.join(rules)} Say why this is right all the same."
    if errors:
        raise ValidationError(errors)
    enrolment = Enrolment.objects.create(
        place=place,
        service=service,
        goal=goal.strip(),
        starts_on=starts_on,
        enrolled_at=clock.now(),
        enrolled_by=by,
        override_reason=reason,
    )
    detail = [f"Goal: {enrolment.goal}.", f"From {starts_on:%-d %B %Y}."]
    if rules:
        detail += [*rules, f"All the same: {reason}"]
    write_down(enrolment, "enrol", f"Enrolled in {service}", detail=" ".join(detail), by=by)
    _tell_lead_worker(enrolment, "Help is arranged", by=by)
    return enrolment


def _take_turns(place: CaseChild, service: Service) -> tuple[Case, Service]:
    """Case and service, locked in this order: against a closing, and for the last free place."""
    case = Case.objects.select_for_update(no_key=True).get(pk=place.case_id)
    services = Service.objects.select_related("provider", "approach")
    return case, services.select_for_update(of=("self",), no_key=True).get(pk=service.pk)


def _misfits(place: CaseChild, case: Case, service: Service, starts_on: date) -> dict[str, str]:
    errors = {}
    taken = service.enrolments.live().count()
    if service.closed_at:
        errors["service"] = "This service takes no new children: choose another."
    elif not service.approach.is_for_one_child:
        errors["service"] = "No child takes part in this by themselves: choose another service."
    elif service.capacity is not None and taken >= service.capacity:
        errors["service"] = f"{service} has no place free now: choose another, or ask them when."
    if case.closed_at or place.left_at:
        errors["service"] = "The case is closed for this child: nobody can be enrolled from it."
    first = clock.london_date(place.joined_at) - BEFORE_JOINING
    if starts_on < first:
        errors["starts_on"] = f"The first day must be {first:%-d %B %Y} or later."
    elif starts_on > clock.today() + AHEAD:
        last = clock.today() + AHEAD
        errors["starts_on"] = f"The first day must be {last:%-d %B %Y} or earlier."
    return errors


@asking.command
def end_enrolment(
    enrolment: Enrolment, *, reason: str, ended_on: date, note: str = "", by: User
) -> Enrolment:
    """End a course on a London day, with a reason. Ended twice, it stays as it was first ended.

    One that has not begun ends on its first day. 'Not engaged' needs three sessions that the child
    did not come to, or a note of what was tried. ValidationError at the field.
    """
    enrolment = take_turn(enrolment, by=by)
    if not enrolment.is_live:
        return enrolment
    ended_on = max(ended_on, enrolment.starts_on) if _not_begun(enrolment) else ended_on
    errors = dict(_end_misfits(enrolment, reason, ended_on, note))
    errors |= partners.commands.addresses_in(enrolment.place.person, {"note": note}, by=by)
    if errors:
        raise ValidationError(errors)
    enrolment.ended_on, enrolment.end_reason = ended_on, reason
    enrolment.end_note, enrolment.ended_at, enrolment.ended_by = note.strip(), clock.now(), by
    enrolment.save(update_fields=["ended_on", "end_reason", "end_note", "ended_at", "ended_by"])
    write_down(
        enrolment,
        "end enrolment",
        f"Help ended: {enrolment.service}",
        detail=f"{EndReason(reason).label}. {enrolment.end_note}".strip(),
        kind=Kind.ALTERATION,
        by=by,
    )
    _tell_lead_worker(enrolment, "Help has ended", by=by)
    return enrolment


def _not_begun(enrolment: Enrolment) -> bool:
    return enrolment.starts_on > clock.today()


def _end_misfits(
    enrolment: Enrolment, reason: str, ended_on: date, note: str
) -> Iterable[tuple[str, str]]:
    last = enrolment.sessions.order_by("held_at").last()
    last_day = max(enrolment.starts_on, clock.london_date(last.held_at)) if last else None
    if reason not in EndReason.values:
        yield "reason", "Choose why it ends."
    if ended_on < (last_day or enrolment.starts_on):
        what = "the last session" if last_day else "the first day"
        day = last_day or enrolment.starts_on
        yield "ended_on", f"The last day must be {day:%-d %B %Y}, {what}, or later."
    elif ended_on > clock.today() and not _not_begun(enrolment):
        yield "ended_on", "The last day must be today or earlier."
    if reason == EndReason.NOT_ENGAGED and not note.strip():
        missed = enrolment.sessions.filter(attendance__in=NOT_THERE).count()
        if missed < TRIES:
            yield "note", f"{missed} of {TRIES} missed sessions are recorded: say what was tried."


def _tell_lead_worker(enrolment: Enrolment, what: str, *, by: User) -> None:
    case = enrolment.place.case
    if case.lead_worker != by and not scope.is_hidden_from(
        case.lead_worker, enrolment.place.person_id
    ):
        accounts.commands.notify(
            case.lead_worker,
            f"{what} in {case.reference}",
            url=f"/enrolments/{enrolment.pk}",
            by=by,
        )
