"""One share whole over the API, on the lowest floor that knows of all its sections."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema

import audit.commands
import cases.queries
import interventions.queries
import partners.queries
from accounts.models import User
from audit.models import Kind
from cases.http import who_may_be_told
from cases.models import Action, ChronologyEvent, Section
from interventions.api.shapes import WholeShare
from interventions.models import Enrolment
from partners.models import Contribution
from partners.models import Share as Row
from partners.queries import PlaceSeen
from rest.http.answers import answered
from rest.http.documented import MATCH, RECORD
from rest.http.endpoints import Request, endpoint

# How many lines of the chronology one answer holds (default by judgement).
MOST = 100


@extend_schema(
    operation_id="read_share",
    summary="Read one share, section by section",
    description="Needs `shared:read`, and a share that is open to your agency at this moment: over, "
    "withdrawn, suspended or another agency's it is 404. Its sections and nothing else, "
    "whatever other ground your agency has.",
    parameters=[
        OpenApiParameter(
            "share", {"type": "string", "pattern": "^S-[0-9]{1,18}$"}, OpenApiParameter.PATH
        ),
        MATCH,
    ],
    responses={200: WholeShare, **RECORD},
    tags=["Children"],
)
@endpoint("GET", scope="shared:read")
def one(request: Request, share: int) -> HttpResponse:
    """One share of the client's agency, as its staff see it."""
    found = partners.queries.share_with_us(share, viewer=request.user)
    seen = partners.queries.as_opened(found, viewer=request.user)
    _told(found, seen, by=request.user)
    return answered(
        request,
        _headed(found, viewer=request.user)
        | _sections(found, seen)
        | {"interventions": _courses(found, seen, viewer=request.user)},
    )


def _headed(share: Row, *, viewer: User) -> dict[str, Any]:
    """What it is, why, until when, whom to call and whom it is safe to tell."""
    sight = partners.queries.sight_of_child(share.subject, viewer)
    places = [share.place] if share.place else []
    undecided = partners.queries.undecided(places, viewer=viewer).get(share.place_id or 0)
    contact, answers = partners.queries.contact_seen(share, viewer=viewer), share.answers
    return {
        "reference": share.reference,
        "child": share.person.reference,
        "case": share.place.case.reference if share.place else None,
        "agreement": share.agreement.title,
        **{
            name: getattr(share, name) for name in ("purpose", "lawful_basis", "starts_at", "until")
        },
        "to_call": {
            "name": answers.name,
            "agency": answers.agency.name,
            "phone": answers.phone or answers.agency.phone,
        },
        "safe_to_tell": who_may_be_told(cases.queries.safe_to_tell(sight, viewer=viewer)),
        "undecided_since": undecided and undecided.opened_at,
        "contact": contact and vars(contact),
    }


def _sections(share: Row, seen: PlaceSeen) -> dict[str, Any]:
    lines = list(seen.events[: MOST + 1])
    return {
        "sections": [section for section in share.sections if section in seen.sections],
        "summary": seen.summary,
        "watch_for": [vars(each) for each in seen.watch],
        "plan": [_step(action) for action in seen.actions],
        "chronology": [_line(line) for line in lines[:MOST]],
        "is_whole": len(lines) <= MOST,
        "contributions": [_added(added) for added in seen.contributions],
    }


def _step(action: Action) -> dict[str, Any]:
    plain = ("what", "due_on", "done_at", "came_of_it")
    who = {"owner": action.owner.name, "agency": action.owner.agency.name}
    return {**who, **{name: getattr(action, name) for name in plain}}


def _line(line: ChronologyEvent) -> dict[str, Any]:
    return {
        "at": line.occurred_at,
        "kind": line.kind,
        "says": line.says,
        "agency": line.agency.name,
        "text": line.partner_text or "",  # type: ignore[attr-defined]  # as the query annotates it
    }


def _added(added: Contribution) -> dict[str, Any]:
    who = {"by": added.by.name, "agency": added.agency.name}
    return {**who, **{name: getattr(added, name) for name in ("at", "text", "voice")}}


def _courses(share: Row, seen: PlaceSeen, *, viewer: User) -> list[dict[str, Any]]:
    if share.place is None or Section.INTERVENTIONS not in seen.sections:
        return []
    return [_course(each) for each in interventions.queries.enrolments(share.place, viewer=viewer)]


def _course(course: Enrolment) -> dict[str, Any]:
    plain = ("goal", "starts_on", "ended_on", "planned", "kept", "last_session_at")
    service = {"service": course.service.name, "provider": course.service.provider.name}
    return {**service, **{name: getattr(course, name) for name in plain}}


def _told(share: Row, seen: PlaceSeen, *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        "api share",
        persons=[share.person_id],
        records={"share": share.pk},
        sections=seen.sections,
        ground="share",
        by=by,
    )
