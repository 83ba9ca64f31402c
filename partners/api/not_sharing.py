"""Over the API: with whom a child's record is not shared, and why, for the full record alone."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

import audit.commands
import cases.queries
import partners.queries
from audit.denied import NotVisible
from audit.models import Kind
from cases.http import CHILD
from partners.models import DecisionNotToShare as Row
from rest.http.answers import answered
from rest.http.documented import MATCH, UNCHANGED, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


class Review(serializers.Serializer[Any]):
    """A look back: it stands until `next_on`, or (`still_not` false) it is shared from then."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    still_not = serializers.BooleanField()
    reason = serializers.CharField()
    next_on = serializers.DateField(allow_null=True)


class NotShared(serializers.Serializer[Any]):
    """A decision not to share a child's record with an agency; of one place in a case where `case` is
    not null. It stands until `ended_at`. `detriment`: what harm was weighed. Reviews: newest first."""

    id = serializers.IntegerField()
    case = serializers.CharField(allow_null=True)
    agency = serializers.CharField()
    considered = serializers.CharField()
    detriment = serializers.CharField()
    decided_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    review_on = serializers.DateField()
    ended_at = serializers.DateTimeField(allow_null=True)
    reviews = Review(many=True)


class AllNotShared(serializers.Serializer[Any]):
    """A page of decisions, newest first. `next` is the address of the page after it, or null."""

    results = NotShared(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema(
    operation_id="list_not_shared",
    summary="List with whom a child's record is not shared",
    description="Needs `not-shared:read`, and a ground that opens the full record: a client of the lead "
    "agency that posted a contact with the child, or of the hub while it decides. For anybody else it "
    "is 404, as for a child who does not exist. To decide and to review is for a person, in the portal.",
    parameters=[
        CHILD,
        *PAGE_PARAMETERS,
        MATCH,
    ],
    responses={200: AllNotShared, **UNCHANGED, **refusals(400, 401, 403, 404, 429)},
    tags=["Children"],
)
@endpoint("GET", scope="not-shared:read")
def not_shared(request: Request, child: int) -> HttpResponse:
    """A page of the decisions not to share of one child."""
    sight = cases.queries.record(child, viewer=request.user)
    if not sight.everything:
        raise NotVisible("child", child)
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = partners.queries.decisions_not_to_share(sight.person, viewer=request.user)
    if since := asked.validated_data.get("modified_since"):
        changed = Q(decided_at__gte=since) | Q(reviews__at__gte=since)
        found = found.filter(changed).distinct()
    page = page_of(request, found, asked.validated_data)
    audit.commands.record(
        Kind.DISCLOSURE,
        "api not shared",
        persons=[child],
        records={"decisions not to share": [row.pk for row in page.rows]},
        ground=sight.ground,
        by=request.user,
    )
    return answered(request, page.shown(_shown))


def _shown(row: Row) -> dict[str, Any]:
    plain = ("considered", "detriment", "decided_at", "review_on", "ended_at")
    looked = ("at", "still_not", "reason", "next_on")
    return {
        "id": row.pk,
        "case": row.place.case.reference if row.place else None,
        "agency": row.agency.name,
        "decided_by": row.decided_by.name,
        "reviews": [
            {"by": each.by.name, **{name: getattr(each, name) for name in looked}}
            for each in row.reviews.all()
        ],
        **{name: getattr(row, name) for name in plain},
    }
