"""Leave a team or the agency: in that second, and what was held is handed over in the same
transaction by whoever listens to `membership_changed`."""

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts import permissions
from accounts.commands.duty import end_posts
from accounts.commands.people import ANOTHER_ADMINISTRATOR, hold, take_turn
from accounts.commands.teams import hold_team
from accounts.models import Membership, Role, Team, User
from accounts.signals import membership_changed
from audit.models import Kind


@asking.command
def leave_team(user: User, team: Team, *, by: User) -> None:
    """End a user's time in a team: what the team's grounds opened is closed in that second, and what
    they held in its cases is its supervisor's. Left already: nothing changes.

    ValidationError, naming what they hold, where nobody can take it over.
    """
    take_turn(by=by)
    user, by = hold(user, by, by=by)
    permissions.check_can_manage_team(team, by=by)
    asking.withdraw(users=[user.pk])
    _leave(user, team, by=by)


def _leave(user: User, team: Team, *, by: User) -> None:
    team = hold_team(team, by=by)
    live = Membership.objects.filter(user=user, team=team, until=None)
    if not live.update(until=clock.now()):
        return
    user.groups.remove(team.group)
    if team.supervisor_id == user.pk:
        team.supervisor = None
        team.save(update_fields=["supervisor"])
    audit.commands.record(
        Kind.ALTERATION, "leave team", records={"user": user.pk, "team": team.pk}, by=by
    )
    membership_changed.send(sender=Membership, user=user, team=team, by=by)
    if not permissions.can_be_on_duty(user):
        end_posts(user, by=by)


@asking.command
def leave_agency(user: User, *, by: User) -> User:
    """Shut somebody out who has left: in this second they see nothing, also on pages that are open.

    Their teams, their posts on the rota and their roles' use end; what they held is handed over.
    Left already: nothing changes. ValidationError, naming what they hold, where nobody can take it
    over, and for one's own account.
    """
    take_turn(by=by)
    user, by = hold(user, by, by=by)
    permissions.check_can_manage_people_of(user.agency, by=by)
    if Role.SYSTEM in user.roles or Role.API_CLIENT in user.roles:
        raise ValidationError("A program does not leave: revoke it as an API client.")
    if user == by:
        raise ValidationError(ANOTHER_ADMINISTRATOR)
    if not user.is_active:
        return user
    asking.withdraw(users=[user.pk])
    for membership in user.memberships.filter(until=None).order_by("team").select_related("team"):
        _leave(user, membership.team, by=by)
    # From here on every session of theirs is nobody's: the sign-in asks for it at each request.
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.groups.clear()
    end_posts(user, by=by)
    audit.commands.record(Kind.ALTERATION, "leave agency", records={"user": user.pk}, by=by)
    membership_changed.send(sender=Membership, user=user, team=None, by=by)
    return user
