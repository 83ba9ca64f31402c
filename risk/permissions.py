"""Who publishes a model, starts a run and sees how it went."""

from accounts import permissions
from accounts.models import User
from audit.denied import NotAllowed


def check_can_publish(*, by: User) -> None:
    permissions.check(permissions.PUBLISH_MODEL, by=by)


def can_start_run(*, by: User) -> bool:
    return permissions.can(permissions.START_RUN, by=by)


def check_can_start_run(*, by: User) -> None:
    permissions.check(permissions.START_RUN, by=by)


def can_see_runs(*, by: User) -> bool:
    """Whoever may start a run sees them too."""
    return permissions.can(permissions.SEE_RUNS, by=by) or can_start_run(by=by)


def check_can_see_runs(*, by: User) -> None:
    if not can_see_runs(by=by):
        raise NotAllowed(permissions.SEE_RUNS)


def check_can_see_workings(*, by: User) -> None:
    """Everybody's readings at once, pseudonymised: from the command line of the server alone."""
    permissions.check(permissions.SEE_WORKINGS, by=by)


def check_can_count(*, by: User) -> None:
    """How many people stand in each band: for the night's figures alone."""
    permissions.check(permissions.TAKE_SNAPSHOT, by=by)
