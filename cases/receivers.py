"""What cases does when somebody joins or leaves a team: who left holds nothing of it any more."""

from django.dispatch import receiver

import clock
from accounts.models import Team, User
from accounts.signals import membership_changed
from cases.access import grants
from cases.models import TeamPlace


@receiver(membership_changed)
def end_team_places(*, user: User, team: Team, **_: object) -> None:
    """A leaver's places round the children of the team's cases end in the same second."""
    if user.memberships.filter(team=team, until=None).exists():
        return
    for held in TeamPlace.objects.filter(user=user, until=None, place__case__team=team):
        grants.end(held.grant_ref)
        held.until = clock.now()
        held.save(update_fields=["until"])
