"""Who plans an evaluation, asks for its report, has it written, reads it and decides on it."""

from accounts import permissions
from accounts.models import User
from audit.denied import NotAllowed


def can_see_evaluations(*, by: User) -> bool:
    """Whoever writes the reports sees them too."""
    return permissions.can(permissions.SEE_EVALUATIONS, by=by) or permissions.can(
        permissions.WRITE_EVALUATION, by=by
    )


def check_can_see_evaluations(*, by: User) -> None:
    if not can_see_evaluations(by=by):
        raise NotAllowed(permissions.SEE_EVALUATIONS)


def can_plan_evaluation(*, by: User) -> bool:
    return permissions.can(permissions.PLAN_EVALUATION, by=by)


def check_can_plan_evaluation(*, by: User) -> None:
    permissions.check(permissions.PLAN_EVALUATION, by=by)


def can_decide(*, by: User) -> bool:
    return permissions.can(permissions.DECIDE_EVALUATION, by=by)


def check_can_decide(*, by: User) -> None:
    permissions.check(permissions.DECIDE_EVALUATION, by=by)


def check_can_write_evaluation(*, by: User) -> None:
    permissions.check(permissions.WRITE_EVALUATION, by=by)
