"""What is shared with a client's agency, over the API."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

import audit.commands
import partners.queries
from accounts.models import User
from audit.models import Kind
from cases.models import Section
from partners.models import Share as Row
from partners.models import shareable
from rest.http.answers import answered
from rest.http.documented import LIST, MATCH
from rest.http.endpoints import Request, endpoint
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


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
    _told(page.rows, by=request.user)
    return answered(request, page.shown(_shown))


def _shown(row: Row) -> dict[str, Any]:
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


def _told(rows: Any, *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        "api shared",
        persons={row.person_id for row in rows},
        records={"shares": [row.pk for row in rows]},
        sections={section for row in rows for section in row.sections},
        ground="share",
        by=by,
    )
