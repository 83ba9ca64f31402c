"""What cases does when somebody leaves a team, and before an answer is given a second time."""

from collections.abc import Iterable

from django.dispatch import receiver

import clock
from accounts.models import Team, User
from accounts.signals import membership_changed
from audit.denied import NotVisible
from cases.access import grants, scope
from cases.models import Action, BreakGlass, TeamPlace
from cases.permissions import can_break_glass
from rest.signals import answering_again


@receiver(membership_changed)
def end_team_places(*, user: User, team: Team, **_: object) -> None:
    """A leaver's places round the children of the team's cases end in the same second.

    So does the sight that their open actions there gave. The actions stand in the plan, late in
    their time, until whoever runs the case does them.
    """
    if user.memberships.filter(team=team, until=None).exists():
        return
    for held in TeamPlace.objects.filter(user=user, until=None, place__case__team=team):
        grants.end(held.grant_ref)
        held.until = clock.now()
        held.save(update_fields=["until"])
    for action in Action.objects.filter(owner=user, done_at=None, place__case__team=team):
        grants.end(action.grant_ref)


@receiver(membership_changed)
def end_break_glass(*, user: User, **_: object) -> None:
    """Whoever may break no glass any more, such as by leaving the hub, sees nothing by it either."""
    if can_break_glass(by=user):
        return
    now = clock.now()
    for broken in BreakGlass.objects.filter(by=user, until__gt=now).exclude(grant_ref=None):
        grants.end(broken.grant_ref)  # type: ignore[arg-type]  # not None, says the filter
        broken.until = now
        broken.save(update_fields=["until"])


@receiver(answering_again)
def refuse_hidden(*, persons: Iterable[int], viewer: User, **_: object) -> None:
    """An answer that tells of a child who has been hidden since is not given again."""
    if scope.hidden_from(viewer).filter(person__in=list(persons)).exists():
        raise NotVisible("answer")
