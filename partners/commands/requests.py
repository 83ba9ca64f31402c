"""Ask another agency what it knows, and answer."""

from datetime import date

from django.core.exceptions import ValidationError

import accounts.commands
import accounts.queries
import asking
import audit.commands
import cases.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from cases.access import scope
from cases.models import CaseChild, Person, Section
from partners import permissions, queries
from partners.commands.addresses import addresses_in
from partners.commands.contributions import add
from partners.models import (
    IN_PERSON,
    NOT_TO_BE_ASKED,
    Audience,
    InformationRequest,
    RequestAnswer,
)


@asking.command
def ask_for_information(
    place: CaseChild,
    *,
    agency: Agency,
    what: str,
    why: str,
    needed_by: date,
    safe_to_tell_read: int | None = None,
    by: User,
) -> InformationRequest:
    """Ask an agency to which the child's place is open what it knows, by a day (inclusive).

    The same sent twice by one person is one. ValidationError at the field for what is missing, and
    for an agency that may not be asked by name: to it the request itself would tell of the child.
    Whom it is safe to tell has been read (`safe_to_tell_read`: its version).
    """
    permissions.check_can_ask(place, by=by)
    place = cases.commands.hold_open(place, by=by)
    cases.commands.refuse_hidden(place.person, by=by)
    errors = {}
    if agency not in queries.agencies_to_ask(place, viewer=by):
        errors["agency"] = NOT_TO_BE_ASKED
    if not what.strip():
        errors["what"] = "Say what you ask for."
    if not why.strip():
        errors["why"] = "Say why you need to know."
    errors |= _addresses(place, agency, {"what": what, "why": why}, by=by)
    if needed_by < clock.today():
        errors["needed_by"] = "The date must be today or later."
    if errors:
        raise ValidationError(errors)
    says = {
        "place": place,
        "from_agency": by.agency,
        "to_agency": agency,
        "what": what,
        "why": why,
        "needed_by": needed_by,
        "sent_by": by,
    }
    cases.commands.refuse_unless_safe(
        place.person, safe_to_tell_read=safe_to_tell_read, to=[agency], place=place, by=by
    )
    if waiting := InformationRequest.objects.filter(**says, answered_at=None).first():
        return waiting
    asked = InformationRequest.objects.create(**says, sent_at=clock.now())
    audit.commands.record(
        Kind.DISCLOSURE,
        "ask for information",
        persons=[place.person_id],
        records={"request": asked.pk, "to agency": agency.pk},
        by=by,
    )
    _tell_who_is_asked(asked, by=by)
    return asked


def _tell_who_is_asked(asked: InformationRequest, *, by: User) -> None:
    """Those of the agency who sit at the child's table, or lead the case; the others read My work."""
    seats = asked.place.team_places.filter(until=None, user__agency=asked.to_agency)
    told = {seat.user for seat in seats.select_related("user")}
    lead = asked.place.case.lead_worker
    if lead.agency_id == asked.to_agency_id:
        told.add(lead)
    cases.commands.tell_of(
        asked.place.person,
        sorted(told, key=lambda each: each.pk),
        f"{asked.from_agency} asks what you know, in {asked.place.case.reference}",
        url=f"/requests/{asked.pk}",
        by=by,
    )


@asking.command
def answer_request(
    asked: InformationRequest,
    *,
    answer: str,
    text: str = "",
    reason: str = "",
    safe_to_tell_read: int | None = None,
    by: User,
) -> InformationRequest:
    """Answer an agency that asked: what is known (kept as a contribution for them), nothing, or no.

    Answered twice, it stays as it was first answered. ValidationError at the field for what is
    missing, and where what they see of the child leaves out contributions. Whom it is safe to tell
    has been read (`safe_to_tell_read`: its version); whoever must not be told is declined without a reason.
    """
    queries.request(asked.pk, viewer=by)
    # As every writer does: the child's place first, then what belongs to it.
    place = cases.commands.hold_open(asked.place, by=by)
    held = InformationRequest.objects.select_for_update(of=("self",), no_key=True)
    request = held.select_related("from_agency", "to_agency", "sent_by").get(pk=asked.pk)
    if request.answered_at:
        return request
    permissions.check_can_answer(request, by=by)
    request.place = place
    reason = _safe_reason(request, answer, reason, safe_to_tell_read, by=by)
    errors = _unanswerable(request, answer, text, reason, _asker(request, by=by))
    # What whoever asked will read.
    said: dict[str, dict[str, str]] = {
        RequestAnswer.GIVEN: {"text": text},
        RequestAnswer.DECLINED: {"reason": reason},
    }
    if errors := _addresses(place, request.from_agency, said.get(answer, {}), by=by) | errors:
        raise ValidationError(errors)
    if answer == RequestAnswer.GIVEN:
        is_lead = request.from_agency.is_lead
        request.contribution = add(
            place,
            text=text,
            voice="",
            audience=[Audience.LEAD_AGENCY] if is_lead else [],
            named=[] if is_lead else [request.from_agency],
            by=by,
        )
    request.answer, request.reason = answer, reason if answer == RequestAnswer.DECLINED else ""
    request.answered_at, request.answered_by = clock.now(), by
    request.save()
    _tell_who_asked(request, by=by)
    return request


def _safe_reason(
    request: InformationRequest,
    answer: str,
    reason: str,
    safe_to_tell_read: int | None,
    *,
    by: User,
) -> str:
    """The reason of declining as whoever asked will read it. Nobody who must not be told is answered in
    words: with none typed, a decline says whom to call."""
    declines = answer == RequestAnswer.DECLINED
    try:
        cases.commands.refuse_unless_safe(
            request.place.person,
            safe_to_tell_read=safe_to_tell_read,
            to=[request.from_agency] if answer != RequestAnswer.NOTHING_HELD else [],
            place=request.place,
            field="reason" if declines else "answer",
            instead="leave this empty, and call the hub"
            if declines
            else "decline, and call the hub",
            by=by,
        )
    except ValidationError as error:
        if reason.strip() or list(error.message_dict) != ["reason"]:
            raise
        return IN_PERSON
    return reason


def _addresses(place: CaseChild, to: Agency, texts: dict[str, str], *, by: User) -> dict[str, str]:
    """The texts to a partner that hold the address of who was harmed: {field: what to do}."""
    return {} if to.is_lead else addresses_in(place.person, texts, by=by)


def _unanswerable(
    request: InformationRequest, answer: str, text: str, reason: str, asker: User
) -> dict[str, str]:
    """What an answer lacks: {field: what to do}. `asker`: who reads it, by `_asker`."""
    if answer not in RequestAnswer.values:
        return {"answer": "Choose an answer."}
    if answer == RequestAnswer.DECLINED and not reason.strip():
        return {"reason": "Say why you decline."}
    if answer != RequestAnswer.GIVEN:
        return {}
    if not text.strip():
        return {"text": "Write what you know."}
    told = scope.places_visible_to(asker, section=Section.CONTRIBUTIONS)
    if not told.filter(pk=request.place_id).exists():
        return {
            "answer": f"What {request.from_agency} sees of this child leaves out contributions: "
            "tell them in person, or have contributions shared with them first."
        }
    return {}


def _asker(request: InformationRequest, *, by: User) -> User:
    """Who waits for the answer: who asked, or took over what they held when they left."""
    return accounts.queries.stands_for(request.sent_by, viewer=by)


def _tell_who_asked(request: InformationRequest, *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        "answer request",
        persons=[request.place.person_id],
        records={
            "request": request.pk,
            "to agency": request.from_agency_id,
            "contribution": request.contribution_id,
        },
        reason=RequestAnswer(request.answer).label,
        by=by,
    )
    accounts.commands.settle(url=f"/requests/{request.pk}", by=by)
    asker = _asker(request, by=by)
    opens = scope.places_visible_to(asker).filter(pk=request.place_id).exists()
    cases.commands.tell_of(
        request.place.person,
        [asker],
        f"{request.to_agency} answered what you asked in {request.place.case.reference}",
        url=f"/requests/{request.pk}" if opens else _where_it_opens_not(request),
        by=by,
    )


def _where_it_opens_not(request: InformationRequest) -> str:
    """The home page itself, by an address of its own: the line leaves it with the child's record."""
    return f"/#request-{request.pk}"


def settle_requests_of(person: Person, *, by: User) -> None:
    """The child is hidden now: lines about what was asked and answered leave every home page."""
    for asked in InformationRequest.objects.filter(place__person=person).order_by("pk"):
        for url in (f"/requests/{asked.pk}", _where_it_opens_not(asked)):
            accounts.commands.settle(url=url, by=by)
