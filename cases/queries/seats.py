"""Who is on the team around a child, and who may be."""

from django.db.models import Q, QuerySet

import accounts.queries
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import CaseChild, Section, TeamPlace
from cases.queries.work import places_run_by


def seat(seat_id: int, *, viewer: User) -> TeamPlace:
    """A place on a team that the viewer may know of, live or ended. NotVisible (404) otherwise."""
    found = TeamPlace.objects.select_related("user__agency", "place__person", "place__case")
    held = found.filter(pk=seat_id).first()
    if held is None:
        raise NotVisible("seat", seat_id)
    full = scope.places_visible_to(viewer, section=Section.FULL).filter(pk=held.place_id)
    known = full.exists() or places_run_by(viewer=viewer).filter(pk=held.place_id).exists()
    seated = TeamPlace.objects.filter(place=held.place_id, user=viewer, until=None)
    if not known and not seated.exists():
        raise NotVisible("seat", seat_id)
    return held


def to_seat(place: CaseChild, *, viewer: User) -> QuerySet[User]:
    """Who may be put on the team around a child: partners' people, and the viewer's colleagues."""
    colleagues = accounts.queries.colleagues(viewer=viewer).order_by().values("pk")
    may = accounts.queries.holders(permissions.SET_ACTION, viewer=viewer)
    offered = may.filter(Q(agency__is_lead=False) | Q(pk__in=colleagues))
    seated = TeamPlace.objects.filter(place=place, until=None).values("user")
    return offered.exclude(pk__in=seated).select_related("agency").order_by("agency__name", "name")
