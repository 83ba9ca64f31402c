"""Over the API: what other agencies ask a client's agency, and its answers."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import cases.queries
import partners.commands
import partners.queries
from accounts.models import User
from audit.models import Kind
from cases.extract import LONGEST
from cases.http import SafeToTell, who_may_be_told
from partners.models import InformationRequest as Row
from partners.models import RequestAnswer as Answers
from rest.http.answers import answered
from rest.http.documented import KEY, LIST, MATCH, RECORD, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import Choice, Number, Text
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


class AskedOfUs(serializers.Serializer[Any]):
    """What another agency asks yours about a child. `needed_by`: by the end of that day.

    `answer` is null until somebody of your agency has answered, here or in the portal.
    """

    id = serializers.IntegerField()
    child = serializers.CharField()
    case = serializers.CharField()
    from_agency = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()
    needed_by = serializers.DateField()
    is_late = serializers.BooleanField()
    sent_at = serializers.DateTimeField()
    answer = serializers.ChoiceField(Answers.values, allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class AllAskedOfUs(serializers.Serializer[Any]):
    """A page of requests, newest first. `next` is the address of the page after it, or null."""

    results = AskedOfUs(many=True)
    next = serializers.CharField(allow_null=True)


class OneAskedOfUs(AskedOfUs):
    """The same, with whom it is safe to tell about the child: show it to whoever answers."""

    safe_to_tell = SafeToTell(allow_null=True)


class NewAnswer(serializers.Serializer[Any]):
    """Your agency's answer. `given` with what you know in `text`; `declined` with the `reason`.

    `safe_to_tell_read`: the `version` of `safe_to_tell` that a person has read before answering; not
    asked where that is null.
    """

    answer = Choice(Answers.values)
    text = Text(max_length=LONGEST["narrative"], required=False, allow_blank=True, default="")
    reason = Text(max_length=LONGEST["narrative"], required=False, allow_blank=True, default="")
    safe_to_tell_read = Number(required=False, allow_null=True, default=None)


class Told(serializers.Serializer[Any]):
    """That it is answered, and how. Nothing of the child: this answer is kept for a second try."""

    id = serializers.IntegerField()
    answer = serializers.ChoiceField(Answers.values)
    answered_at = serializers.DateTimeField()


ID = OpenApiParameter(
    "asked", {"type": "string", "pattern": "^[0-9]{1,18}$"}, OpenApiParameter.PATH
)


@extend_schema(
    operation_id="list_requests",
    summary="List what your agency is asked",
    description="Needs `requests:read`. What waits for an answer, of children who are open to your "
    "agency now. With `modified_since`: what was sent since.",
    parameters=[*PAGE_PARAMETERS, MATCH],
    responses={200: AllAskedOfUs, **LIST},
    tags=["Requests"],
)
@endpoint("GET", scope="requests:read")
def waiting(request: Request) -> HttpResponse:
    """A page of what the client's agency is asked and has not answered."""
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = partners.queries.requests_to_answer(viewer=request.user)
    if since := asked.validated_data.get("modified_since"):
        found = found.filter(sent_at__gte=since)
    page = page_of(request, found, asked.validated_data)
    _told(page.rows, by=request.user)
    return answered(request, page.shown(_shown))


@extend_schema(
    operation_id="read_request",
    summary="Read what your agency is asked",
    description="Needs `requests:read`.",
    parameters=[ID, MATCH],
    responses={200: OneAskedOfUs, **RECORD},
    tags=["Requests"],
)
@endpoint("GET", scope="requests:read")
def one(request: Request, asked: int) -> HttpResponse:
    """One request to the client's agency, with whom it is safe to tell."""
    found = partners.queries.request_to_us(asked, viewer=request.user)
    sight = cases.queries.sight_of(found.place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    _told([found], by=request.user)
    return answered(request, {**_shown(found), "safe_to_tell": who_may_be_told(safe)})


@extend_schema(
    operation_id="answer_request",
    summary="Answer what your agency is asked, or decline",
    description="Needs `requests:write`. The first answer stands: answered again, it is as it was. A "
    "person reads whom it is safe to tell before anything is sent: show them `safe_to_tell` of the "
    "request, and send its `version` as `safe_to_tell_read`. Who declines may call the hub.",
    parameters=[ID, KEY],
    request=NewAnswer,
    responses={200: Told, **refusals(400, 401, 403, 404, 409, 413, 415, 429)},
    tags=["Requests"],
)
@endpoint("POST", scope="requests:write")
def answer(request: Request, asked: int) -> HttpResponse:
    """The client's agency answers: what it knows, that it holds nothing, or that it declines."""
    found = partners.queries.request_to_us(asked, viewer=request.user)
    said = NewAnswer(data=request.data)
    said.is_valid(raise_exception=True)
    done = partners.commands.answer_request(found, by=request.user, **said.validated_data)
    shown = {name: getattr(done, name) for name in ("answer", "answered_at")}
    return answered(request, {"id": done.pk, **shown})


def _shown(row: Row) -> dict[str, Any]:
    plain = ("what", "why", "needed_by", "is_late", "sent_at", "answered_at")
    return {
        "id": row.pk,
        "child": row.place.person.reference,
        "case": row.place.case.reference,
        "from_agency": row.from_agency.name,
        "answer": row.answer or None,
        **{name: getattr(row, name) for name in plain},
    }


def _told(rows: Iterable[Row], *, by: User) -> None:
    rows = list(rows)
    audit.commands.record(
        Kind.DISCLOSURE,
        "api requests",
        persons={row.place.person_id for row in rows},
        records={"requests": [row.pk for row in rows]},
        ground="request",
        by=by,
    )
