"""Who is in which team now."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

import asking
import clock
from accounts import permissions
from accounts.models import Membership, Team, User
from accounts.queries.people import people_managed
from audit.denied import NotVisible


def teams(*, viewer: User) -> QuerySet[Team]:
    """The teams that the viewer is in now, and the hubs for which they stand in at this moment."""
    live = Membership.objects.filter(user=viewer, until=None)
    standing_in = Q(pk__in=stood_in_for(viewer=viewer).values("pk"))
    return Team.objects.filter(Q(pk__in=live.values("team")) | standing_in)


def stood_in_for(*, viewer: User) -> QuerySet[Team]:
    """Out of working hours whoever is in an emergency duty team stands in for the hub.

    Asked at every query, so that it begins and ends by the clock alone.
    """
    if clock.in_working_hours(clock.now()):
        return Team.objects.none()
    live = Membership.objects.filter(user=viewer, until=None)
    return Team.objects.filter(Exists(live.filter(team__is_duty_team=True)), is_hub=True)


def is_in_hub(*, viewer: User) -> bool:
    """Whether the viewer is in a hub, or stands in for it at this moment."""
    found = teams(viewer=viewer).filter(is_hub=True)
    return asking.once(("in hub", viewer.pk), found.exists)


def hub(*, viewer: User) -> Team | None:
    """The multi-agency hub that takes referrals."""
    return Team.objects.filter(is_hub=True).first()


def teams_managed(*, viewer: User) -> QuerySet[Team]:
    """The teams whose members an administrator may see: of every agency, or of their own."""
    permissions.check(permissions.MANAGE_PEOPLE, by=viewer)
    found = Team.objects.select_related("agency", "area", "supervisor")
    return found if viewer.agency.is_lead else found.filter(agency=viewer.agency_id)


def team(team_id: int, *, viewer: User) -> Team:
    """A team that the viewer manages or may at least see. NotVisible (404) otherwise."""
    found = teams_managed(viewer=viewer).filter(pk=team_id).first()
    if found is None:
        raise NotVisible("team", team_id)
    return found


def members(team: Team, *, viewer: User) -> QuerySet[User]:
    """Who is in a team now. The caller has found the team for this viewer."""
    live = Membership.objects.filter(team=team, until=None)
    return User.objects.filter(pk__in=live.values("user")).select_related("agency").order_by("name")


def teams_of(people: Iterable[User], *, viewer: User) -> dict[int, list[Team]]:
    """{user: the teams that they are in now}. The caller has found the people for this viewer."""
    live = Membership.objects.filter(user__in=[each.pk for each in people], until=None)
    found: dict[int, list[Team]] = defaultdict(list)
    for membership in live.select_related("team").order_by("team__name"):
        found[membership.user_id].append(membership.team)
    return found


def successor(leaver: User, *, viewer: User) -> User | None:
    """Who takes over what somebody still held who has left the agency: the supervisor of the team that
    they left last. None while they are there."""
    if leaver.is_active:
        return None
    last = leaver.memberships.select_related("team__supervisor").order_by("-until", "-pk").first()
    return last.team.supervisor if last else None


def succeeded_by(*, viewer: User) -> QuerySet[User]:
    """Whose successor the viewer is."""
    memberships = Membership.objects.filter(user=OuterRef("pk")).order_by("-until", "-pk")
    gone = User.objects.filter(is_active=False).alias(
        last=Subquery(memberships.values("team__supervisor")[:1])
    )
    return gone.filter(last=viewer.pk)


def may_join(team: Team, *, viewer: User) -> QuerySet[User]:
    """The active people who are not in a team yet and may be put in it."""
    live = Membership.objects.filter(team=team, until=None)
    found = people_managed(viewer=viewer).filter(is_active=True).exclude(pk__in=live.values("user"))
    return found if team.is_multi_agency else found.filter(agency=team.agency_id)


def supervised(*, viewer: User) -> QuerySet[Team]:
    """The teams whose people the viewer supervises: named for it, or a supervisor who works in them."""
    theirs = Q(supervisor=viewer)
    if permissions.can(permissions.REVIEW_PROMPTS, by=viewer):
        theirs |= Q(pk__in=Membership.objects.filter(user=viewer, until=None).values("team"))
    return Team.objects.filter(theirs, is_hub=False)


def with_a_supervisor(*, viewer: User) -> QuerySet[Team]:
    """The teams whose people anybody supervises, as `supervised` has it."""
    works_in = Membership.objects.filter(
        team=OuterRef("pk"),
        until=None,
        user__is_active=True,
        user__roles__overlap=permissions.roles_that(permissions.REVIEW_PROMPTS),
    )
    named = Q(supervisor__is_active=True)
    return Team.objects.filter(named | Exists(works_in), is_hub=False)


def answers_for_agency(*, viewer: User) -> bool:
    """Whether the viewer takes over what leavers of their agency left to no team: each of its supervisors, so
    that no contact waits for an area or a team that has nobody."""
    by_role = permissions.can(permissions.COMPLETE_FOR_LEAVERS, by=viewer)
    return by_role or Team.objects.filter(supervisor=viewer, agency=viewer.agency_id).exists()


def leavers(*, viewer: User) -> QuerySet[User]:
    """The people of the viewer's agency who have left it; no machine among them."""
    gone = User.objects.filter(is_active=False, agency=viewer.agency_id)
    return gone.exclude(roles__overlap=list(permissions.OF_MACHINES))


def worked_in(teams: QuerySet[Team], *, user: str, at: str, viewer: User) -> QuerySet[Membership]:
    """For a row of another table: the time in one of these teams of its `user` that holds its moment `at`."""
    still_there = Q(until=None) | Q(until__gt=OuterRef(at))
    return Membership.objects.filter(
        still_there, team__in=teams, user=OuterRef(user), starts_at__lte=OuterRef(at)
    )


def left_since(times: QuerySet[Membership], *, viewer: User) -> QuerySet[Membership]:
    """Of these times in a team, those of who is not in that team any more."""
    now = Membership.objects.filter(user=OuterRef("user"), team=OuterRef("team"), until=None)
    return times.exclude(Exists(now))
