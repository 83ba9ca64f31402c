"""Who registers clients and takes them away."""

from accounts import permissions
from accounts.models import User


def check_can_manage_clients(*, by: User) -> None:
    permissions.check(permissions.MANAGE_CLIENTS, by=by)
