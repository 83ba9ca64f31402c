"""Contacts: to log, to complete, left incomplete, not referred."""

import cases.queries
from accounts import permissions
from accounts.models import User
from desk.my_work.sections.section import MOST, Section


def log(viewer: User) -> Section | None:
    """The one large button."""
    return Section("log") if permissions.can(permissions.RECORD_CONTACT, by=viewer) else None


def captures(viewer: User) -> Section | None:
    """The viewer's own captures and drafts."""
    found = {
        "captures": list(cases.queries.to_complete(viewer=viewer)[:MOST]),
        "drafts": list(cases.queries.drafts(viewer=viewer).filter(form="contact")[:MOST]),
    }
    return Section("captures", found, waits=True) if any(found.values()) else None


def left_incomplete(viewer: User) -> Section | None:
    """What the supervisor's people have left over from an earlier shift."""
    found = list(cases.queries.left_incomplete(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    shown = found[:MOST]
    return Section("left_incomplete", {"captures": shown, "more": len(found) > MOST}, waits=True)


def not_referred(viewer: User) -> Section | None:
    """What the supervisor's people did not refer, though something that they noticed asks whether to."""
    found = list(cases.queries.not_referred(viewer=viewer)[:MOST])
    return Section("not_referred", found) if found else None
