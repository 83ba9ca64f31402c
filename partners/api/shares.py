"""Over the API: what is shared with an agency, and what it adds. One share whole: interventions.api."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import partners.commands
import partners.queries
from accounts.models import User
from audit.models import Kind
from cases.extract import LONGEST
from cases.models import Section
from partners.models import Audience, shareable
from partners.models import Share as ShareRow
from rest.http.answers import answered
from rest.http.documented import KEY, LIST, MATCH, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import Choice, Text
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of
from rest.http.problems import Problem


class Share(serializers.Serializer[Any]):
    """One child, shared with your agency. `case` is null where there is no case yet.

    `sections` are what you may read of the child, until `until` (exclusive). `summary` is '' where it
    is not among them.
    """

    reference = serializers.CharField()
    child = serializers.CharField()
    case = serializers.CharField(allow_null=True)
    purpose = serializers.CharField()
    sections = serializers.ListField(
        child=serializers.ChoiceField([section for section, _ in shareable()])
    )
    starts_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    summary = serializers.CharField()


class Shares(serializers.Serializer[Any]):
    """A page of shares, the latest first. `next` is the address of the page after it, or null."""

    results = Share(many=True)
    next = serializers.CharField(allow_null=True)


class AskedShares(Asked):
    """A share that ends says nothing any more: there is no list of what has changed."""

    modified_since = None  # type: ignore[assignment]


@extend_schema(
    operation_id="list_shared",
    summary="List what is shared with your agency",
    description="Needs `shared:read`. What is open to your agency at this moment; what has ended, was "
    "withdrawn, or is suspended is not in it.",
    parameters=[
        *(each for each in PAGE_PARAMETERS if each.name != "modified_since"),
        MATCH,
    ],
    responses={200: Shares, **LIST},
    tags=["Children"],
)
@endpoint("GET", scope="shared:read")
def shared(request: Request) -> HttpResponse:
    """A page of the shares that are live for the client's agency."""
    asked = AskedShares(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = partners.queries.shared_with_us(viewer=request.user)
    page = page_of(request, found, asked.validated_data)
    _shares_told(page.rows, by=request.user)
    return answered(request, page.shown(_share_shown))


def _share_shown(row: ShareRow) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "child": row.person.reference,
        "case": row.place.case.reference if row.place else None,
        "purpose": row.purpose,
        "sections": row.sections,
        "starts_at": row.starts_at,
        "until": row.until,
        "summary": row.summary if Section.SUMMARY in row.sections else "",
    }


def _shares_told(rows: Any, *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        "api shared",
        persons={row.person_id for row in rows},
        records={"shares": [row.pk for row in rows]},
        sections={section for row in rows for section in row.sections},
        ground="share",
        by=by,
    )


class NewContribution(serializers.Serializer[Any]):
    """What your agency knows: `text`, the child's own words in `voice`, and who may read it beside
    your agency. Passing it on further needs your agreement, or a reason that is recorded."""

    text = Text(max_length=LONGEST["narrative"])
    voice = Text(max_length=LONGEST["narrative"], required=False, allow_blank=True, default="")
    audience = serializers.ListField(child=Choice(Audience.values), allow_empty=False, max_length=9)


class Contributed(serializers.Serializer[Any]):
    """That it is there. Nothing of the child: this answer is kept for a second try."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    audience = serializers.ListField(child=serializers.ChoiceField(Audience.values))


@extend_schema(
    operation_id="contribute",
    summary="Add what your agency knows",
    description="Needs `shared:write`, and a share that is open to your agency now, in a case. The "
    "same words sent twice are one. Agencies by name are chosen by a person on the team around the "
    "child, in the portal.",
    parameters=[
        OpenApiParameter(
            "share", {"type": "string", "pattern": "^S-[0-9]{1,18}$"}, OpenApiParameter.PATH
        ),
        KEY,
    ],
    request=NewContribution,
    responses={201: Contributed, **refusals(400, 401, 403, 404, 409, 413, 415, 429)},
    tags=["Children"],
)
@endpoint("POST", scope="shared:write")
def contribute(request: Request, share: int) -> HttpResponse:
    """A partner's program adds what its agency knows of a child who is shared with it."""
    found = partners.queries.share_with_us(share, viewer=request.user)
    said = NewContribution(data=request.data)
    said.is_valid(raise_exception=True)
    if found.place is None:
        raise Problem(
            "invalid",
            "There is no case yet to add this to: post it as a contact, or call whom the share names.",
        )
    added = partners.commands.contribute(found.place, by=request.user, **said.validated_data)
    content = {"id": added.pk, "at": added.at, "audience": added.audience}
    return answered(request, content, status=201)
