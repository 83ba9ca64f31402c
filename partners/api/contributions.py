"""Over the API: what agencies added of a child, as far as it is meant for the client's, and passing on."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import cases.queries
import partners.commands
import partners.permissions
import partners.queries
from accounts.models import Agency, User
from audit.models import Kind
from cases.http import SafeToTell, who_may_be_told
from cases.models import Section
from partners.api.asking import PLACE
from partners.models import Audience
from partners.models import Contribution as Row
from rest.http.answers import answered
from rest.http.documented import KEY, MATCH, RECORD, UNCHANGED, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import Number, Text, Yes
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of

# One refusal for what is no agency and for one to which it may not be passed on.
NOT_TO_BE_TOLD = "Send agencies of `may_be_passed_on_to` alone, as it is now."


class Contribution(serializers.Serializer[Any]):
    """What an agency added of a child. `audience`: the groups that its author chose."""

    id = serializers.IntegerField()
    agency = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()
    voice = serializers.CharField()
    audience = serializers.ListField(child=serializers.ChoiceField(Audience.values))


class AllContributions(serializers.Serializer[Any]):
    """A page of contributions, newest first. `next` is the address of the page after it, or null."""

    results = Contribution(many=True)
    next = serializers.CharField(allow_null=True)


class OneContribution(Contribution):
    """The same, with the agencies to which a client in the team that runs the case may pass it on once
    the author has agreed, by name, and whom it is safe to tell: show it to whoever passes it on."""

    child = serializers.CharField()
    case = serializers.CharField()
    may_be_passed_on_to = serializers.ListField(child=serializers.CharField())
    safe_to_tell = SafeToTell(allow_null=True)


class NewPassingOn(serializers.Serializer[Any]):
    """To whom it is passed on: some of `may_be_passed_on_to`. `agreed_by_author` is true: somebody has
    asked them. Without their agreement a person decides, in the portal.

    `safe_to_tell_read`: the `version` of `safe_to_tell` that a person has read before; not asked where
    that is null.
    """

    agencies = serializers.ListField(child=Text(max_length=120), allow_empty=False, max_length=50)
    agreed_by_author = Yes(
        says="Ask the author. To pass it on without their agreement is for a person, in the portal."
    )
    safe_to_tell_read = Number(required=False, allow_null=True, default=None)


class PassedOn(serializers.Serializer[Any]):
    """That it is passed on. Nothing of the child: this answer is kept for a second try."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()


ID = OpenApiParameter(
    "contribution", {"type": "string", "pattern": "^[0-9]{1,18}$"}, OpenApiParameter.PATH
)


@extend_schema(
    operation_id="list_contributions",
    summary="List what agencies added of a child",
    description="Needs `contributions:read`, and a child who is open to your agency in that case now. "
    "Your agency's own, and others' as far as they mean it for yours. With `modified_since`: what was "
    "added since.",
    parameters=[*PLACE, *PAGE_PARAMETERS, MATCH],
    responses={200: AllContributions, **UNCHANGED, **refusals(400, 401, 403, 404, 429)},
    tags=["Children"],
)
@endpoint("GET", scope="contributions:read")
def contributions(request: Request, case: int, child: int) -> HttpResponse:
    """A page of the contributions at a child's place that are meant for the client."""
    place = cases.queries.place_in_case(case, child, viewer=request.user)
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = partners.queries.contributions(place, viewer=request.user)
    if since := asked.validated_data.get("modified_since"):
        found = found.filter(at__gte=since)
    page = page_of(request, found, asked.validated_data)
    _told(place.person_id, page.rows, by=request.user)
    return answered(request, page.shown(_shown))


@extend_schema(
    operation_id="read_contribution",
    summary="Read what an agency added of a child",
    description="Needs `contributions:read`.",
    parameters=[ID, MATCH],
    responses={200: OneContribution, **RECORD},
    tags=["Children"],
)
@endpoint("GET", scope="contributions:read")
def one(request: Request, contribution: int) -> HttpResponse:
    """One contribution that is meant for the client, and to whom it may pass it on."""
    found = partners.queries.contribution(contribution, viewer=request.user)
    sight = cases.queries.sight_of(found.place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    offered = partners.queries.agencies_to_pass_on_to(found, viewer=request.user)
    _told(found.place.person_id, [found], by=request.user)
    more = {
        "child": found.place.person.reference,
        "case": found.place.case.reference,
        "may_be_passed_on_to": [agency.name for agency in offered],
        "safe_to_tell": who_may_be_told(safe),
    }
    return answered(request, _shown(found) | more)


@extend_schema(
    operation_id="pass_on",
    summary="Pass on what an agency added, once its author has agreed",
    description="Needs `contributions:pass-on`, and a client whom an administrator has put in the team "
    "that runs the case. The author is told. Passed on to the same agencies twice, it is once. A person "
    "reads whom it is safe to tell before: show them `safe_to_tell` of the contribution, and send its "
    "`version` as `safe_to_tell_read`.",
    parameters=[ID, KEY],
    request=NewPassingOn,
    responses={201: PassedOn, **refusals(400, 401, 403, 404, 409, 413, 415, 429)},
    tags=["Children"],
)
@endpoint("POST", scope="contributions:pass-on")
def pass_on(request: Request, contribution: int) -> HttpResponse:
    """A contribution goes to further agencies, with its author's agreement."""
    found = partners.queries.contribution(contribution, viewer=request.user)
    partners.permissions.check_can_pass_on(found.place, agreed_by_author=True, by=request.user)
    said = NewPassingOn(data=request.data)
    said.is_valid(raise_exception=True)
    to = _named(said.validated_data["agencies"], found, request)
    passed = partners.commands.pass_on(
        found, by=request.user, **said.validated_data | {"agencies": to}
    )
    return answered(request, {"id": passed.pk, "at": passed.at}, status=201)


def _named(names: list[str], added: Row, request: Request) -> list[Agency]:
    """The agencies by name; those that have read it already too, so that the same twice is once."""
    offered = partners.queries.agencies_to_pass_on_to(added, viewer=request.user)
    known = {agency.name: agency for agency in offered}
    known |= {
        agency.name: agency
        for agency in partners.queries.agencies_passed_on_to(added, viewer=request.user)
    }
    if not set(names) <= set(known):
        raise ValidationError({"agencies": NOT_TO_BE_TOLD})
    return [known[name] for name in sorted(set(names))]


def _shown(row: Row) -> dict[str, Any]:
    plain = ("at", "text", "voice", "audience")
    return {
        "id": row.pk,
        "agency": row.agency.name,
        "by": row.by.name,
        **{name: getattr(row, name) for name in plain},
    }


def _told(person: int, rows: Iterable[Row], *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        "api contributions",
        persons=[person],
        records={"contributions": [row.pk for row in rows]},
        sections=[Section.CONTRIBUTIONS],
        by=by,
    )
