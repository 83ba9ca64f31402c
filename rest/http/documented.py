"""What the schema says of every endpoint alike: refusals, headers, how a client signs in."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from rest.http.problems import CODES, MEDIA_TYPE


class Error(serializers.Serializer[Any]):
    """What is wrong at one field: a path such as `children.0.surname`, in words, and a code."""

    field = serializers.CharField()
    reason = serializers.CharField()
    code = serializers.CharField()


# RFC 9457. Made inline: a serializer has something else under the name `errors`.
Problem = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(help_text="Leads to what the code means."),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(help_text="What to do."),
        "code": serializers.ChoiceField(list(CODES), help_text="Stays the same."),
        "errors": Error(many=True),
    },
)


def refusals(*statuses: int) -> dict[Any, Any]:
    """The answers of an endpoint that are problems, by status."""
    return {(status, MEDIA_TYPE): _refusal(status) for status in statuses}


def _refusal(status: int) -> OpenApiResponse:
    codes = [f"`{code}`: {title}." for code, (number, title) in CODES.items() if number == status]
    return OpenApiResponse(Problem, description=" ".join(codes))


KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Names this request, for 7 days. Sent again under the same key with the same body, "
    "the first answer comes again, byte for byte, unless it tells of a child of whom you may be told "
    "no more: then it tells of none; with another body it is 409.",
)
MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="An ETag that you hold: 304 where nothing has changed.",
)
UNCHANGED = {304: OpenApiResponse(description="What you hold is still so.")}
# Reads of the signed-in, and reads of one record.
READ = {**UNCHANGED, **refusals(401, 403, 429)}
LIST = {**UNCHANGED, **refusals(400, 401, 403, 429)}
RECORD = {**UNCHANGED, **refusals(401, 403, 404, 429)}


class ClientCredentials(OpenApiAuthenticationExtension):
    """How the schema names our tokens. The library finds it by itself."""

    target_class = "rest.http.tokens.Bearer"
    name = "client"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": "/api/v1/token", "scopes": settings.API_SCOPES}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        scope = getattr(auto_schema.view, "scope", None)
        return {self.name: [scope] if scope else []}
