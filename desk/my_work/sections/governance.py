"""What information governance and the owners of hidden records watch over."""

from datetime import timedelta

import audit.queries
import cases.permissions
import cases.queries
import clock
import oversight.permissions
import oversight.queries
import partners.queries
import referrals.queries
from accounts.models import User
from desk.my_work.sections.section import MOST, Section

# The sealed record is checked every night (eiportal/celery.py): a night that is missed is said.
CHECKED_WITHIN = timedelta(hours=36)
# How far back refused attempts are counted.
A_WEEK = timedelta(days=7)


def dip_samples(viewer: User) -> Section | None:
    """What information governance is to review."""
    if not oversight.permissions.can_read(by=viewer):
        return None
    found = oversight.queries.waiting(viewer=viewer)
    return Section("dip_samples", found, waits=found.samples > 0) if found.samples else None


def broken_glass(viewer: User) -> Section | None:
    """Tries to break the glass that information governance is to review."""
    if not cases.permissions.can_review_tries(by=viewer):
        return None
    tries = cases.queries.break_glass_tries(viewer=viewer).filter(reviewed_at=None)
    first = tries.order_by("review_due_at").first()
    if first is None:
        return None
    work = {"many": tries.count(), "due": clock.london_date(first.review_due_at)}
    return Section("broken_glass", work, waits=True)


def kept_records(viewer: User) -> Section | None:
    """The restricted and sealed records that the viewer owns, who came near them, and whom to answer."""
    kept = cases.queries.restrictions(viewer=viewer).filter(owner=viewer, until=None)
    many = kept.count()
    if not many:
        return None
    hits = list(cases.queries.hits_to_decide(viewer=viewer)[:MOST])
    referred = list(referrals.queries.to_answer_in_person(viewer=viewer)[:MOST])
    work = {"many": many, "hits": hits, "referred": referred}
    return Section("kept_records", work, waits=bool(hits or referred))


def sealed(viewer: User) -> Section | None:
    """Only where something is wrong: the last check found something, or none was made."""
    if not oversight.permissions.can_read(by=viewer):
        return None
    last = audit.queries.sealed_state(viewer=viewer).verification
    if last is not None and last.is_sound and clock.now() - last.at < CHECKED_WITHIN:
        return None
    return Section("sealed", last, waits=last is not None and not last.is_sound)


def refused(viewer: User) -> Section | None:
    if not oversight.permissions.can_read(by=viewer):
        return None
    return Section("refused", audit.queries.refused(viewer=viewer, since=clock.now() - A_WEEK))


def agreements(viewer: User) -> Section | None:
    found = list(partners.queries.agreements_ending(viewer=viewer)[:MOST])
    return Section("agreements", found, waits=bool(found))
