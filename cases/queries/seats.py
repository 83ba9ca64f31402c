"""Who is on the team around a child, and who may be."""

from django.db.models import Q, QuerySet

import accounts.queries
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import CaseChild, Section, TeamPlace
from cases.queries.cases import places_run_by


def seat(seat_id: int, *, viewer: User) -> TeamPlace:
    """A place on a team that the viewer may know of, live or ended. NotVisible (404) otherwise."""
    found = TeamPlace.objects.select_related("user__agency", "place__person", "place__case")
    full = Q(place__in=scope.places_visible_to(viewer, section=Section.FULL))
    run = Q(place__in=places_run_by(viewer=viewer))
    seated = TeamPlace.objects.filter(user=viewer, until=None).values("place")
    at_table = Q(place__in=scope.places_visible_to(viewer).filter(pk__in=seated))
    held = found.filter(full | run | at_table, pk=seat_id).first()
    if held is None:
        raise NotVisible("seat", seat_id)
    return held


def to_seat(place: CaseChild, *, viewer: User) -> QuerySet[User]:
    """Who may be put on the team around a child: partners' people, and the viewer's colleagues."""
    colleagues = accounts.queries.colleagues(viewer=viewer).order_by().values("pk")
    may = accounts.queries.holders(permissions.SET_ACTION, viewer=viewer)
    offered = may.filter(Q(agency__is_lead=False) | Q(pk__in=colleagues))
    seated = TeamPlace.objects.filter(place=place, until=None).values("user")
    return offered.exclude(pk__in=seated).select_related("agency").order_by("agency__name", "name")


def team_around(place: CaseChild, *, viewer: User) -> QuerySet[TeamPlace]:
    """Who is on the team around a child: for the full record, and for that team itself.

    Nobody else: an agency that a plan is shared with does not learn by it who else helps.
    """
    seats = TeamPlace.objects.filter(place=place, until=None).select_related("user__agency")
    known = scope.is_open(viewer, place, section=Section.FULL)
    if not known and not seats.filter(user=viewer).exists():
        return seats.none()
    return seats.order_by("starts_at", "pk")


def seats(*, viewer: User) -> QuerySet[TeamPlace]:
    """The children round whom the viewer has a seat now, by name, in places that they still see."""
    return (
        TeamPlace.objects.filter(
            user=viewer, until=None, place__in=scope.places_visible_to(viewer), place__left_at=None
        )
        .select_related("place__person", "place__case__lead_worker")
        .order_by("place__person__forenames", "place__person__surname", "pk")
    )
