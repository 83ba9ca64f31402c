"""Over the API: notices to an agency, and who sees to them there."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

import audit.commands
import partners.commands
import partners.queries
from accounts.models import User
from audit.models import Kind
from partners.models import Notice as Row
from partners.models import NoticeKind
from rest.http.answers import answered
from rest.http.documented import KEY, LIST, MATCH, RECORD, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import Text
from rest.http.pages import PAGE_PARAMETERS, Asked, page_of


class Sender(serializers.Serializer[Any]):
    """Whom to call."""

    name = serializers.CharField()
    agency = serializers.CharField()
    phone = serializers.CharField()


class Notice(serializers.Serializer[Any]):
    """A notice to your agency about one child. `cautions`: what must not be done, in words.

    `read_at`: when a person of your agency first opened it; fetching it here is no reading.
    `answer_due_at`: by when somebody should see to it.
    """

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(NoticeKind.values)
    child_name = serializers.CharField()
    child_born = serializers.DateField(allow_null=True)
    happened_at = serializers.DateTimeField()
    content = serializers.CharField()
    cautions = serializers.ListField(child=serializers.CharField())
    purpose = serializers.CharField()
    lawful_basis = serializers.CharField()
    sender = Sender()
    sent_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    late_why = serializers.CharField(help_text="Why it was sent after it was due; '' where not.")
    answer_due_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    seen_to_by = serializers.CharField()
    answer = serializers.CharField()


class Notices(serializers.Serializer[Any]):
    """A page of notices, newest first. `next` is the address of the page after it, or null."""

    results = Notice(many=True)
    next = serializers.CharField(allow_null=True)


class Acknowledgement(serializers.Serializer[Any]):
    """Who sees to a notice: the name of a person. `answer`: a word back to the sender."""

    seen_to_by = Text(max_length=120)
    answer = Text(max_length=500, required=False, allow_blank=True, default="")


class Acknowledged(serializers.Serializer[Any]):
    """Who sees to it. Nothing of the notice itself: this answer is kept for a second try, and must
    tell nothing once the notice has been recalled."""

    id = serializers.IntegerField()
    acknowledged_at = serializers.DateTimeField()
    seen_to_by = serializers.CharField()
    answer = serializers.CharField()


ID = OpenApiParameter(
    "notice", {"type": "string", "pattern": "^[0-9]{1,18}$"}, OpenApiParameter.PATH
)


@extend_schema(
    operation_id="list_notices",
    summary="List notices to your agency",
    description="Needs `notices:read`. What was recalled is not among them.",
    parameters=[*PAGE_PARAMETERS, MATCH],
    responses={200: Notices, **LIST},
    tags=["Notices"],
)
@endpoint("GET", scope="notices:read")
def notices(request: Request) -> HttpResponse:
    """A page of the notices to the agency."""
    asked = Asked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = partners.queries.notices_to_us(viewer=request.user)
    if since := asked.validated_data.get("modified_since"):
        found = found.filter(
            Q(sent_at__gte=since) | Q(read_at__gte=since) | Q(acknowledged_at__gte=since)
        )
    page = page_of(request, found, asked.validated_data)
    _told(page.rows, by=request.user)
    return answered(request, page.shown(_shown))


@extend_schema(
    operation_id="read_notice",
    summary="Read a notice to your agency",
    description="Needs `notices:read`.",
    parameters=[ID, MATCH],
    responses={200: Notice, **RECORD},
    tags=["Notices"],
)
@endpoint("GET", scope="notices:read")
def notice(request: Request, notice: int) -> HttpResponse:
    """One of the notices to the agency."""
    found = partners.queries.notice_to_us(notice, viewer=request.user)
    _told([found], by=request.user)
    return answered(request, _shown(found))


@extend_schema(
    operation_id="acknowledge_notice",
    summary="Say who sees to a notice",
    description="Needs `notices:write`. The first answer stands: acknowledged again, it is as it was.",
    parameters=[ID, KEY],
    request=Acknowledgement,
    responses={200: Acknowledged, **refusals(400, 401, 403, 404, 409, 413, 415, 429)},
    tags=["Notices"],
)
@endpoint("POST", scope="notices:write")
def acknowledge_notice(request: Request, notice: int) -> HttpResponse:
    """Somebody of the agency sees to a notice."""
    found = partners.queries.notice_to_us(notice, viewer=request.user)
    said = Acknowledgement(data=request.data)
    said.is_valid(raise_exception=True)
    done = partners.commands.acknowledge_notice(found, by=request.user, **said.validated_data)
    _told([done], by=request.user)
    shown = {name: getattr(done, name) for name in ("acknowledged_at", "seen_to_by", "answer")}
    return answered(request, {"id": done.pk, **shown})


def _shown(row: Row) -> dict[str, Any]:
    sender = row.sent_by
    plain = (
        "kind", "child_name", "child_born", "happened_at", "content", "purpose", "lawful_basis",
        "sent_at", "due_at", "late_why", "answer_due_at", "read_at", "acknowledged_at",
        "seen_to_by", "answer",
    )  # fmt: skip
    return {
        "id": row.pk,
        "cautions": row.cautions_in_words,
        "sender": {
            "name": sender.name,
            "agency": sender.agency.name,
            "phone": sender.phone or sender.agency.phone,
        },
        **{name: getattr(row, name) for name in plain},
    }


def _told(rows: Iterable[Row], *, by: User) -> None:
    rows = list(rows)
    audit.commands.record(
        Kind.DISCLOSURE,
        "api notices",
        persons=[row.person_id for row in rows],
        records={"notice": [row.pk for row in rows]},
        ground="notice",
        by=by,
    )
