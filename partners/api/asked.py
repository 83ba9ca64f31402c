"""Over the API: what a client's agency has asked others of a child, and what they answered."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import partners.queries
from accounts.models import User
from audit.models import Kind
from partners.models import InformationRequest as Row
from partners.models import RequestAnswer as Answers
from rest.http.answers import answered
from rest.http.documented import LIST, MATCH, RECORD
from rest.http.endpoints import Request, endpoint
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


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


ID = OpenApiParameter(
    "asked", {"type": "string", "pattern": "^[0-9]{1,18}$"}, OpenApiParameter.PATH
)


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
