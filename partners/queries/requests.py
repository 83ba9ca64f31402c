"""What agencies ask each other."""

from django.db.models import F, Q, QuerySet

import cases.queries
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from partners.models import (
    Contribution,
    InformationRequest,
)
from partners.permissions import (
    can_see_requests,
)
from partners.queries.contributions import agencies_to_ask, contributions, knows_all


def requests_to_answer(*, viewer: User) -> QuerySet[InformationRequest]:
    """What the viewer's agency is asked and has not answered, what is needed first first.

    Of places that are open to the viewer now; in the agency that runs the case, for who runs it.
    """
    return _asked_of(viewer).filter(answered_at=None).order_by("needed_by", "pk")


def requests_sent(*, viewer: User) -> QuerySet[InformationRequest]:
    """What the viewer's agency has asked about places that they see: unanswered first, newest first."""
    if not permissions.can(permissions.ASK_INFORMATION, by=viewer):
        return InformationRequest.objects.none()
    return _asked_by(viewer).order_by(F("answered_at").asc(nulls_first=True), "-sent_at", "-pk")


def request(request_id: int, *, viewer: User) -> InformationRequest:
    """A request that the viewer's agency sent or was sent. NotVisible (404) otherwise."""
    either = _asked_of(viewer) | _asked_by(viewer)
    found = either.filter(pk=request_id).first()
    if found is None or not can_see_requests(by=viewer):
        raise NotVisible("request", request_id)
    return found


def request_to_us(request_id: int, *, viewer: User) -> InformationRequest:
    """A request that the viewer's agency was sent, answered or not. NotVisible (404) otherwise."""
    found = _asked_of(viewer).filter(pk=request_id).first()
    if found is None:
        raise NotVisible("request", request_id)
    return found


def request_by_us(request_id: int, *, viewer: User) -> InformationRequest:
    """A request that the viewer's agency sent, answered or not. NotVisible (404) otherwise."""
    found = requests_sent(viewer=viewer).filter(pk=request_id).first()
    if found is None:
        raise NotVisible("request", request_id)
    return found


def may_answer(asked: InformationRequest, *, viewer: User) -> bool:
    """Whether it is the viewer's to answer, and nobody has."""
    return asked.answered_at is None and _asked_of(viewer).filter(pk=asked.pk).exists()


def given(asked: InformationRequest, *, viewer: User) -> Contribution | None:
    """What was answered in words, where it is meant for the viewer."""
    if asked.contribution_id is None:
        return None
    return contributions(asked.place, viewer=viewer).filter(pk=asked.contribution_id).first()


def is_closed_to_them(asked: InformationRequest, *, viewer: User) -> bool:
    """Whether nobody can answer it any more: the place has closed to the agency that was asked.

    For who may know with whom the place is shared; False for anybody else.
    """
    is_asker = asked.from_agency_id == viewer.agency_id and asked.answered_at is None
    if not is_asker or not knows_all(asked.place, viewer):
        return False
    return asked.to_agency not in agencies_to_ask(asked.place, viewer=viewer)


def _asked_of(viewer: User) -> QuerySet[InformationRequest]:
    found = _requests().filter(
        to_agency=viewer.agency_id, place__in=scope.places_visible_to(viewer).values("pk")
    )
    if not permissions.can(permissions.ANSWER_REQUEST, by=viewer):
        return found.none()
    run = cases.queries.places_run_by(viewer=viewer)
    others = ~Q(place__case__team__agency=viewer.agency_id)
    return found.filter(others | Q(place__in=run.values("pk")))


def _asked_by(viewer: User) -> QuerySet[InformationRequest]:
    visible = scope.places_visible_to(viewer)
    return _requests().filter(from_agency=viewer.agency_id, place__in=visible.values("pk"))


def _requests() -> QuerySet[InformationRequest]:
    return InformationRequest.objects.select_related(
        "place__case",
        "place__person",
        "from_agency",
        "to_agency",
        "sent_by",
        "answered_by",
        "contribution",
    )
