"""Over the API: a client's agency asks another what it knows of a child."""

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
from accounts.models import Agency
from audit.models import Kind
from cases.extract import LONGEST
from cases.http import CHILD, SafeToTell, who_may_be_told
from cases.models import CaseChild
from partners.models import NOT_TO_BE_ASKED
from rest.http.answers import answered
from rest.http.documented import KEY, MATCH, RECORD, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import DayToCome, Number, Text


class ToAsk(serializers.Serializer[Any]):
    """Whom your agency may ask about a child, by name, and whom it is safe to tell: show it to
    whoever asks. `safe_to_tell` is null where nothing is recorded, or not for you."""

    child = serializers.CharField()
    case = serializers.CharField()
    agencies = serializers.ListField(child=serializers.CharField())
    safe_to_tell = SafeToTell(allow_null=True)


class NewQuestion(serializers.Serializer[Any]):
    """What your agency asks. The agency asked reads `what` and `why` as you send them: say nothing of
    other people or agencies, and nothing of the child that it does not know.

    `agency`: one of `agencies` of what may be asked. `needed_by`: by the end of that day.
    `safe_to_tell_read`: the `version` of `safe_to_tell` that a person has read before asking; not
    asked where that is null.
    """

    agency = Text(max_length=120)
    what = Text(max_length=LONGEST["narrative"])
    why = Text(max_length=LONGEST["narrative"])
    needed_by = DayToCome()
    safe_to_tell_read = Number(required=False, allow_null=True, default=None)


class Sent(serializers.Serializer[Any]):
    """That it is sent. Nothing of the child: this answer is kept for a second try."""

    id = serializers.IntegerField()
    sent_at = serializers.DateTimeField()


PLACE = [
    OpenApiParameter(
        "case",
        {"type": "string", "pattern": "^EI-[0-9]{1,18}$"},
        OpenApiParameter.PATH,
        description="As a share or a request names it.",
    ),
    CHILD,
]


@extend_schema(
    operation_id="read_whom_to_ask",
    summary="Whom may my agency ask about a child?",
    description="Needs `asking:write`, and a child who is open to your agency in that case now. "
    "Agencies that know of the child already, as far as you may know that they do: to any other, being "
    "asked would tell of the child. Call the hub for those.",
    parameters=[*PLACE, MATCH],
    responses={200: ToAsk, **RECORD},
    tags=["Requests"],
)
@endpoint("GET", scope="asking:write")
def to_ask(request: Request, case: int, child: int) -> HttpResponse:
    """Whom one may ask about a child's place, and what to read before."""
    place = cases.queries.place_in_case(case, child, viewer=request.user)
    partners.permissions.check_can_ask(place, by=request.user)
    sight = cases.queries.sight_of(place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    agencies = partners.queries.agencies_to_ask(place, viewer=request.user)
    audit.commands.record(
        Kind.DISCLOSURE,
        "api to ask",
        persons=[place.person_id],
        records={"place": place.pk},
        ground=sight.ground,
        by=request.user,
    )
    content = {
        "child": place.person.reference,
        "case": place.case.reference,
        "agencies": [agency.name for agency in agencies],
        "safe_to_tell": who_may_be_told(safe),
    }
    return answered(request, content)


@extend_schema(
    operation_id="ask_for_information",
    summary="Ask another agency what it knows of a child",
    description="Needs `asking:write`, and a child who is open to your agency in that case now, while "
    "it is open. The same asked twice, and not yet answered, is one. A person reads whom it is "
    "safe to tell before anything is sent: read whom you may ask, show `safe_to_tell`, and send its "
    "`version` as `safe_to_tell_read`.",
    parameters=[*PLACE, KEY],
    request=NewQuestion,
    responses={201: Sent, **refusals(400, 401, 403, 404, 409, 413, 415, 429)},
    tags=["Requests"],
)
@endpoint("POST", scope="asking:write")
def ask(request: Request, case: int, child: int) -> HttpResponse:
    """The client's agency asks another what it knows."""
    place = cases.queries.place_in_case(case, child, viewer=request.user)
    partners.permissions.check_can_ask(place, by=request.user)
    said = NewQuestion(data=request.data)
    said.is_valid(raise_exception=True)
    asks = said.validated_data | {"agency": _named(said.validated_data["agency"], place, request)}
    asked = partners.commands.ask_for_information(place, by=request.user, **asks)
    return answered(request, {"id": asked.pk, "sent_at": asked.sent_at}, status=201)


def _named(name: str, place: CaseChild, request: Request) -> Agency:
    """One refusal for what is no agency and for one that may not be asked: it tells of neither."""
    offered = partners.queries.agencies_to_ask(place, viewer=request.user)
    found = offered.filter(name=name).first()
    if found is None:
        raise ValidationError({"agency": NOT_TO_BE_ASKED})
    return found
