"""Write to the record of use, seal it, and anchor its head outside."""

from collections.abc import Iterable, Mapping

from django.db import connection

import clock
from audit import anchors, context, sealing
from audit.context import Actor
from audit.models import Entry, Kind


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


def seal(*, limit: int = sealing.BATCH, by: Actor | None) -> int:
    """Seal all entries that are committed now, in batches of at most `limit`; returns how many.

    `by` is None where the minute's task does it. It leaves no entry: a seal is a record itself, and
    an entry would want to be sealed in its turn, every minute of a quiet night.
    """
    return sealing.seal(limit=limit, by=by)


def anchor(*, by: Actor | None) -> int:
    """Send the head of the chain to each place where it is due; returns to how many it went.

    A place that fails is logged, shown by `verify_audit`, and tried again the next time. Where the
    last head went is kept in `audit.models.Anchoring`; it leaves no entry, as `seal`.
    """
    return anchors.send_due()
