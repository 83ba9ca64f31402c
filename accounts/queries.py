"""Who is who, and who is on duty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

import clock
from accounts import permissions
from accounts.models import Agency, Area, DutyPost, Notification, Role, SignInAttempt, Team, User
from audit.denied import NotVisible

# Five wrong passwords lock a user name for a quarter of an hour (default by judgement).
ATTEMPTS, LOCKED_FOR = 5, timedelta(minutes=15)


def colleagues(*, viewer: User) -> QuerySet[User]:
    """Active people of the viewer's own agency and teams: no machine is given work."""
    return (
        User.objects.filter(is_active=True)
        .filter(Q(agency=viewer.agency_id) | Q(memberships__team__in=teams(viewer=viewer)))
        .exclude(username="system")
        .exclude(roles__contains=[Role.API_CLIENT])
        .distinct()
        .order_by("name")
    )


def holders(permission: str, *, viewer: User) -> QuerySet[User]:
    """Active people of any agency whose roles include a permission; no machine among them."""
    may = User.objects.filter(is_active=True, roles__overlap=permissions.roles_that(permission))
    return may.exclude(username="system").exclude(roles__contains=[Role.API_CLIENT]).order_by("pk")


@dataclass(frozen=True)
class People:
    """Who may sign in: how many, of how many agencies, and how many of them without any role."""

    users: int
    agencies: int
    without_role: int


def people(*, viewer: User) -> People:
    """The figures of all active people, for whoever manages them; no machine signs in. NotAllowed
    otherwise."""
    permissions.check(permissions.MANAGE_PEOPLE, by=viewer)
    active = (
        User.objects.filter(is_active=True)
        .exclude(username="system")
        .exclude(roles__contains=[Role.API_CLIENT])
    )
    return People(
        **active.aggregate(
            users=Count("pk"),
            agencies=Count("agency", distinct=True),
            without_role=Count("pk", filter=Q(roles=[])),
        )
    )


def agencies(*, viewer: User) -> QuerySet[Agency]:
    """All agencies that work with the portal, the portal's own left out."""
    return Agency.objects.exclude(name="Early Intervention Portal")


def lead_agency(*, viewer: User) -> Agency | None:
    """The agency that holds the full records; None before it has been founded."""
    return Agency.objects.filter(is_lead=True).first()


def areas(*, viewer: User) -> QuerySet[Area]:
    return Area.objects.all()


def teams(*, viewer: User) -> QuerySet[Team]:
    """The teams that the viewer is in now."""
    return Team.objects.filter(memberships__user=viewer, memberships__until=None)


def is_in_hub(*, viewer: User) -> bool:
    return teams(viewer=viewer).filter(is_hub=True).exists()


def is_in_lead_agency(*, viewer: User) -> bool:
    return viewer.agency.is_lead


def hub(*, viewer: User) -> Team | None:
    """The multi-agency hub that takes referrals."""
    return Team.objects.filter(is_hub=True).first()


def on_duty(area: Area | None, moment: datetime, *, viewer: User) -> list[DutyPost]:
    """The rota lines that cover an area at a moment, lowest step first, own area before the force's."""
    hour = clock.london(moment).hour
    posts = (
        DutyPost.objects.filter(Q(area=area) | Q(area=None), user__is_active=True)
        .select_related("user", "area")
        .order_by("step", "area", "pk")
    )
    return [post for post in posts if _covers(post, hour)]


def _covers(post: DutyPost, hour: int) -> bool:
    start, end = post.from_hour, post.until_hour
    if start == end:
        return True
    return start <= hour < end if start < end else hour >= start or hour < end


def notifications(*, viewer: User) -> QuerySet[Notification]:
    """What the viewer has not followed yet, newest first."""
    return Notification.objects.filter(user=viewer, seen_at=None).order_by("-at", "-pk")


def notification(notification_id: int, *, viewer: User) -> Notification:
    """A line of the viewer's own, followed or not. NotVisible (404) otherwise."""
    found = Notification.objects.filter(pk=notification_id, user=viewer).first()
    if found is None:
        raise NotVisible("notification", notification_id)
    return found


def user_named(username: str, *, viewer: User) -> User | None:
    """Who signs in under a user name; None where nobody does. The caller checks who may ask."""
    return User.objects.select_related("agency").filter(username=username).first()


def administrators(*, viewer: User) -> QuerySet[User]:
    """Who puts the viewer's colleagues in teams: the active administrators of their agency."""
    return User.objects.filter(
        agency=viewer.agency_id, is_active=True, roles__contains=[Role.ADMINISTRATOR]
    ).order_by("name", "pk")


def names(user_ids: Iterable[int], *, viewer: User) -> dict[int, str]:
    """The names of these users by id. The caller checks who may ask."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


def locked(username: str) -> bool:
    """Whether sign-in for what was typed is locked now. Asked before anybody is known."""
    since = clock.now() - LOCKED_FOR
    return SignInAttempt.objects.filter(username=username[:150], at__gt=since).count() >= ATTEMPTS
