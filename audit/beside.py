"""What a check looks for beside the chain: entries in no batch, guards taken down, anchors overdue."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.backends.utils import CursorWrapper

import clock
from audit import anchors
from audit.anchors import Head
from audit.findings import Finding, Report
from audit.models import Anchoring, Entry, Seal, SealedEntry

# A sealer runs every minute; so old an entry without a seal is a sign that none does.
OLD = timedelta(minutes=10)
OVERDUE = 2 * anchors.EVERY

TABLES = [model._meta.db_table for model in (Entry, Seal, SealedEntry)]
GUARDS = """
select name from unnest(%s) name
where 2 > (select count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relname = name and c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and t.tgname in (name || '_row', name || '_all') and t.tgenabled in ('O', 'A'))
"""
TWICE = """
select entry_id, min(position), max(position) from audit_sealedentry
group by entry_id having count(*) > 1 order by min(position) limit 20
"""
UNSEALED = """
select count(*),
    count(*) filter (where e.id <= %(settled)s), min(e.id) filter (where e.id <= %(settled)s),
    count(*) filter (where e.id > %(settled)s and e.at < %(old)s),
    min(e.id) filter (where e.id > %(settled)s and e.at < %(old)s),
    min(e.at) filter (where e.id > %(settled)s and e.at < %(old)s and isfinite(e.at))
from audit_entry e where not exists (select from audit_sealedentry s where s.entry_id = e.id)
"""


def guards(cursor: CursorWrapper, add: Callable[[Finding], None]) -> None:
    """The triggers that refuse every change stand, and are switched on."""
    cursor.execute(GUARDS, [TABLES])
    for (table,) in cursor.fetchall():
        says = f"The triggers that refuse a change of {table} are not there, or are switched off."
        add(Finding("guard", says))


def strays(cursor: CursorWrapper, last: int, add: Callable[[Finding], None]) -> None:
    """No place beyond the last batch, no entry in two places."""
    cursor.execute(
        "select position, entry_id from audit_sealedentry where position > %s order by 1 limit 20",
        [last],
    )
    for position, entry in cursor.fetchall():
        says = (
            f"Place {position} (entry {entry}) is in no batch: it was put in, or the batch removed."
        )
        add(Finding("put in", says, None, position, entry))
    cursor.execute(TWICE)
    for entry, one, other in cursor.fetchall():
        says = f"Entry {entry} is sealed twice, in places {one} and {other}."
        add(Finding("put in", says, None, other, entry))


def unsealed(cursor: CursorWrapper, settled: int, report: Report) -> None:
    """Entries in no batch: put in where all was settled, or waiting since nobody seals."""
    cursor.execute(UNSEALED, {"settled": settled, "old": clock.now() - OLD})
    report.unsealed, strange, first, waiting, oldest, since = cursor.fetchone()
    if strange:
        says = (
            f"{_entries(strange)} in no batch, entry {first} the first, though all up to {settled} "
            "was sealed: put in since, or taken out of a batch."
        )
        report.add(Finding("put in", says, entry=first))
    if waiting:
        when = f" since {clock.london(since):%-d %B %Y at %H:%M}" if since else ""
        says = (
            f"{_entries(waiting)} not sealed yet{when}, entry {oldest} the first: nobody has sealed, "
            "or an old date was put in a moment ago."
        )
        report.add(Finding("unsealed", says, entry=oldest))


def overdue(report: Report) -> None:
    """Places of the setting that the head should have reached by now."""
    first, last = Seal.objects.order_by("number").first(), Seal.objects.order_by("number").last()
    if first is None or last is None:
        return
    for place in map(anchors.place, settings.AUDIT_ANCHORS):
        known = Anchoring.objects.filter(place=place).first()
        since = (known and known.anchored_at) or first.sealed_at
        if (known is None or known.number < last.number) and clock.now() - since > OVERDUE:
            error = f" The last try: {known.error}." if known and known.error else ""
            says = f"No head reached {place} since {clock.london(since):%-d %B %Y at %H:%M}.{error}"
            report.add(Finding("overdue", says))
        elif known and known.error:
            report.cautions.append(f"The last try to reach {place} failed: {known.error}.")


def lost(path: Path, sent: int, heads: Sequence[Head], report: Report) -> None:
    """A file of the setting must hold the head that was last sent there, of batch `sent`."""
    if sent > max((head.batch for head in heads), default=0):
        says = f"{path} lacks the head of batch {sent} that was sent there: it is another file, or "
        report.add(Finding("anchors", f"{says}somebody shortened it.", sent))


def _entries(number: int) -> str:
    return f"{number:,} entries are" if number > 1 else "1 entry is"
