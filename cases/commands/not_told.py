"""Call somebody where an agency that, it is said now, must not be told of a child is at their table."""

from collections.abc import Collection

import accounts.permissions
import accounts.queries
from accounts.models import Agency, User
from cases.commands.telling import tell_of
from cases.models import Action, Case, CaseChild, Person, TeamPlace


def call_about_table(person: Person, agencies: Collection[int], *, by: User) -> None:
    """Whoever leads the child's case ends a seat and takes back an action by hand: what opens to people
    of that agency stays until somebody has decided. Where the lead is of that agency the hub is called."""
    open_places = CaseChild.objects.filter(person=person, left_at=None, case__closed_at=None)
    for place in open_places.select_related("person", "case__lead_worker__agency").order_by("pk"):
        lead = place.case.lead_worker
        for agency in _with_an_action(place, agencies):
            _call(place, f"{agency} must not be told, and has an action in {place.case}", by=by)
        for agency in _seated(place, agencies):
            _call(place, f"{agency} must not be told, and has a seat in {place.case}", by=by)
        if lead.agency_id in agencies:
            text = f"{lead.agency} must not be told, and leads {place.case}: call them"
            _call_hub(place, text, agencies, by=by)


def _seated(place: CaseChild, agencies: Collection[int]) -> list[Agency]:
    """The lead worker's own seat is told of as the lead."""
    seats = TeamPlace.objects.filter(place=place, until=None, user__agency__in=agencies)
    others = seats.exclude(user=place.case.lead_worker)
    found = Agency.objects.filter(pk__in=others.values("user__agency"))
    return list(found.order_by("name", "pk"))


def _with_an_action(place: CaseChild, agencies: Collection[int]) -> list[Agency]:
    actions = Action.objects.filter(place=place, done_at=None, owner__agency__in=agencies)
    found = Agency.objects.filter(pk__in=actions.values("owner__agency"))
    return list(found.order_by("name", "pk"))


def _call(place: CaseChild, text: str, *, by: User) -> None:
    tell_of(place.person, [place.case.lead_worker], text, url=place.address, by=by)


def _call_hub(place: CaseChild, text: str, agencies: Collection[int], *, by: User) -> None:
    """Those in the hub who decide, but for the agency itself. The line opens nothing to them."""
    hub = accounts.queries.hub(viewer=by)
    live = hub.memberships.filter(until=None, user__is_active=True) if hub else None
    users = (
        [each.user for each in live.select_related("user__agency").order_by("pk")] if live else []
    )
    told = [
        user
        for user in users
        if accounts.permissions.can(accounts.permissions.TRIAGE, by=user)
        and user.agency_id not in agencies
    ]
    tell_of(place.person, told, text, url=_for_hub(place.case), by=by)


def _for_hub(case: Case) -> str:
    return f"/#{case.reference}"
