"""Referrals over the API: what became of what one's agency referred."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import referrals.queries
from accounts.models import User
from audit.models import Kind
from referrals.models import Referral as Row
from referrals.models import State
from rest.http.answers import answered
from rest.http.documented import LIST, MATCH, RECORD
from rest.http.endpoints import Request, endpoint
from rest.http.fields import Choice
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


class Referral(serializers.Serializer[Any]):
    """A referral and its answer. Children are named by reference, `contact` by its id here."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(State.values)
    made_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(help_text="The hub's answer to whoever referred; '' until then.")
    hub = serializers.CharField()
    contact = serializers.IntegerField(allow_null=True)
    children = serializers.ListField(child=serializers.CharField())


class Referrals(serializers.Serializer[Any]):
    """A page of referrals, newest first. `next` is the address of the page after it, or null."""

    results = Referral(many=True)
    next = serializers.CharField(allow_null=True)


class AskedReferrals(Asked):
    state = Choice(State.values, required=False)


@extend_schema(
    operation_id="list_referrals",
    summary="List own referrals",
    description="Needs `referrals:read`. What your agency referred, and what the hub answered; for a "
    "client of the lead agency, what was referred of the contacts that it posted.",
    parameters=[
        *PAGE_PARAMETERS,
        OpenApiParameter("state", {"type": "string", "enum": State.values}),
        MATCH,
    ],
    responses={200: Referrals, **LIST},
    tags=["Referrals"],
)
@endpoint("GET", scope="referrals:read")
def own(request: Request) -> HttpResponse:
    """A page of the agency's own referrals."""
    asked = AskedReferrals(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    query = asked.validated_data
    found = referrals.queries.referred(
        viewer=request.user, state=query.get("state"), since=query.get("modified_since")
    )
    page = page_of(request, found, query)
    _told(page.rows, by=request.user)
    return answered(request, page.shown(_shown))


@extend_schema(
    operation_id="read_referral",
    summary="Read one of your own referrals",
    description="Needs `referrals:read`.",
    parameters=[
        OpenApiParameter(
            "reference", {"type": "string", "pattern": "^R-[0-9]{1,18}$"}, OpenApiParameter.PATH
        ),
        MATCH,
    ],
    responses={200: Referral, **RECORD},
    tags=["Referrals"],
)
@endpoint("GET", scope="referrals:read")
def one(request: Request, reference: int) -> HttpResponse:
    """One of the agency's own referrals."""
    found = referrals.queries.referred_one(reference, viewer=request.user)
    _told([found], by=request.user)
    return answered(request, _shown(found))


def _shown(row: Row) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "state": row.state,
        "made_at": row.made_at,
        "due_at": row.due_at,
        "decided_at": row.decided_at,
        "answer": row.answer_shown,
        "hub": row.hub.name,
        "contact": None if row.keeps_contact_back else row.contact_id,
        "children": [child.person.reference for child in row.children.all()],
    }


def _told(rows: Any, *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        "api referrals",
        persons=[child.person_id for row in rows for child in row.children.all()],
        records={"referrals": [row.pk for row in rows]},
        ground="own",
        by=by,
    )
