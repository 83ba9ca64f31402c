"""Cases, and the children's places in them."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

import accounts.queries
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Case, CaseChild


def caseload(*, viewer: User) -> QuerySet[Case]:
    """Open cases of which the viewer sees a child's place by team or by task, newest first."""
    visible = scope.places_visible_to(viewer).filter(left_at=None)
    return (
        Case.objects.filter(pk__in=visible.values("case"), closed_at=None)
        .select_related("lead_worker", "team")
        .order_by("-opened_at", "-pk")
    )


def case(case_id: int, *, viewer: User) -> Case:
    """A case of which the viewer sees at least one child's place. NotVisible (404) otherwise."""
    opened = scope.open_among(viewer, CaseChild.objects.filter(case=case_id))
    cases = Case.objects.select_related("lead_worker", "team").filter(pk=case_id)
    found = cases.first() if opened else None
    if found is None:
        raise NotVisible("case", case_id)
    return found


def places(case: Case, *, viewer: User) -> QuerySet[CaseChild]:
    """The children's places in a case that are open to the viewer: a sibling's may not be."""
    opened = scope.open_among(viewer, CaseChild.objects.filter(case=case))
    found = CaseChild.objects.filter(pk__in=opened)
    return found.select_related("person", "case").order_by("pk")


def places_in(
    cases: Iterable[Case], *, viewer: User, section: str | None = None
) -> dict[int, list[CaseChild]]:
    """The same for several cases at once, by case id: the open places of children still in it, in
    that section where one is named."""
    found = CaseChild.objects.filter(case__in=list(cases), left_at=None)
    in_hand = list(found.select_related("person").order_by("pk"))
    opened = scope.open_among(viewer, in_hand, section=section)
    by_case: dict[int, list[CaseChild]] = defaultdict(list)
    for each in in_hand:
        if each.pk in opened:
            by_case[each.case_id].append(each)
    return by_case


def places_run_by(*, viewer: User) -> QuerySet[CaseChild]:
    """The places open to the viewer in the cases that they run, as `permissions.can_lead` says."""
    if not permissions.can(permissions.LEAD_CASE, by=viewer):
        return CaseChild.objects.none()
    teams = accounts.queries.teams(viewer=viewer)
    return scope.places_visible_to(viewer).filter(case__team__in=teams)


def place(place_id: int, *, viewer: User) -> CaseChild:
    """A child's place that is open to the viewer. NotVisible (404) otherwise."""
    return scope.find_place(viewer, place_id)


def place_in_case(case_id: int, person_id: int, *, viewer: User) -> CaseChild:
    """A child's place in that case, where it is open to the viewer. NotVisible (404) otherwise."""
    place = scope.places_of(viewer, person_id).filter(case=case_id).first()
    if place is None:
        raise NotVisible("case", case_id)
    return scope.find_place(viewer, place.pk)


def sight_of(place: CaseChild, *, viewer: User) -> scope.Sight:
    """What the viewer may see of a child in this one place. NotVisible (404) when it is nothing."""
    return scope.sight_of(viewer, place)
