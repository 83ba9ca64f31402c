"""The actions of a child's plan."""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

import accounts.queries
import asking
import clock
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Action, Case, CaseChild, Section
from cases.queries.cases import places_in
from cases.queries.seats import team_around


def plan(place: CaseChild, *, viewer: User) -> QuerySet[Action]:
    """The actions of a child's plan, for whoever sees its plan section; what is done stands last."""
    actions = Action.objects.filter(place=place).select_related("owner__agency", "done_by")
    if not scope.is_open(viewer, place, section=Section.PLAN):
        return actions.none()
    return actions.order_by(F("done_at").asc(nulls_first=True), "due_on", "pk")


def next_actions(cases: Iterable[Case], *, viewer: User) -> dict[int, Action]:
    """What is due first in each of these cases, in the plans that the viewer sees, by case id."""
    plans = places_in(cases, viewer=viewer, section=Section.PLAN).values()
    found = Action.objects.filter(place__in=[place for of in plans for place in of], done_at=None)
    first = found.order_by("place__case", "due_on", "pk").distinct("place__case")
    return {action.place.case_id: action for action in first.select_related("place", "owner")}


def actions(*, viewer: User) -> QuerySet[Action]:
    """The viewer's own actions that are not done, in plans that they still see, soonest first."""
    plans = scope.places_visible_to(viewer, section=Section.PLAN)
    return (
        Action.objects.filter(owner=viewer, done_at=None, place__in=plans)
        .select_related("place__case", "place__person")
        .order_by("due_on", "pk")
    )


def action(action_id: int, *, viewer: User) -> Action:
    """An action in a plan that the viewer sees. NotVisible (404) otherwise."""
    found = (
        Action.objects.filter(
            pk=action_id, place__in=scope.places_visible_to(viewer, section=Section.PLAN)
        )
        .select_related("place__case", "place__person", "owner")
        .first()
    )
    if found is None:
        raise NotVisible("action", action_id)
    return found


def action_owners(place: CaseChild, *, viewer: User) -> QuerySet[User]:
    """Who may be given an action: the team around the child first, then the viewer's colleagues.

    Only those whose role lets them say that it is done.
    """
    doing = [role for role, may in permissions.PERMISSIONS.items() if permissions.SET_ACTION in may]
    seated = team_around(place, viewer=viewer).filter(user__is_active=True).values("user")
    colleagues = accounts.queries.colleagues(viewer=viewer).order_by().values("pk")
    return (
        User.objects.filter(Q(pk__in=seated) | Q(pk__in=colleagues), roles__overlap=doing)
        .annotate(is_seated=Exists(seated.filter(user=OuterRef("pk"))))
        .select_related("agency")
        .order_by("-is_seated", "name", "pk")
    )


def is_done_by(action_id: int, *, viewer: User) -> bool:
    """Whether the viewer has said that this action is done: the task that showed it has ended."""
    done = Action.objects.filter(pk=action_id, done_by=viewer)
    with asking.task("is done by"):
        return done.exclude(place__person__in=scope.hidden_from(viewer)).exists()


def is_late(action: Action, *, viewer: User) -> bool:
    return action.done_at is None and action.due_on < clock.today()
