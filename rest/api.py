"""What the API says of itself and of who works here: tokens, its schema and pages, who is on duty."""

from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter, extend_schema
from oauth2_provider.oauth2_backends import get_oauthlib_core
from rest_framework import request as drf
from rest_framework import serializers
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
    throttle_classes,
)
from rest_framework.parsers import FormParser

import accounts.permissions
import accounts.queries
import audit.commands
import clock
from accounts.models import DutyPost
from audit.models import Kind
from rest.http import limits, reference
from rest.http.answers import answered
from rest.http.documented import LIST, MATCH, READ, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import Choice, Text
from rest.http.problems import Problem


class Grant(serializers.Serializer[Any]):
    """RFC 6749, section 4.4. Client id and secret may stand in the header (HTTP Basic) instead."""

    grant_type = Choice(["client_credentials"])
    client_id = Text(required=False)
    client_secret = Text(required=False)
    scope = Text(
        required=False, help_text="Scopes with spaces between; all of the client's if left out."
    )


class Token(serializers.Serializer[Any]):
    """Send it along as `Authorization: Bearer ...`."""

    access_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField()
    scope = serializers.CharField()


class TokenRefused(serializers.Serializer[Any]):
    """RFC 6749, section 5.2."""

    error = serializers.CharField()
    error_description = serializers.CharField(required=False)


class Me(serializers.Serializer[Any]):
    """Who the token says that you are."""

    client = serializers.CharField()
    name = serializers.CharField()
    agency = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


@extend_schema(
    operation_id="ask_for_token",
    summary="Ask for a token",
    description="OAuth 2.0 client credentials. A token is good for an hour.",
    request={"application/x-www-form-urlencoded": Grant},
    responses={200: Token, 400: TokenRefused, 401: TokenRefused, **refusals(413, 415, 429)},
    tags=["Tokens"],
    auth=[],
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([])
@throttle_classes([limits.PerAddress])
@parser_classes([FormParser])
def token(request: drf.Request) -> HttpResponse:
    """Give a client a token."""
    # Read by the parser first, so that another content type is refused as such.
    request.data  # noqa: B018
    try:
        _, headers, body, status = get_oauthlib_core().create_token_response(request._request)
    except ValueError:
        # oauthlib's word for an address or a body that is no urlencoded text.
        headers, body, status = {}, '{"error": "invalid_request"}', 400
    if status == 401:
        # Like a failed sign-in: what was typed may be anything, and is not kept.
        audit.commands.record(Kind.DENIED, "api:token", by=None)
    response = HttpResponse(body, status=status, content_type="application/json")
    if "WWW-Authenticate" in headers:
        response["WWW-Authenticate"] = headers["WWW-Authenticate"]
    limits.say(request, response)
    return response


@extend_schema(
    operation_id="who_am_i",
    summary="Who am I?",
    description="The client, its agency and the scopes of the token.",
    parameters=[MATCH],
    responses={200: Me, **READ},
    tags=["Tokens"],
)
@endpoint("GET")
def me(request: Request) -> HttpResponse:
    """Whose token it is."""
    client = request.auth.application
    content = {
        "client": client.client_id,
        "name": client.name,
        "agency": client.agency.name,
        "scopes": request.auth.scope.split(),
        "expires_at": request.auth.expires,
    }
    return answered(request, content)


class OnDuty(serializers.Serializer[Any]):
    """Somebody on duty. `step` 0 is called first, the next ones when nobody has answered.

    `area` is null where they are on duty for the whole force.
    """

    step = serializers.IntegerField()
    post = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    area = serializers.CharField(allow_null=True)


class Duty(serializers.Serializer[Any]):
    """Who is on duty now, lowest step first, the area's own before the whole force's."""

    on_duty = OnDuty(many=True)


class DutyAsked(serializers.Serializer[Any]):
    """For which area: without one, who is on duty for the whole force."""

    area = Text(required=False, max_length=10)


@extend_schema(
    operation_id="read_duty",
    summary="Who is on duty now?",
    description="Needs `duty:read`. Whom to call about a child in an area.",
    parameters=[
        OpenApiParameter(
            "area",
            {"type": "string", "maxLength": 10},
            description="The area's code. Without it: who is on duty for the whole force.",
        ),
        MATCH,
    ],
    responses={200: Duty, **LIST},
    tags=["Duty"],
)
@endpoint("GET", scope="duty:read")
def duty(request: Request) -> HttpResponse:
    """Who is on duty now, for an area."""
    accounts.permissions.check_can_see_rota(by=request.user)
    asked = DutyAsked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    code = asked.validated_data.get("area", "")
    area = accounts.queries.areas(viewer=request.user).filter(code=code).first() if code else None
    if code and area is None:
        raise Problem("invalid", "Send a code of an area.", area=("There is no such area.", "area"))
    found = accounts.queries.on_duty(area, clock.now(), viewer=request.user)
    audit.commands.record(
        Kind.DISCLOSURE, "api duty", records={"posts": [each.pk for each in found]}, by=request.user
    )
    return answered(request, {"on_duty": [_on_duty(each) for each in found]})


def _on_duty(post: DutyPost) -> dict[str, Any]:
    return {
        "step": post.step,
        "post": post.name,
        "name": post.user.name,
        "phone": post.user.phone,
        "area": post.area.code if post.area else None,
    }


@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
def unknown(request: drf.Request) -> HttpResponse:
    """An address that is none: 401 signed out, 404 signed in, like what is not theirs."""
    raise Http404


@cache
def openapi() -> dict[str, Any]:
    """The schema of the API: the same for everybody, made once."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


@csrf_exempt
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi(), content_type="application/vnd.oai.openapi+json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page to read."""
    context = {
        "reference": reference.of(openapi()),
        "address": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "rest/docs.html", context)
