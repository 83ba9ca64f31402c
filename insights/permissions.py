"""Who keeps and sees the night's figures, and of which areas; who plans, reads and decides evaluations."""

from accounts import permissions
from accounts.models import Role, User
from audit.denied import NotAllowed


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


def can_see_evaluations(*, by: User) -> bool:
    """The lead agency's own, and whoever writes the reports.

    A report counts everything that the lead agency holds, police-only facts too, and such a fact
    changes no byte of what another agency reads (design/access.md).
    """
    return _may(permissions.SEE_EVALUATIONS, by) or permissions.can(
        permissions.WRITE_EVALUATION, by=by
    )


def check_can_see_evaluations(*, by: User) -> None:
    if not can_see_evaluations(by=by):
        raise NotAllowed(permissions.SEE_EVALUATIONS)


def can_plan_evaluation(*, by: User) -> bool:
    return _may(permissions.PLAN_EVALUATION, by)


def check_can_plan_evaluation(*, by: User) -> None:
    if not can_plan_evaluation(by=by):
        raise NotAllowed(permissions.PLAN_EVALUATION)


def can_decide(*, by: User) -> bool:
    return _may(permissions.DECIDE_EVALUATION, by)


def check_can_decide(*, by: User) -> None:
    if not can_decide(by=by):
        raise NotAllowed(permissions.DECIDE_EVALUATION)


def _may(permission: str, by: User) -> bool:
    return permissions.can(permission, by=by) and by.agency.is_lead


def check_can_write_evaluation(*, by: User) -> None:
    permissions.check(permissions.WRITE_EVALUATION, by=by)
