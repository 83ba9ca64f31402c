"""Who registers clients and takes them away."""

from accounts import permissions
from accounts.models import Agency, User
from audit.denied import NotAllowed


def check_can_manage_clients(*, by: User) -> None:
    permissions.check(permissions.MANAGE_CLIENTS, by=by)


def can_manage_clients_of(agency: Agency, *, by: User) -> bool:
    """The lead agency's administrators let anybody's programs in; others those of their own agency.

    A client of the lead agency is matched against everybody and opens full records: an
    administrator of another agency must not make one.
    """
    may = permissions.can(permissions.MANAGE_CLIENTS, by=by)
    return may and (by.agency.is_lead or agency.pk == by.agency_id)


def check_can_manage_clients_of(agency: Agency, *, by: User) -> None:
    check_can_manage_clients(by=by)
    if not can_manage_clients_of(agency, by=by):
        raise NotAllowed("manage API clients of another agency")
