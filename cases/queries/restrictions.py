"""Restricted and sealed records for whoever keeps them, and what is hidden with them from everybody else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

import accounts.queries
import asking
import clock
from accounts.models import User
from audit.denied import NotVisible
from cases import permissions
from cases.access import scope
from cases.access.beside import ContactHides
from cases.models import (
    Action,
    BreakGlass,
    CaseChild,
    ContactChild,
    NamedPlace,
    Person,
    Restriction,
)

# So many tries in so long stand out: nothing is ever locked by it (default by judgement).
MANY_TRIES, IN = 5, timedelta(hours=24)


def with_hidden(*, viewer: User) -> QuerySet[ContactChild, Any]:
    """The contacts with a child who is hidden from the viewer: their ids, as a subquery."""
    hidden = scope.hidden_from(viewer)
    return ContactChild.objects.filter(person__in=hidden).values("contact")


def tells_of_hidden(*, viewer: User) -> Q:
    """Of rows with a `contact`: whether a child in it is hidden from the viewer.

    The database is asked as well: it shows the viewer no row that says which child was in which contact.
    """
    return Q(contact__in=with_hidden(viewer=viewer)) | Q(ContactHides("contact_id"))


def is_hidden(person: Person, *, viewer: User) -> bool:
    """Whether a child, found by the viewer's own doing, does not exist for them any more."""
    return scope.is_hidden_from(viewer, person.pk)


def restrictions(*, viewer: User) -> QuerySet[Restriction]:
    """The restrictions that the viewer keeps, live ones first: their own; all, for who may restrict."""
    found = Restriction.objects.select_related("owner")
    if not permissions.can_restrict(by=viewer):
        found = found.filter(owner=viewer) if viewer.is_active else found.none()
    # Without an end comes first, going down.
    return found.order_by("-until", "-starts_at", "-pk")


def restriction(restriction_id: int, *, viewer: User) -> Restriction:
    """One of these. NotVisible (404) otherwise."""
    found = restrictions(viewer=viewer).filter(pk=restriction_id).first()
    if found is None:
        raise NotVisible("restriction", restriction_id)
    return found


def to_restrict(person_id: int, *, viewer: User) -> Person | None:
    """The record with this id, for whoever restricts, who has no ground on it; None where none is."""
    permissions.check_can_restrict(by=viewer)
    with asking.task("to restrict"):
        return Person.objects.filter(pk=person_id).first()


def restriction_of(sight: scope.Sight, *, viewer: User) -> Restriction | None:
    """The live restriction of a child whom the viewer sees, such as by being on its list."""
    return Restriction.objects.live().filter(person=sight.person).select_related("owner").first()


def named_list(restriction: Restriction, *, viewer: User) -> QuerySet[NamedPlace]:
    """Who is on the list now, those whom a flag calls first at the top."""
    live = restriction.places.filter(until=None).select_related("user__agency")
    return live.order_by("-reachable_at_any_hour", "starts_at", "pk")


def named_place(place_id: int, *, viewer: User) -> NamedPlace:
    """A live place on a list that the viewer keeps. NotVisible (404) otherwise."""
    kept = restrictions(viewer=viewer).filter(until=None).values("pk")
    found = NamedPlace.objects.filter(pk=place_id, until=None, restriction__in=kept)
    place = found.select_related("user", "restriction").first()
    if place is None:
        raise NotVisible("named place", place_id)
    return place


@dataclass(frozen=True)
class HiddenPlace:
    """A hidden child's place in an open case: whether its lead worker still sees it, who round the table
    sees it no more, and what is to be done, the first due first."""

    place: CaseChild
    lead_is_listed: bool
    unlisted: list[User]
    actions: list[Action]


def places_under_way(restriction: Restriction, *, viewer: User) -> list[HiddenPlace]:
    """The open cases that a hidden child is in: for the record's owner alone."""
    if not permissions.answers_for(restriction, by=viewer):
        return []
    listed = set(restriction.places.filter(until=None).values_list("user", flat=True))
    places = CaseChild.objects.filter(
        person=restriction.person_id, left_at=None, case__closed_at=None
    )
    found = places.select_related("case__lead_worker__agency").order_by("pk")
    return [_hidden_place(place, listed) for place in found]


def _hidden_place(place: CaseChild, listed: set[int]) -> HiddenPlace:
    lead = place.case.lead_worker
    seats = place.team_places.filter(until=None).exclude(user__in=listed | {lead.pk})
    actions = Action.objects.filter(place=place, done_at=None).select_related("owner__agency")
    return HiddenPlace(
        place=place,
        lead_is_listed=lead.pk in listed,
        unlisted=[each.user for each in seats.select_related("user__agency").order_by("pk")],
        actions=list(actions.order_by("due_on", "pk")),
    )


def break_glass_tries(*, viewer: User) -> QuerySet[BreakGlass]:
    """Every try, those to be reviewed first. NotAllowed for whoever does not review them."""
    permissions.check_can_review_tries(by=viewer)
    return BreakGlass.objects.select_related("by__agency", "reviewed_by").order_by("-at", "-pk")


def break_glass_try(try_id: int, *, viewer: User) -> BreakGlass:
    """One of them. NotVisible (404) where there is none."""
    found = break_glass_tries(viewer=viewer).filter(pk=try_id).first()
    if found is None:
        raise NotVisible("break-glass", try_id)
    return found


def many_tries(*, viewer: User) -> list[tuple[str, int]]:
    """(name, how many) of those who tried five times or more in a day, the most first."""
    counted = (
        break_glass_tries(viewer=viewer)
        .filter(at__gt=clock.now() - IN)
        .order_by()
        .values("by")
        .annotate(tries=Count("pk"))
        .filter(tries__gte=MANY_TRIES)
    )
    tries = {row["by"]: row["tries"] for row in counted}
    names = accounts.queries.names(tries, viewer=viewer)
    return sorted(((names[pk], n) for pk, n in tries.items()), key=lambda each: (-each[1], each[0]))
