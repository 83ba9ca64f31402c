"""What one agency tells another, asks it, or decides not to tell."""

from datetime import timedelta

import clock
import partners.queries
from accounts.models import User
from desk.my_work.sections.section import MOST, Section, of_places

# A share that ends within two weeks is marked (default by judgement).
SOON = timedelta(days=14)


def shared(viewer: User) -> Section | None:
    """What is shared with the viewer's agency, what ends first first."""
    found = list(partners.queries.shared_with_us(viewer=viewer)[:MOST])
    ends_soon = clock.now() + SOON
    return Section(
        "shared",
        [(share, share.until <= ends_soon) for share in found],
        persons=frozenset(share.person_id for share in found),
    )


def notices(viewer: User) -> Section | None:
    """The notices to the viewer's agency that nobody sees to yet, unread first."""
    found = list(partners.queries.notices_waiting(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    shown = found[:MOST]
    return Section(
        "notices",
        {"notices": shown, "more": len(found) > MOST},
        waits=True,
        persons=frozenset(notice.person_id for notice in shown),
        notices=frozenset(notice.pk for notice in shown),
    )


def notices_overdue(viewer: User) -> Section | None:
    """What the viewer sent and nobody sees to, though the time for it has passed."""
    found = list(partners.queries.notices_overdue(viewer=viewer)[:MOST])
    return Section("notices_overdue", found, waits=True) if found else None


def not_shared(viewer: User) -> Section | None:
    """Decisions not to share whose review is due."""
    found = list(partners.queries.not_sharing_to_review(viewer=viewer)[:MOST])
    if not found:
        return None
    persons = frozenset(decision.person_id for decision in found)
    return Section("not_shared", found, waits=True, persons=persons)


def asked_of_us(viewer: User) -> Section | None:
    """What the viewer's agency is asked, what is needed first first."""
    found = list(partners.queries.requests_to_answer(viewer=viewer)[:MOST])
    return of_places("asked_of_us", found, [asked.place for asked in found], waits=True)
