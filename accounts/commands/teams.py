"""Form teams, put people in them, name who supervises them."""

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

import asking
import audit.commands
import clock
from accounts import permissions
from accounts.commands.people import hold, hold_active
from accounts.models import Agency, Area, Membership, Team, User
from accounts.signals import membership_changed, supervisor_named
from audit.models import Kind


@asking.command
def form_team(
    name: str,
    *,
    agency: Agency,
    area: Area | None = None,
    is_hub: bool = False,
    is_duty_team: bool = False,
    by: User,
) -> Team:
    """A new team; a hub team and an emergency duty team take members from any agency.

    ValidationError for a name that is taken.
    """
    team = Team(name=name, agency=agency, area=area, is_hub=is_hub, is_duty_team=is_duty_team)
    permissions.check_can_manage_team(team, by=by)
    try:
        with transaction.atomic():
            team.group = Group.objects.create(name=f"team: {name}")
            team.save()
    except IntegrityError as error:
        raise ValidationError({"name": "There is a team of this name already."}) from error
    audit.commands.record(Kind.COLLECTION, "form team", records={"team": team.pk}, by=by)
    return team


def hold_team(team: Team, *, by: User) -> Team:
    """A team as it stands now, held until the transaction ends; after the people, before cases."""
    rows = Team.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("agency", "group", "supervisor").get(pk=team.pk)


@asking.command
def join_team(user: User, team: Team, *, by: User) -> Membership:
    """Put a user in a team from now on. ValidationError for a partner's user in a team of one agency,
    and for who has left."""
    permissions.check_can_manage_team(team, by=by)
    if not team.is_multi_agency and user.agency_id != team.agency_id:
        raise ValidationError(
            {"user": "Only a hub or an emergency duty team takes members from other agencies."}
        )
    user = hold_active(user, field="user", by=by)
    membership, _ = Membership.objects.get_or_create(
        user=user, team=team, until=None, defaults={"starts_at": clock.now()}
    )
    user.groups.add(team.group)
    audit.commands.record(
        Kind.ALTERATION, "join team", records={"user": user.pk, "team": team.pk}, by=by
    )
    membership_changed.send(sender=Membership, user=user, team=team, by=by)
    return membership


@asking.command
def name_supervisor(team: Team, user: User, *, by: User) -> Team:
    """Whoever supervises a team takes over what its members held when they leave.

    ValidationError for who is not in the team now, or may not do what they would take over.
    """
    permissions.check_can_manage_team(team, by=by)
    (user,) = hold(user, by=by)
    team = hold_team(team, by=by)
    if not user.memberships.filter(team=team, until=None).exists():
        raise ValidationError({"supervisor": "The supervisor must be a member of the team."})
    team.supervisor = user
    team.save(update_fields=["supervisor"])
    supervisor_named.send(sender=Team, team=team, by=by)
    audit.commands.record(
        Kind.ALTERATION, "name supervisor", records={"user": user.pk, "team": team.pk}, by=by
    )
    return team
