"""Write to the record of use."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from django.db import connection

import clock
from audit import context
from audit.models import Entry, Kind


class Actor(Protocol):
    """Whoever acts: a user, seen from the ground floor."""

    @property
    def pk(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def agency_name(self) -> str: ...


def record(
    kind: Kind,
    verb: str,
    *,
    persons: Iterable[int] = (),
    records: Mapping[str, object] | None = None,
    sections: Iterable[str] = (),
    ground: str = "",
    reason: str = "",
    by: Actor | None,
) -> Entry:
    """Add one entry, inside the transaction of what it records.

    `by` is None only where nobody is known, as at a failed sign-in. RuntimeError outside a
    transaction: the entry and the thing itself must succeed or fail together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record outside a transaction")
    request = context.current.get()
    return Entry.objects.create(
        at=clock.now(),
        kind=kind,
        verb=verb,
        user_id=by.pk if by else None,
        username=by.username if by else "",
        agency=by.agency_name if by else "",
        persons=sorted(set(persons)),
        records=dict(records or {}),
        sections=sorted(sections),
        ground=ground,
        reason=reason,
        request_id=request.id if request else None,
        address=request.address if request else None,
    )
