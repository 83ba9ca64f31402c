"""Services over the API: which help is on offer here, and what is known of it."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import interventions.queries
from accounts.models import User
from audit.models import Kind
from interventions.models import Service as Row
from rest.http.answers import answered
from rest.http.documented import LIST, MATCH, RECORD
from rest.http.endpoints import Request, endpoint
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


class Approach(serializers.Serializer[Any]):
    """The kind of help. `harms`: the evidence says that it can do harm."""

    code = serializers.CharField()
    name = serializers.CharField()
    harms = serializers.BooleanField()


class Service(serializers.Serializer[Any]):
    """Help that a provider offers here. Ages are completed years, inclusive.

    `capacity`: places at one time, null where there is no limit. `closed_at` is null while it is open.
    """

    key = serializers.UUIDField()
    name = serializers.CharField()
    provider = serializers.CharField()
    approach = Approach()
    description = serializers.CharField()
    youngest = serializers.IntegerField()
    oldest = serializers.IntegerField()
    capacity = serializers.IntegerField(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class Services(serializers.Serializer[Any]):
    """A page of services, the latest in the list first. `next` is the address of the page after it."""

    results = Service(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema(
    operation_id="list_services",
    summary="List services",
    description="Needs `services:read`. Closed services stay in the list, with `closed_at`.",
    parameters=[*PAGE_PARAMETERS, MATCH],
    responses={200: Services, **LIST},
    tags=["Services"],
)
@endpoint("GET", scope="services:read")
def services(request: Request) -> HttpResponse:
    """A page of the services."""
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = interventions.queries.services(viewer=request.user)
    if since := asked.validated_data.get("modified_since"):
        found = found.filter(Q(opened_at__gte=since) | Q(closed_at__gte=since))
    page = page_of(request, found, asked.validated_data)
    _told(page.rows, by=request.user)
    return answered(request, page.shown(_shown))


@extend_schema(
    operation_id="read_service",
    summary="Read a service",
    description="Needs `services:read`.",
    parameters=[
        OpenApiParameter("key", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH),
        MATCH,
    ],
    responses={200: Service, **RECORD},
    tags=["Services"],
)
@endpoint("GET", scope="services:read")
def service(request: Request, key: UUID) -> HttpResponse:
    """One service."""
    found = interventions.queries.services(viewer=request.user).filter(key=key).first()
    if found is None:
        raise Http404
    _told([found], by=request.user)
    return answered(request, _shown(found))


def _shown(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "provider": row.provider.name,
        "approach": {
            "code": row.approach.code,
            "name": row.approach.name,
            "harms": row.approach.harms,
        },
        "description": row.description,
        "youngest": row.youngest,
        "oldest": row.oldest,
        "capacity": row.capacity,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
    }


def _told(rows: Any, *, by: User) -> None:
    records = {"services": [row.pk for row in rows]}
    audit.commands.record(Kind.DISCLOSURE, "api services", records=records, by=by)
