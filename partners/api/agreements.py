"""Over the API: the register of information sharing agreements, which names agencies and no child."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import partners.permissions
import partners.queries
from accounts.models import User
from audit.models import Kind
from partners.models import Agreement as Row
from partners.models import Condition, shareable
from rest.http.answers import answered
from rest.http.documented import LIST, MATCH, RECORD
from rest.http.endpoints import Request, endpoint
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of

SUSPENDED, IN_FORCE, ENDED, NOT_YET = "suspended", "in force", "ended", "not yet in force"


class Suspended(serializers.Serializer[Any]):
    """That nothing is shared or shown under an agreement, since when and why."""

    at = serializers.DateTimeField()
    reason = serializers.CharField()


class Agreement(serializers.Serializer[Any]):
    """What may be shared under one agreement, why, between whom and until when.

    `last_day` is the last one on which it counts. `suspension` is null where it is not suspended.
    """

    id = serializers.IntegerField()
    title = serializers.CharField()
    force = serializers.ChoiceField([SUSPENDED, IN_FORCE, ENDED, NOT_YET])
    parties = serializers.ListField(child=serializers.CharField())
    purposes = serializers.ListField(child=serializers.CharField())
    lawful_bases = serializers.ListField(child=serializers.CharField())
    conditions = serializers.ListField(child=serializers.ChoiceField(Condition.values))
    sections = serializers.ListField(
        child=serializers.ChoiceField([section for section, _ in shareable()])
    )
    starts_on = serializers.DateField()
    last_day = serializers.DateField()
    review_on = serializers.DateField()
    impact_assessment = serializers.CharField()
    signatories = serializers.ListField(child=serializers.CharField())
    signed_at = serializers.DateTimeField()
    suspension = Suspended(allow_null=True)


class Agreements(serializers.Serializer[Any]):
    """A page of agreements, newest first. `next` is the address of the page after it, or null."""

    results = Agreement(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema(
    operation_id="list_agreements",
    summary="List the agreements that bind your agency",
    description="Needs `agreements:read`. A client of the lead agency reads the whole register. With "
    "`modified_since`: what was signed, suspended or resumed since; that an agreement's first or last "
    "day has come is no change.",
    parameters=[*PAGE_PARAMETERS, MATCH],
    responses={200: Agreements, **LIST},
    tags=["Agreements"],
)
@endpoint("GET", scope="agreements:read")
def agreements(request: Request) -> HttpResponse:
    """A page of the register, as far as it is the client's agency's."""
    partners.permissions.check_can_read_agreements(by=request.user)
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = partners.queries.agreements(viewer=request.user)
    if since := asked.validated_data.get("modified_since"):
        changed = Q(signed_at__gte=since) | Q(suspensions__suspended_at__gte=since)
        found = found.filter(changed | Q(suspensions__resumed_at__gte=since)).distinct()
    page = page_of(request, found, asked.validated_data)
    _told(page.rows, by=request.user)
    return answered(request, page.shown(_shown))


@extend_schema(
    operation_id="read_agreement",
    summary="Read an agreement that binds your agency",
    description="Needs `agreements:read`.",
    parameters=[
        OpenApiParameter(
            "agreement", {"type": "string", "pattern": "^[0-9]{1,18}$"}, OpenApiParameter.PATH
        ),
        MATCH,
    ],
    responses={200: Agreement, **RECORD},
    tags=["Agreements"],
)
@endpoint("GET", scope="agreements:read")
def agreement(request: Request, agreement: int) -> HttpResponse:
    """One agreement of the register."""
    found = partners.queries.agreement(agreement, viewer=request.user)
    _told([found], by=request.user)
    return answered(request, _shown(found))


def _shown(row: Row) -> dict[str, Any]:
    plain = (
        "title", "purposes", "lawful_bases", "conditions", "sections", "starts_on", "last_day",
        "review_on", "impact_assessment", "signatories", "signed_at",
    )  # fmt: skip
    held = row.suspension
    return {
        "id": row.pk,
        "force": _force(row),
        "parties": [agency.name for agency in row.parties.all()],
        "suspension": held and {"at": held.suspended_at, "reason": held.reason},
        **{name: getattr(row, name) for name in plain},
    }


def _force(row: Row) -> str:
    """In the order of the page: what is suspended is said to be so, whatever its days."""
    if row.is_suspended:
        return SUSPENDED
    if row.is_in_force:
        return IN_FORCE
    return ENDED if row.has_ended else NOT_YET


def _told(rows: Iterable[Row], *, by: User) -> None:
    records = {"agreements": [row.pk for row in rows]}
    audit.commands.record(Kind.DISCLOSURE, "api agreements", records=records, by=by)
