"""One share whole over the API, on the lowest floor that knows of all its sections."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import cases.queries
import interventions.queries
import partners.queries
from accounts.models import User
from audit.models import Kind
from cases.http import SafeToTell, who_may_be_told
from cases.models import Action, ChronologyEvent, EventKind, Section
from interventions.models import Enrolment
from partners.models import Contribution, LawfulBasis, shareable
from partners.models import Share as Row
from partners.queries import PlaceSeen
from rest.http.answers import answered
from rest.http.documented import MATCH, RECORD
from rest.http.endpoints import Request, endpoint

# How many lines of the chronology one answer holds (default by judgement).
MOST = 100


class ToCall(serializers.Serializer[Any]):
    """Whom to call about it."""

    name = serializers.CharField()
    agency = serializers.CharField()
    phone = serializers.CharField()


class ContactAsShared(serializers.Serializer[Any]):
    """One contact in words that a person wrote for your agency."""

    contact_type = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    text = serializers.CharField()


class WatchedFor(serializers.Serializer[Any]):
    """What to watch for, in words. Never a number."""

    name = serializers.CharField()
    says = serializers.CharField()


class Step(serializers.Serializer[Any]):
    """A step of the plan: who does what by the end of which day, and what came of it."""

    what = serializers.CharField()
    owner = serializers.CharField()
    agency = serializers.CharField()
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    came_of_it = serializers.CharField()


class Line(serializers.Serializer[Any]):
    """A line of the chronology. `text`: what a person wrote of it for partners, '' where nobody did."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(EventKind.values)
    says = serializers.CharField()
    agency = serializers.CharField()
    text = serializers.CharField()


class Course(serializers.Serializer[Any]):
    """Help that the child has or had: `kept` of `planned` sessions. `ended_on` is null while it runs."""

    service = serializers.CharField()
    provider = serializers.CharField()
    goal = serializers.CharField()
    starts_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    planned = serializers.IntegerField()
    kept = serializers.IntegerField()
    last_session_at = serializers.DateTimeField(allow_null=True)


class Added(serializers.Serializer[Any]):
    """What an agency knows and meant for yours, or what yours added. `voice`: the child's own words."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    agency = serializers.CharField()
    text = serializers.CharField()
    voice = serializers.CharField()


class WholeShare(serializers.Serializer[Any]):
    """One child, shared with your agency, and what its `sections` show; what is not in them is empty.

    `case` is null before there is one; `contact` but for a share of one contact alone. `until` is
    exclusive. `undecided_since`: since when the family has taken back its agreement to help, and
    nobody has decided what follows. `chronology` holds the newest 100 lines; `is_whole`: there are no more.
    """

    reference = serializers.CharField()
    child = serializers.CharField()
    case = serializers.CharField(allow_null=True)
    purpose = serializers.CharField()
    lawful_basis = serializers.ChoiceField(LawfulBasis.values)
    agreement = serializers.CharField()
    sections = serializers.ListField(
        child=serializers.ChoiceField([section for section, _ in shareable()])
    )
    starts_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    to_call = ToCall()
    safe_to_tell = SafeToTell(allow_null=True)
    undecided_since = serializers.DateTimeField(allow_null=True)
    summary = serializers.CharField()
    contact = ContactAsShared(allow_null=True)
    watch_for = WatchedFor(many=True)
    plan = Step(many=True)
    chronology = Line(many=True)
    is_whole = serializers.BooleanField()
    interventions = Course(many=True)
    contributions = Added(many=True)


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
