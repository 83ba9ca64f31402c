"""Seal what was committed, in batches, each chained to the one before.

Writers of entries are held up by nothing. An entry may be committed after others with higher ids,
so the sealer looks for entries that are not sealed in the whole tail above `settled`, the id up to
which nothing can come any more. How that mark moves:

    Whoever writes an entry takes RowExclusiveLock on the table before the id is drawn, and holds it
    until the transaction has ended. A run notes the last id drawn (`seen`) and then who holds that
    lock (`writing`). If a later run sees none of these any more, every transaction that had drawn
    an id up to `seen` has ended; what it then finds and seals settles everything up to there.

A run that cannot tell leaves the mark where it was: it only has a longer tail to look through.
(Two-phase commit, which would give an open transaction another name there, is not used.)
"""

from dataclasses import dataclass
from hashlib import sha256
from io import StringIO

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

import clock
from audit import canonical
from audit.context import Actor
from audit.models import Seal, SealedEntry

BATCH = 10_000
SEALING = 20261128

LAST_ID = "select case when is_called then last_value else 0 end from audit_entry_id_seq"
# The database's own locks are shown to every role. Our own session waits for nobody.
WRITING = """
select distinct virtualtransaction from pg_locks
where locktype = 'relation' and relation = 'public.audit_entry'::regclass
    and database = (select oid from pg_database where datname = current_database())
    and mode = 'RowExclusiveLock' and granted and pid is distinct from pg_backend_pid()
order by 1
"""
# One look at the index for each entry of the tail, never a join: of a tail that has grown since the
# tables were last analysed the planner thinks one row, and would compare each with each.
UNSEALED = """
select {columns} from audit_entry e
where e.id > {above} and
    (select s.position from audit_sealedentry s where s.entry_id = e.id) is null
order by e.id limit {limit}
"""


@dataclass(frozen=True)
class Run:
    """What a run found out before it looked for entries."""

    seen: int
    writing: list[str]
    settled: int  # once the run has sealed all that it can see
    searches_above: int


class Lines:
    """Takes entries' lines: keeps their ids and digests."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.digests: list[bytes] = []

    def write(self, line: bytes) -> None:
        self.ids.append(line.split(b"\t", 2)[1].decode())
        self.digests.append(sha256(line).digest())


def seal(*, limit: int, by: Actor | None) -> int:
    """Seal all entries that are committed now; returns how many. Where somebody else seals, it ends.

    Each batch of at most `limit` entries is a transaction of its own: what was sealed before a
    crash stays, and the next run goes on from there.
    """
    run = _look()
    sealed, above = 0, run.searches_above
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [SEALING])
            if not cursor.fetchone()[0]:
                return sealed
            lines = _read(cursor, above, limit)
            if lines.ids:
                _write(cursor, lines, run, complete=len(lines.ids) < limit, by=by)
        sealed += len(lines.ids)
        if len(lines.ids) < limit:
            return sealed
        above = int(lines.ids[-1])


def _look() -> Run:
    head = Seal.objects.order_by("number").last()
    with connection.cursor() as cursor:
        cursor.execute(LAST_ID)
        (seen,) = cursor.fetchone()
        cursor.execute(WRITING)  # after the id, never before
        writing = [name for (name,) in cursor.fetchall()]
    if head is None:
        return Run(seen, writing, settled=0, searches_above=0)
    ended = not set(head.writing) & set(writing)
    return Run(seen, writing, head.seen if ended else head.settled, head.settled)


def _read(cursor: CursorWrapper, above: int, limit: int) -> Lines:
    canonical.pin(cursor)
    lines = Lines()
    select = UNSEALED.format(
        columns=canonical.columns(canonical.FORM), above=int(above), limit=int(limit)
    )
    canonical.read(cursor, select, lines)
    return lines


def _write(
    cursor: CursorWrapper, lines: Lines, run: Run, *, complete: bool, by: Actor | None
) -> None:
    head = Seal.objects.order_by("number").last()
    settled = head.settled if head else 0
    new = Seal(
        number=head.number + 1 if head else 1,
        form=canonical.FORM,
        first=head.last + 1 if head else 1,
        count=len(lines.ids),
        batch_hash=sha256(b"".join(lines.digests)).hexdigest(),
        complete=complete,
        seen=run.seen,
        writing=run.writing,
        settled=max(settled, run.settled) if complete else settled,
        sealed_at=clock.now(),
        sealed_by=by.username if by else "",
    )
    new.chain_hash = canonical.chain_hash(new, after=head.chain_hash if head else canonical.GENESIS)
    new.save(force_insert=True)
    rows = StringIO(
        "".join(
            f"{position}\t{entry}\t\\\\x{digest.hex()}\n"
            for position, (entry, digest) in enumerate(
                zip(lines.ids, lines.digests, strict=True), new.first
            )
        )
    )
    table = SealedEntry._meta.db_table
    cursor.copy_expert(f"copy {table} (position, entry_id, digest) from stdin", rows)
