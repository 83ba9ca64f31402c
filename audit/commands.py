"""Write to the record of use, seal it, anchor its head outside, and check what was sealed."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import connection

import clock
from audit import anchors, context, sealing
from audit.anchors import Head
from audit.checking import check
from audit.context import Actor
from audit.models import Entry, Kind, Verification


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


def verify(*, by: Actor | None) -> Verification:
    """Check all that was sealed, as `manage.py verify_audit` does, and keep what was found.

    Outside any transaction: it reads one snapshot of its own. It leaves no entry, as `seal`. Whoever
    is to be told of it is told by a floor above.
    """
    sent = anchors.files()
    report = check({file: _heads(file) for file in sent}, sent)
    return Verification.objects.create(
        at=clock.now(),
        entries=report.entries,
        batches=report.batches,
        anchors=report.anchors,
        found=report.found,
        findings=[finding.says for finding in report.findings],
        cautions=report.cautions,
    )


def _heads(file: Path) -> list[Head]:
    """None of a file that is gone or unreadable: the check says that it lacks what was sent there."""
    try:
        return anchors.read(file.read_text().splitlines())[0]
    except (OSError, UnicodeDecodeError):
        return []
