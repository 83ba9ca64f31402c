"""Who is who, and whose training holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

import clock
from accounts import permissions
from accounts.models import Agency, Area, Membership, Role, SignInAttempt, Team, User
from audit.denied import NotVisible

# Five wrong passwords lock a user name for a quarter of an hour (default by judgement).
ATTEMPTS, LOCKED_FOR = 5, timedelta(minutes=15)
# Training that ends is warned of for so long before (default by judgement).
WARNED_BEFORE = timedelta(days=30)


def colleagues(*, viewer: User) -> QuerySet[User]:
    """Active people of the viewer's own agency and teams: no machine is given work."""
    live = Membership.objects.filter(user=viewer, until=None)
    beside = Membership.objects.filter(
        user=OuterRef("pk"), until=None, team__in=live.values("team")
    )
    return (
        User.objects.filter(is_active=True)
        .filter(Q(agency=viewer.agency_id) | Q(Exists(beside)))
        .exclude(username="system")
        .exclude(roles__contains=[Role.API_CLIENT])
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


def is_in_lead_agency(*, viewer: User) -> bool:
    return viewer.agency.is_lead


def information_governance(*, viewer: User) -> QuerySet[User]:
    """Who answers for the use of records: the active ones of the lead agency."""
    return User.objects.filter(
        agency__is_lead=True, is_active=True, roles__contains=[Role.INFORMATION_GOVERNANCE]
    ).order_by("pk")


def user_named(username: str, *, viewer: User) -> User | None:
    """Who signs in under a user name; None where nobody does. The caller checks who may ask."""
    return User.objects.select_related("agency").filter(username=username).first()


def administrators(*, viewer: User) -> QuerySet[User]:
    """Who puts the viewer's colleagues in teams: the active administrators of their agency."""
    return User.objects.filter(
        agency=viewer.agency_id, is_active=True, roles__contains=[Role.ADMINISTRATOR]
    ).order_by("name", "pk")


def who_can(permission: str, *, viewer: User) -> list[User]:
    """The active people of the lead agency with a role that includes this permission."""
    lead = User.objects.filter(agency__is_lead=True, is_active=True).select_related("agency")
    return [user for user in lead.order_by("pk") if permissions.can(permission, by=user)]


def names(user_ids: Iterable[int], *, viewer: User) -> dict[int, str]:
    """The names of these users by id. The caller checks who may ask."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


def locked(username: str) -> bool:
    """Whether sign-in for what was typed is locked now. Asked before anybody is known."""
    since = clock.now() - LOCKED_FOR
    return SignInAttempt.objects.filter(username=username[:150], at__gt=since).count() >= ATTEMPTS


def _persons() -> QuerySet[User]:
    """Everybody but the machines."""
    machines = Q(roles__overlap=list(permissions.OF_MACHINES))
    return User.objects.exclude(machines).select_related("agency")


def people_managed(
    *,
    agency: Agency | None = None,
    team: Team | None = None,
    role: str = "",
    viewer: User,
) -> QuerySet[User]:
    """Everybody whom an administrator manages, who has left too: of every agency, or of their own.

    Narrowed to an agency, to who is in a team now, to a role, where one is given.
    """
    permissions.check(permissions.MANAGE_PEOPLE, by=viewer)
    found = _persons().order_by("-is_active", "name", "pk")
    if agency:
        found = found.filter(agency=agency)
    if team:
        live = Membership.objects.filter(team=team, until=None)
        found = found.filter(pk__in=live.values("user"))
    if role:
        found = found.filter(roles__contains=[role])
    return found if viewer.agency.is_lead else found.filter(agency=viewer.agency_id)


def person(user_id: int, *, viewer: User) -> User:
    """Somebody whom the viewer manages. NotVisible (404) otherwise."""
    found = people_managed(viewer=viewer).filter(pk=user_id).first()
    if found is None:
        raise NotVisible("user", user_id)
    return found


def managed_agencies(*, viewer: User) -> QuerySet[Agency]:
    """The agencies whose people an administrator manages."""
    permissions.check(permissions.MANAGE_PEOPLE, by=viewer)
    found = agencies(viewer=viewer)
    return found if viewer.agency.is_lead else found.filter(pk=viewer.agency_id)


@dataclass(frozen=True)
class Training:
    """Until when somebody's training holds, that day included, and whether it is over."""

    until: date
    is_over: bool


def training_is_current(*, viewer: User) -> bool:
    """Whether the viewer's training holds today; it does where none is asked of them."""
    return viewer.trained_until is None or viewer.trained_until >= clock.today()


def training(*, viewer: User) -> Training | None:
    """What to warn the viewer of: training that is over or soon will be; None while it is not."""
    until = viewer.trained_until
    if until is None or until > clock.today() + WARNED_BEFORE:
        return None
    return Training(until, not training_is_current(viewer=viewer))
