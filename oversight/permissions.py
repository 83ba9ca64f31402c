"""Who reads the record of use, reviews what was drawn from it, and has its feed: the lead agency alone.

And who says where a user lives, so that looks at their own address are found: who manages people."""

from accounts import permissions
from accounts.models import User
from audit.denied import NotAllowed
from oversight.models import DipSample


def can_read(*, by: User) -> bool:
    """Information governance of the lead agency: the record tells of every agency's people."""
    return permissions.can(permissions.READ_AUDIT, by=by) and by.agency.is_lead


def check_can_read(*, by: User) -> None:
    if not can_read(by=by):
        raise NotAllowed(permissions.READ_AUDIT)


def check_can_read_feed(*, by: User) -> None:
    """A client of the lead agency; its scope is asked before."""
    if not (permissions.can(permissions.READ_FEED, by=by) and by.agency.is_lead):
        raise NotAllowed(permissions.READ_FEED)


def check_can_watch(*, by: User) -> None:
    permissions.check(permissions.WATCH_USE, by=by)


def check_can_keep_home_postcode(user: User, *, by: User) -> None:
    """Whoever manages people of the user's agency."""
    permissions.check_can_manage_people_of(user.agency, by=by)


def can_review(sample: DipSample, *, by: User) -> bool:
    """Nobody reviews their own use, nor learns that it is up for review."""
    return can_read(by=by) and sample.user_id != by.pk


def check_can_review(sample: DipSample, *, by: User) -> None:
    if not can_review(sample, by=by):
        raise NotAllowed("review this look")
