"""What cases does when somebody leaves: who left holds nothing of it any more."""

from django.core.exceptions import ValidationError
from django.dispatch import receiver

import cases.commands
from accounts import permissions
from accounts.models import Team, User
from accounts.signals import membership_changed, supervisor_named
from cases.models import Case


@receiver(membership_changed)
def hand_over(*, user: User, team: Team | None, by: User, **_: object) -> None:
    """What a leaver held passes to the team's supervisor in the same second, or nobody leaves."""
    if team is None:
        cases.commands.hand_over_rest(user, by=by)
    elif not user.memberships.filter(team=team, until=None).exists():
        cases.commands.hand_over(user, team, by=by)


@receiver(supervisor_named)
def refuse_who_leads_nothing(*, team: Team, by: User, **_: object) -> None:
    """Whoever supervises a team that runs cases takes them over: they must be able to."""
    runs_cases = Case.objects.filter(team=team, closed_at=None).exists()
    named = team.supervisor
    if runs_cases and not (named and permissions.can(permissions.LEAD_CASE, by=named)):
        raise ValidationError(
            {"supervisor": "The team runs cases: choose somebody who may lead them."}
        )
