"""What was added to a child's place, and by whom it may be read."""

from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

import accounts.queries
import asking
import cases.queries
from accounts import permissions
from accounts.models import Agency, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import (
    CaseChild,
    SafeToTell,
    Section,
    TeamPlace,
)
from partners.models import (
    Audience,
    Contribution,
    Share,
)
from partners.permissions import passes_on_agreed


def contributions(place: CaseChild, *, viewer: User) -> QuerySet[Contribution]:
    """What was added to a child's place and meant for the viewer, newest first.

    Their own agency's wherever the place is open to them; others' as the authors chose: the case
    team, the lead agency's or the hub's full record, agencies that were named.
    """
    added = Contribution.objects.filter(place=place).select_related("agency", "by")
    return added.filter(_meant_here(place, viewer)).order_by("-at", "-pk")


def contributed(*, viewer: User) -> QuerySet[Contribution]:
    """What the viewer's agency added, newest first, for its staff who add; of the lead agency each
    reads their own. Whether the child is still shared does not matter: it is their own words.

    `hides_closing` on each: that its case has closed is not the viewer's to know.
    """
    if not permissions.can(permissions.CONTRIBUTE, by=viewer):
        return Contribution.objects.none()
    added = Contribution.objects.filter(agency=viewer.agency_id).exclude(
        place__person__in=scope.hidden_from(viewer)
    )
    if viewer.agency.is_lead:
        added = added.filter(by=viewer)
    added = added.annotate(
        hides_closing=Case(
            When(pk__in=_closed_untold(viewer), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )
    return added.select_related("place__person", "place__case", "by").order_by("-at", "-pk")


def _closed_untold(viewer: User) -> list[int]:
    """Those whose case closed when their agency must not be told of the child, as whom it is safe to tell
    says still: to them it goes on as they knew it."""
    closed = OuterRef("place__case__closed_at")
    # Asked as the portal: the database does not show a partner who must not be told.
    with asking.task("what is withheld"):
        said = SafeToTell.objects.filter(
            person=OuterRef("place__person"), agencies_not_told__contains=[viewer.agency_id]
        )
        then = said.filter(Q(replaced_at=None) | Q(replaced_at__gt=closed), recorded_at__lte=closed)
        found = Contribution.objects.filter(
            Exists(said.filter(replaced_at=None)), Exists(then), agency=viewer.agency_id
        )
        return list(found.values_list("pk", flat=True))


def meant_for(viewer: User) -> Q:
    """The contributions whose audience the viewer is in, at places that are open to them."""
    # Named or not: whoever may not see the section at all reads nothing of other agencies in it.
    told = scope.places_visible_to(viewer, section=Section.CONTRIBUTIONS).values("pk")
    full = scope.places_visible_to(viewer, section=Section.FULL).values("pk")
    seats = TeamPlace.objects.filter(user=viewer, until=None).values("place")
    run = Q(place__case__team__in=accounts.queries.teams(viewer=viewer).values("pk"))
    meant = Q(agency=viewer.agency_id, place__in=scope.places_visible_to(viewer).values("pk"))
    meant |= Q(named__contains=[viewer.agency_id], place__in=told)
    meant |= Q(audience__contains=[Audience.CASE_TEAM], place__in=told) & (Q(place__in=seats) | run)
    if viewer.agency.is_lead:
        meant |= Q(audience__contains=[Audience.LEAD_AGENCY], place__in=full)
    if accounts.queries.is_in_hub(viewer=viewer):
        meant |= Q(audience__contains=[Audience.HUB], place__in=full)
    return meant


def _meant_here(place: CaseChild, viewer: User) -> Q:
    """The same at one place in hand, which saves asking about all of them."""
    try:
        sight = scope.sight_of(viewer, place)
    except NotVisible:
        return Q(pk__in=[])
    meant = Q(agency=viewer.agency_id)
    if {Section.FULL, Section.CONTRIBUTIONS} & sight.sections:
        meant |= Q(named__contains=[viewer.agency_id])
        if _is_at_table(place, viewer):
            meant |= Q(audience__contains=[Audience.CASE_TEAM])
    if Section.FULL in sight.sections:
        if viewer.agency.is_lead:
            meant |= Q(audience__contains=[Audience.LEAD_AGENCY])
        if accounts.queries.is_in_hub(viewer=viewer):
            meant |= Q(audience__contains=[Audience.HUB])
    return meant


def _is_at_table(place: CaseChild, viewer: User) -> bool:
    """Whether the viewer sits round the child, or runs the case."""
    seats = TeamPlace.objects.filter(place=place, user=viewer, until=None)
    runs = accounts.queries.teams(viewer=viewer).filter(pk=place.case.team_id)
    return seats.exists() or runs.exists()


def contribution(contribution_id: int, *, viewer: User) -> Contribution:
    """A contribution that is meant for the viewer. NotVisible (404) otherwise."""
    found = Contribution.objects.filter(meant_for(viewer), pk=contribution_id)
    added = found.select_related("place__case", "place__person", "agency", "by").first()
    if added is None:
        raise NotVisible("contribution", contribution_id)
    return added


def agencies_to_name(place: CaseChild, *, viewer: User) -> QuerySet[Agency]:
    """Agencies that an author may name: those at the child's table, for who sits there too.

    Nobody else learns who helps a child. The lead agency is an audience of its own.
    """
    seats = TeamPlace.objects.filter(place=place, until=None)
    if not seats.filter(user=viewer).exists():
        return Agency.objects.none()
    return _others(seats.values("user__agency"), viewer).filter(is_lead=False)


def agencies_to_ask(place: CaseChild, *, viewer: User) -> QuerySet[Agency]:
    """Agencies that may be asked by name: the place is open to them, and the viewer may know it.

    Whoever has the full record or runs the case knows all of them; who sits at the table those who
    sit there; any other partner the agency that runs the case.
    """
    runs = Q(pk=place.case.team.agency_id)
    seats = TeamPlace.objects.filter(place=place, until=None)
    seated = Q(pk__in=seats.values("user__agency"))
    if knows_all(place, viewer):
        shared = Share.objects.live().filter(place=place)
        known = runs | seated | Q(pk__in=shared.values("agency"))
    elif seats.filter(user=viewer).exists():
        known = runs | seated
    else:
        known = runs
    return Agency.objects.filter(known).exclude(pk=viewer.agency_id).order_by("name")


def knows_all(place: CaseChild, viewer: User) -> bool:
    return (
        scope.is_open(viewer, place, section=Section.FULL)
        or cases.queries.places_run_by(viewer=viewer).filter(pk=place.pk).exists()
    )


def agencies_to_pass_on_to(added: Contribution, *, viewer: User) -> QuerySet[Agency]:
    """Agencies that see contributions at this place and were not meant to read this one.

    For whoever runs the case, and a program of its team; empty for anybody else.
    """
    if not _passes_on(added.place, viewer):
        return Agency.objects.none()
    shared = Share.objects.live().filter(
        place=added.place_id, sections__contains=[Section.CONTRIBUTIONS]
    )
    seats = TeamPlace.objects.filter(place=added.place_id, until=None)
    told = Q(pk__in=shared.values("agency")) | Q(pk__in=seats.values("user__agency"))
    return (
        Agency.objects.filter(told, is_lead=False)
        .exclude(pk__in=[*added.named, added.agency_id])
        .order_by("name")
    )


def agencies_passed_on_to(added: Contribution, *, viewer: User) -> QuerySet[Agency]:
    """Agencies to which it was passed on, for those who may pass it on further."""
    if not _passes_on(added.place, viewer):
        return Agency.objects.none()
    told = {agency for each in added.passed_on.all() for agency in each.agencies}
    return Agency.objects.filter(pk__in=told).order_by("name")


def _passes_on(place: CaseChild, viewer: User) -> bool:
    runs = cases.queries.places_run_by(viewer=viewer).filter(pk=place.pk).exists()
    return runs or (scope.is_open(viewer, place) and passes_on_agreed(place, by=viewer))


def _others(agencies: QuerySet[Any], viewer: User) -> QuerySet[Agency]:
    found = Agency.objects.filter(pk__in=agencies)
    return found.exclude(pk=viewer.agency_id).order_by("name")
