"""Who keeps the night's figures, who sees them, and of which areas."""

from accounts import permissions
from accounts.models import Role, User


def check_can_take_snapshot(*, by: User) -> None:
    permissions.check(permissions.TAKE_SNAPSHOT, by=by)


def can_see_dashboard(*, by: User) -> bool:
    return permissions.can(permissions.SEE_DASHBOARD, by=by)


def check_can_see_dashboard(*, by: User) -> None:
    permissions.check(permissions.SEE_DASHBOARD, by=by)


def answers_for_areas(*, by: User) -> bool:
    """Whether the user is a commander of the lead agency: work is counted exactly for them.

    A commander of another agency sees what a commissioner sees: exact counts of the lead agency's
    work would tell of what is police only.
    """
    return by.is_active and Role.COMMANDER in by.roles and by.agency.is_lead


def sees_published_force(*, by: User) -> bool:
    """Whether the published tables of the whole force are the user's: everybody else who may look."""
    if not can_see_dashboard(by=by):
        return False
    return not answers_for_areas(by=by) or bool({Role.COMMISSIONER, Role.ANALYST} & {*by.roles})
