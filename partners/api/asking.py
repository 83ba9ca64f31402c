"""Over the API: a client's agency asks another what it knows of a child, and reads the answer."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import cases.queries
import partners.commands
import partners.permissions
import partners.queries
from accounts.models import Agency, User
from audit.models import Kind
from cases.extract import LONGEST
from cases.http import SafeToTell, who_may_be_told
from cases.models import CaseChild
from partners.models import NOT_TO_BE_ASKED
from partners.models import InformationRequest as Row
from partners.models import RequestAnswer as Answers
from rest.http.answers import answered
from rest.http.documented import KEY, LIST, MATCH, RECORD, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import DayToCome, Number, Text
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


class ToAsk(serializers.Serializer[Any]):
    """Whom your agency may ask about a child, by name, and whom it is safe to tell: show it to
    whoever asks. `safe_to_tell` is null where nothing is recorded, or not for you."""

    child = serializers.CharField()
    case = serializers.CharField()
    agencies = serializers.ListField(child=serializers.CharField())
    safe_to_tell = SafeToTell(allow_null=True)


class NewQuestion(serializers.Serializer[Any]):
    """What your agency asks. The agency asked reads `what` and `why` as you send them: say nothing of
    other people or agencies, and nothing of the child that it does not know.

    `agency`: one of `agencies` of what may be asked. `needed_by`: by the end of that day.
    `safe_to_tell_read`: the `version` of `safe_to_tell` that a person has read before asking; not
    asked where that is null.
    """

    agency = Text(max_length=120)
    what = Text(max_length=LONGEST["narrative"])
    why = Text(max_length=LONGEST["narrative"])
    needed_by = DayToCome()
    safe_to_tell_read = Number(required=False, allow_null=True, default=None)


class Sent(serializers.Serializer[Any]):
    """That it is sent. Nothing of the child: this answer is kept for a second try."""

    id = serializers.IntegerField()
    sent_at = serializers.DateTimeField()


class AskedByUs(serializers.Serializer[Any]):
    """What your agency asked another about a child. `needed_by`: by the end of that day.

    `answer` is null until the agency asked has answered.
    """

    id = serializers.IntegerField()
    child = serializers.CharField()
    case = serializers.CharField()
    to_agency = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()
    needed_by = serializers.DateField()
    is_late = serializers.BooleanField()
    sent_by = serializers.CharField()
    sent_at = serializers.DateTimeField()
    answer = serializers.ChoiceField(Answers.values, allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class AllAskedByUs(serializers.Serializer[Any]):
    """A page of requests, newest first. `next` is the address of the page after it, or null."""

    results = AskedByUs(many=True)
    next = serializers.CharField(allow_null=True)


class OneAskedByUs(AskedByUs):
    """The same with the answer: `text` of what is known, `reason` of declining, '' where there is
    none, or none for you. `is_closed_to_them`: nobody there can answer any more."""

    text = serializers.CharField()
    reason = serializers.CharField()
    is_closed_to_them = serializers.BooleanField()


PLACE = [
    OpenApiParameter(
        "case",
        {"type": "string", "pattern": "^EI-[0-9]{1,18}$"},
        OpenApiParameter.PATH,
        description="As a share or a request names it.",
    ),
    OpenApiParameter(
        "child",
        {"type": "string", "pattern": "^[0-9]{1,18}$"},
        OpenApiParameter.PATH,
        description="The number in the child's reference: 12 of C-12.",
    ),
]
ID = OpenApiParameter(
    "asked", {"type": "string", "pattern": "^[0-9]{1,18}$"}, OpenApiParameter.PATH
)


@extend_schema(
    operation_id="read_whom_to_ask",
    summary="Whom may my agency ask about a child?",
    description="Needs `asking:write`, and a child who is open to your agency in that case now. "
    "Agencies that know of the child already, as far as you may know that they do: to any other, being "
    "asked would tell of the child. Call the hub for those.",
    parameters=[*PLACE, MATCH],
    responses={200: ToAsk, **RECORD},
    tags=["Requests"],
)
@endpoint("GET", scope="asking:write")
def to_ask(request: Request, case: int, child: int) -> HttpResponse:
    """Whom one may ask about a child's place, and what to read before."""
    place = cases.queries.place_in_case(case, child, viewer=request.user)
    partners.permissions.check_can_ask(place, by=request.user)
    sight = cases.queries.sight_of(place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    agencies = partners.queries.agencies_to_ask(place, viewer=request.user)
    audit.commands.record(
        Kind.DISCLOSURE,
        "api to ask",
        persons=[place.person_id],
        records={"place": place.pk},
        ground=sight.ground,
        by=request.user,
    )
    content = {
        "child": place.person.reference,
        "case": place.case.reference,
        "agencies": [agency.name for agency in agencies],
        "safe_to_tell": who_may_be_told(safe),
    }
    return answered(request, content)


@extend_schema(
    operation_id="ask_for_information",
    summary="Ask another agency what it knows of a child",
    description="Needs `asking:write`, and a child who is open to your agency in that case now, while "
    "it is open. The same asked twice, and not yet answered, is one. A person reads whom it is "
    "safe to tell before anything is sent: read whom you may ask, show `safe_to_tell`, and send its "
    "`version` as `safe_to_tell_read`.",
    parameters=[*PLACE, KEY],
    request=NewQuestion,
    responses={201: Sent, **refusals(400, 401, 403, 404, 409, 413, 415, 429)},
    tags=["Requests"],
)
@endpoint("POST", scope="asking:write")
def ask(request: Request, case: int, child: int) -> HttpResponse:
    """The client's agency asks another what it knows."""
    place = cases.queries.place_in_case(case, child, viewer=request.user)
    partners.permissions.check_can_ask(place, by=request.user)
    said = NewQuestion(data=request.data)
    said.is_valid(raise_exception=True)
    asks = said.validated_data | {"agency": _named(said.validated_data["agency"], place, request)}
    asked = partners.commands.ask_for_information(place, by=request.user, **asks)
    return answered(request, {"id": asked.pk, "sent_at": asked.sent_at}, status=201)


def _named(name: str, place: CaseChild, request: Request) -> Agency:
    """One refusal for what is no agency and for one that may not be asked: it tells of neither."""
    offered = partners.queries.agencies_to_ask(place, viewer=request.user)
    found = offered.filter(name=name).first()
    if found is None:
        raise ValidationError({"agency": NOT_TO_BE_ASKED})
    return found


@extend_schema(
    operation_id="list_requests_sent",
    summary="List what your agency asks others",
    description="Needs `asking:read`. Of children who are open to your agency now. With "
    "`modified_since`: what was sent or answered since.",
    parameters=[*PAGE_PARAMETERS, MATCH],
    responses={200: AllAskedByUs, **LIST},
    tags=["Requests"],
)
@endpoint("GET", scope="asking:read")
def sent(request: Request) -> HttpResponse:
    """A page of what the client's agency has asked."""
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = partners.queries.requests_sent(viewer=request.user)
    if since := asked.validated_data.get("modified_since"):
        found = found.filter(Q(sent_at__gte=since) | Q(answered_at__gte=since))
    page = page_of(request, found, asked.validated_data)
    _told(page.rows, by=request.user)
    return answered(request, page.shown(_shown))


@extend_schema(
    operation_id="read_request_sent",
    summary="Read what your agency asked, and the answer",
    description="Needs `asking:read`.",
    parameters=[ID, MATCH],
    responses={200: OneAskedByUs, **RECORD},
    tags=["Requests"],
)
@endpoint("GET", scope="asking:read")
def one(request: Request, asked: int) -> HttpResponse:
    """One request by the client's agency, with what was answered."""
    found = partners.queries.request_by_us(asked, viewer=request.user)
    given = partners.queries.given(found, viewer=request.user)
    closed = partners.queries.is_closed_to_them(found, viewer=request.user)
    _told([found], by=request.user)
    more = {
        "text": given.text if given else "",
        "reason": found.reason,
        "is_closed_to_them": closed,
    }
    return answered(request, _shown(found) | more)


def _shown(row: Row) -> dict[str, Any]:
    plain = ("what", "why", "needed_by", "is_late", "sent_at", "answered_at")
    return {
        "id": row.pk,
        "child": row.place.person.reference,
        "case": row.place.case.reference,
        "to_agency": row.to_agency.name,
        "sent_by": row.sent_by.name,
        "answer": row.answer or None,
        **{name: getattr(row, name) for name in plain},
    }


def _told(rows: Iterable[Row], *, by: User) -> None:
    rows = list(rows)
    audit.commands.record(
        Kind.DISCLOSURE,
        "api requests sent",
        persons={row.place.person_id for row in rows},
        records={"requests": [row.pk for row in rows]},
        ground="request",
        by=by,
    )
