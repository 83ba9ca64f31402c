"""What cases does when somebody leaves or is to supervise, and before an answer is given a second time."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.dispatch import receiver

import cases.commands
import clock
from accounts import permissions
from accounts.models import Team, User
from accounts.signals import duty_ended, membership_changed, roles_changed, supervisor_named
from audit.denied import NotVisible
from cases.access import grants, scope
from cases.models import BreakGlass, Case, Opening
from cases.permissions import can_break_glass, can_match
from rest.signals import answering_again


@receiver(membership_changed)
def hand_over(*, user: User, team: Team | None, by: User, **_: object) -> None:
    """What a leaver held passes to the team's supervisor in the same second, or nobody leaves. Of hidden
    children, to the named list first: its owner takes over what the supervisor may not know of."""
    if team is None:
        cases.commands.leave_lists(user, by=by)
        cases.commands.hand_over_rest(user, by=by)
    elif not user.memberships.filter(team=team, until=None).exists():
        cases.commands.hand_over(user, team, by=by)


@receiver(roles_changed)
def refit(*, user: User, by: User, **_: object) -> None:
    """No named list is left to whoever may not open it, or may not answer for it; nor a case, an action or a
    call to whoever may not do it."""
    cases.commands.refit_lists(user, by=by)
    cases.commands.hand_over_unfit(user, by=by)


@receiver([membership_changed, duty_ended, roles_changed])
def end_break_glass(*, user: User, **_: object) -> None:
    """Whoever may break no glass any more, such as by leaving the hub or the rota, sees nothing by it."""
    if can_break_glass(by=user):
        return
    now = clock.now()
    open_still = BreakGlass.objects.filter(by=user, until__gt=now).exclude(grant_ref=None)
    for broken in open_still.order_by("pk"):
        grants.end(broken.grant_ref)  # type: ignore[arg-type]  # not None, says the filter
        broken.until = now
        broken.save(update_fields=["until"])


@receiver(answering_again)
def refuse_untold(*, persons: Iterable[int], viewer: User, **_: object) -> None:
    """An answer that tells of a child who has been hidden since is not given again, nor one to a client
    that may match no more, such as by leaving the hub: it was told whom it matched."""
    told = list(persons)
    if told and not can_match(by=viewer):
        raise NotVisible("answer")
    if scope.hidden_from(viewer).filter(person__in=told).exists():
        raise NotVisible("answer")


@receiver([membership_changed, roles_changed])
def end_openings(*, user: User, **_: object) -> None:
    """Whoever may open no record with a reason any more, such as by leaving the hub: what they had open
    closes too."""
    if can_match(by=user):
        return
    for opening in Opening.objects.live().filter(by=user).order_by("pk"):
        grants.end(opening.grant_ref)
        opening.until = clock.now()
        opening.save(update_fields=["until"])


@receiver(supervisor_named)
def refuse_who_leads_nothing(*, team: Team, by: User, **_: object) -> None:
    """Whoever supervises a team that runs cases takes them over: they must be able to."""
    runs_cases = Case.objects.filter(team=team, closed_at=None).exists()
    named = team.supervisor
    if runs_cases and not (named and permissions.can(permissions.LEAD_CASE, by=named)):
        raise ValidationError(
            {"supervisor": "The team runs cases: choose somebody who may lead them."}
        )
