"""Who keeps the list of services, who enrols a child and records how the help goes, who reads it."""

import cases.permissions
from accounts import permissions
from accounts.models import Agency, User
from audit.denied import NotAllowed
from cases.access import scope
from cases.models import CaseChild, Section


def can_see_services(*, by: User) -> bool:
    """What help there is: for whoever helps children, keeps the list, or asks whether it works."""
    needed = (permissions.OPEN_RECORD, permissions.MANAGE_SERVICES, permissions.SEE_EVALUATIONS)
    return any(permissions.can(permission, by=by) for permission in needed)


def check_can_see_services(*, by: User) -> None:
    if not can_see_services(by=by):
        raise NotAllowed("see what help there is")


def can_manage_services(*, by: User) -> bool:
    return permissions.can(permissions.MANAGE_SERVICES, by=by)


def check_can_manage_services(*, by: User) -> None:
    permissions.check(permissions.MANAGE_SERVICES, by=by)


def can_manage_services_of(provider: Agency, *, by: User) -> bool:
    """A commissioner keeps the services of every provider; others those of their own agency."""
    of_any = permissions.can(permissions.COMMISSION, by=by)
    return can_manage_services(by=by) and (of_any or provider.pk == by.agency_id)


def check_can_manage_services_of(provider: Agency, *, by: User) -> None:
    check_can_manage_services(by=by)
    if not can_manage_services_of(provider, by=by):
        raise NotAllowed("keep the services of another agency")


def can_deliver(place: CaseChild, *, by: User) -> bool:
    """Whether the user has a seat at the child's table, or runs the case, and may record help."""
    if not permissions.can(permissions.DELIVER_HELP, by=by):
        return False
    seated = place.team_places.filter(user=by, until=None).exists()
    return seated or cases.permissions.can_lead(place.case, by=by)


def check_can_deliver(place: CaseChild, *, by: User) -> None:
    """Whoever runs the case and the team around the child; a share only reads.

    NotVisible where the help of this place is not open to them; NotAllowed otherwise.
    """
    scope.find_place(by, place.pk, section=Section.INTERVENTIONS)
    if not can_deliver(place, by=by):
        raise NotAllowed("record this child's help")
