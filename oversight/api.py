"""The feed of the record of use, for the force's own monitoring."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import oversight.commands
from audit.models import Kind, SealedEntry
from oversight import permissions
from oversight.commands.handing_out import MOST_FED
from rest.http.answers import answered
from rest.http.documented import LIST, MATCH
from rest.http.endpoints import Request, endpoint

FURTHEST = 10**18 - 1


class Asked(serializers.Serializer[Any]):
    after = serializers.IntegerField(min_value=0, max_value=FURTHEST, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=MOST_FED, default=MOST_FED)


class FedEntry(serializers.Serializer[Any]):
    """One use of the portal. `position` is its place in the sealed order: 1, 2, 3 ... without gaps.

    `digest`: SHA-256 of the entry as it was sealed, 64 hex digits. `persons` are ids of children,
    `records` those of other records. No names of children, no narrative. `user_id` is null where
    nobody was known.
    """

    position = serializers.IntegerField()
    digest = serializers.CharField()
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(Kind.values)
    verb = serializers.CharField()
    user_id = serializers.IntegerField(allow_null=True)
    username = serializers.CharField()
    agency = serializers.CharField()
    persons = serializers.ListField(child=serializers.IntegerField())
    records = serializers.DictField()
    sections = serializers.ListField(child=serializers.CharField())
    ground = serializers.CharField()
    reason = serializers.CharField()
    request_id = serializers.UUIDField(allow_null=True)
    address = serializers.CharField(allow_null=True)


class Feed(serializers.Serializer[Any]):
    """`last`: the position to ask after next time. `more`: there may be entries behind it now."""

    entries = FedEntry(many=True)
    last = serializers.IntegerField()
    more = serializers.BooleanField()


@extend_schema(
    operation_id="read_record_of_use",
    summary="Read the record of use, from where you stopped",
    description="Needs `audit:read`, and is for clients of the lead agency. Sealed entries alone, in the "
    "sealed order, so that nothing is left out however late it was committed: an entry is sealed within "
    "a minute or two. Keep `last` once you have kept the entries, and ask after it: what you did not "
    "keep comes again. A gap in the positions means that an entry was removed: run `verify_audit`. "
    "Each read is an entry itself, and comes in its turn.",
    parameters=[
        OpenApiParameter(
            "after",
            {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0},
            description="The last position that you have kept; 0 from the beginning.",
        ),
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST_FED, "default": MOST_FED},
            description="How many at most.",
        ),
        MATCH,
    ],
    responses={200: Feed, **LIST},
    tags=["Record of use"],
)
@endpoint("GET", scope="audit:read")
def record_of_use(request: Request) -> HttpResponse:
    """A page of the sealed order."""
    permissions.check_can_read_feed(by=request.user)
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    after, limit = asked.validated_data["after"], asked.validated_data["limit"]
    found = oversight.commands.read_feed(after=after, limit=limit, by=request.user)
    content = {
        "entries": [_shown(sealed) for sealed in found],
        "last": found[-1].position if found else after,
        "more": len(found) == limit,
    }
    return answered(request, content)


def _shown(sealed: SealedEntry) -> dict[str, Any]:
    entry = sealed.entry
    return {
        "position": sealed.position,
        "digest": bytes(sealed.digest).hex(),
        "id": entry.pk,
        "at": entry.at,
        "kind": entry.kind,
        "verb": entry.verb,
        "user_id": entry.user_id,
        "username": entry.username,
        "agency": entry.agency,
        "persons": entry.persons,
        "records": entry.records,
        "sections": entry.sections,
        "ground": entry.ground,
        "reason": entry.reason,
        "request_id": entry.request_id,
        "address": entry.address,
    }
