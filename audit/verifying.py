"""Read everything that was sealed once, in the order of sealing, and compare it with its hashes.

One snapshot of the database, a few thousand rows at a time. Every seal is compared with the one
before as it stands, so that one change is named once and not again for each batch after it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

import clock
from audit import canonical
from audit.anchors import Head
from audit.beside import guards, overdue, strays, unsealed
from audit.findings import Finding, Report
from audit.models import Seal

ROWS = 20_000
SEALS = 2_000
# How long the transaction of one entry may last before its seal looks too late.
LONGEST = timedelta(hours=1)
# How far the clocks of two machines may differ.
AHEAD = timedelta(minutes=5)

PLACES = """
select s.position, s.entry_id, encode(s.digest, 'hex'), {columns}
from audit_sealedentry s left join audit_entry e on e.id = s.entry_id
where s.position > {above} and s.position <= {last}
order by s.position
"""


class Row:
    """One place in the sealed order, with the entry's bytes as they are now."""

    __slots__ = ("at", "digest", "entry", "here", "position", "sealed_digest")

    def __init__(self, line: bytes) -> None:
        position, entry, self.sealed_digest, rest = line.split(b"\t", 3)
        self.position = int(position)
        self.entry = 0 if entry == b"\\N" else int(entry)
        _, ident, at, _ = rest.split(b"\t", 3)
        self.here, self.at = ident != b"\\N", at.decode()
        self.digest = sha256(rest)


class Rows(list[Row]):
    """Takes the lines of places with their entries."""

    def write(self, line: bytes) -> None:
        self.append(Row(line))


def verify(heads: Sequence[Head]) -> Report:
    """Check all that is sealed, and that each of the anchored heads is in the chain."""
    report = Report(anchors=len(heads))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        canonical.pin(cursor)
        guards(cursor, report.add)
        walk = Walk(report, heads)
        for seals in chunks(Seal.objects.order_by("number").iterator(chunk_size=SEALS)):
            walk.go(seals, read(cursor, walk.position, seals))
        walk.end()
        strays(cursor, walk.position, report.add)
        unsealed(cursor, walk.settled, report)
        overdue(report)
    return report


def chunks(seals: Iterator[Seal]) -> Iterator[list[Seal]]:
    """Seals that follow each other and share a form, so many that some ROWS entries are read."""
    chunk: list[Seal] = []
    rows = 0
    for seal in seals:
        if chunk and (rows >= ROWS or len(chunk) >= SEALS or seal.form != chunk[0].form):
            yield chunk
            chunk, rows = [], 0
        chunk.append(seal)
        rows += seal.count
    if chunk:
        yield chunk


def read(cursor: CursorWrapper, above: int, seals: list[Seal]) -> Rows:
    """What stands in the sealed order up to the last of these seals."""
    rows = Rows()
    form = seals[0].form if seals[0].form in canonical.FORMS else canonical.FORM
    last = max(seal.last for seal in seals)
    select = PLACES.format(columns=canonical.columns(form), above=above, last=last)
    canonical.read(cursor, select, rows)
    return rows


class Walk:
    """Goes along the chain; knows the seal before, and what it anchored."""

    def __init__(self, report: Report, heads: Sequence[Head]) -> None:
        self.report = report
        self.heads: dict[int, list[Head]] = {}
        for head in heads:
            self.heads.setdefault(head.batch, []).append(head)
        self.number = self.position = self.settled = 0
        self.chain = canonical.GENESIS
        self.is_rewritten = False
        self.sealed_at: datetime | None = None
        self.complete_at: datetime | None = None

    def go(self, seals: list[Seal], rows: Rows) -> None:
        at = 0
        for seal in seals:
            self._link(seal)
            found, start = self.report.found, at
            while at < len(rows) and rows[at].position <= seal.last:
                at += 1
            self._batch(seal, rows[start:at])
            if self.report.found == found:
                self._whole(seal, rows[start:at])
            self._times(seal, rows[start:at])
            self._step(seal)

    def end(self) -> None:
        """Heads beyond the end of the chain, and what the report says of its last."""
        report = self.report
        report.batches, report.head, report.sealed_at = self.number, self.chain, self.sealed_at
        for number in sorted(self.heads):
            if number > self.number:
                self._rewritten(
                    number,
                    f"Batch {number} was anchored, and the chain now ends at batch {self.number}: "
                    "its end was removed, or a backup was restored.",
                )
                return

    def _step(self, seal: Seal) -> None:
        self.number, self.chain, self.sealed_at = seal.number, seal.chain_hash, seal.sealed_at
        self.position, self.settled = max(self.position, seal.last), seal.settled
        if seal.complete:
            self.complete_at = seal.sealed_at

    def _add(self, what: str, seal: Seal, says: str, row: Row | None = None) -> None:
        place = (row.position, row.entry) if row else (None, None)
        self.report.add(Finding(what, says, seal.number, *place))

    def _link(self, seal: Seal) -> None:
        """The seal itself: its number, its range, its hash after the one before, its anchors."""
        name = f"Batch {seal.number}"
        if seal.number != self.number + 1:
            self._add(
                "removed", seal, f"{name} follows batch {self.number}: those between are gone."
            )
        elif canonical.chain_hash(seal, after=self.chain) != seal.chain_hash:
            self._add(
                "rewritten",
                seal,
                f"{name} does not follow from the seal before it: one of the two was rewritten.",
            )
        if seal.form not in canonical.FORMS:
            self._add("changed", seal, f"{name} says it has form {seal.form}, which is not known.")
        if self.sealed_at and seal.sealed_at < self.sealed_at - AHEAD:
            self._add(
                "out of order", seal, f"{name} says it was sealed before batch {self.number}."
            )
        for head in self.heads.get(seal.number, ()):
            self._anchored(seal, head)

    def _anchored(self, seal: Seal, head: Head) -> None:
        if (head.chain, head.entries) == (seal.chain_hash, seal.last):
            self.report.matched = max(self.report.matched, seal.number)
            return
        since, when = self.report.matched + 1, f"{clock.london(head.at):%-d %B %Y at %H:%M}"
        says = f"is not the one that was anchored on {when}: the chain was rewritten"
        where = f"from one of the batches {since} to {seal.number} on"
        self._rewritten(seal.number, f"Batch {seal.number} {says}, {where}.")

    def _rewritten(self, number: int, says: str) -> None:
        """Said of the first head alone: all that follow it differ too."""
        if not self.is_rewritten:
            self.report.add(Finding("anchors", says, number))
        self.is_rewritten = True

    def _batch(self, seal: Seal, rows: list[Row]) -> None:
        """Every place once and in order, every entry there and as it was sealed."""
        follows = seal.number == self.number + 1
        expected = max(seal.first, self.position + 1)
        if follows and seal.first != self.position + 1:
            says = f"begins at place {seal.first}, and place {self.position} was the last before."
            self._add("out of order", seal, f"Batch {seal.number} {says}")
        for row in rows:
            if row.position < expected and not follows:
                continue  # of a batch that is gone, which is said
            if row.position < expected:
                says = "stands there twice, or in no batch: it was put in."
                self._add("put in", seal, f"Place {row.position} (entry {row.entry}) {says}", row)
                continue
            self._missing(seal, expected, row.position)
            self._row(seal, row)
            expected = row.position + 1
        self._missing(seal, expected, seal.last + 1)
        self.report.entries += len(rows)

    def _missing(self, seal: Seal, expected: int, position: int) -> None:
        if expected < position:
            gone = f"{expected}" if position - expected == 1 else f"{expected} to {position - 1}"
            says = (
                f"Place {gone} of batch {seal.number} is empty: what was sealed there is removed."
            )
            self.report.add(Finding("removed", says, seal.number, expected))

    def _row(self, seal: Seal, row: Row) -> None:
        where = f"(place {row.position}, batch {seal.number})"
        if not row.here:
            self._add("removed", seal, f"Entry {row.entry} {where} was removed.", row)
        elif row.digest.hexdigest().encode() != row.sealed_digest:
            says = f"Entry {row.entry} {where} was changed after it was sealed."
            self._add("changed", seal, says, row)

    def _whole(self, seal: Seal, rows: list[Row]) -> None:
        """Asked where each row fits its own digest: then somebody may have changed both."""
        digests = b"".join(row.digest.digest() for row in rows)
        if sha256(digests).hexdigest() != seal.batch_hash:
            self._add(
                "changed",
                seal,
                f"The entries of batch {seal.number} (places {seal.first} to {seal.last}) are not "
                "those that were sealed: one was changed, removed or put in, and its digest with it.",
            )

    def _times(self, seal: Seal, rows: list[Row]) -> None:
        """Nobody honest is sealed long after the time that the entry gives itself."""
        early = _text(self.complete_at - LONGEST) if self.complete_at else ""
        ahead = _text(seal.sealed_at + AHEAD)
        for row in rows:
            if not row.here:
                continue
            if row.entry <= self.settled:
                self._false(seal, row, "put in", "has a number that had been settled before")
            elif row.at < early:
                says = f"says it is of {_said(row.at)}, but was not sealed then"
                self._false(seal, row, "late", says)
            elif row.at > ahead:
                says = f"says it is of {_said(row.at)}, after it was sealed"
                self._false(seal, row, "late", says)

    def _false(self, seal: Seal, row: Row, what: str, says: str) -> None:
        name = f"Entry {row.entry} (place {row.position}, batch {seal.number})"
        self._add(what, seal, f"{name} {says}: it was put in, or its date is false.", row)


def _text(moment: datetime) -> str:
    """As an entry's bytes have it, so that texts compare as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _said(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return f"{clock.london(moment):%-d %B %Y at %H:%M}"
    except ValueError:  # no moment that we know, such as 'infinity'
        return text
