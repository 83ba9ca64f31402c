"""Referrals: the hub's queue, and what became of one's own."""

from dataclasses import dataclass

import referrals.permissions
import referrals.queries
from accounts.models import User
from desk.my_work.sections.section import MOST, Section
from referrals.models import Referral
from referrals.queries import Clock

# Of the queue.
NEXT_UP = 3


@dataclass(frozen=True)
class NextUp:
    """A referral of the queue, and how much of its clock is left."""

    referral: Referral
    clock: Clock


def queue(viewer: User) -> Section | None:
    """How many referrals wait for the hub, how many of them late, and those due first."""
    if not referrals.permissions.can_triage(by=viewer):
        return None
    inbox = referrals.queries.inbox(viewer=viewer)
    waiting = inbox.count()
    first = inbox[:NEXT_UP] if waiting else []
    work = {
        "waiting": waiting,
        "late": referrals.queries.late(viewer=viewer).count() if waiting else 0,
        "first": [NextUp(r, referrals.queries.clock_of(r, viewer=viewer)) for r in first],
    }
    return Section("queue", work, waits=bool(waiting))


def my_referrals(viewer: User) -> Section | None:
    """What became of the viewer's own."""
    return Section("my_referrals", list(referrals.queries.outbox(viewer=viewer)[:MOST]))
