"""Sealing and verifying the record of use, against reading (and writing) the same rows bare."""

import io
import os
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

from django.db import connection

import audit.commands
from audit.sealing import BATCH
from audit.verifying import verify
from bench import scratch
from bench.lines import Line, short_number
from tools import databases

NAMES = ("audit_seal", "audit_verify")
ENTRIES = int(os.environ.get("ENTRIES", "1000000"))
BATCH_SIZE = int(os.environ.get("AUDIT_BATCH", str(BATCH)))
ROUNDS = int(os.environ.get("AUDIT_ROUNDS", "3"))
# 'About a minute' for a million (design/access.md), and as much for each further million.
TARGET = 60 * max(ENTRIES, 1_000_000) / 1_000_000

# As pages leave them: one to three children, another record, a ground, a request and its address.
SEED = """
insert into audit_entry (at, kind, verb, user_id, username, agency, persons, records, sections, ground,
    reason, request_id, address)
select now() - interval '1 minute' + n * interval '1 microsecond', 'consultation', 'child', n %% 500,
    'user' || n %% 500, 'Exshire Police',
    array(select (n * 37 + k) %% 90000 from generate_series(0, n %% 3) k),
    jsonb_build_object('case', n %% 4000, 'contact', n %% 70000), array['summary', 'chronology'],
    'case team', '', gen_random_uuid(), '10.0.0.7'
from generate_series(1, %(entries)s) n
"""
EMPTY = """
alter table audit_seal disable trigger user;
alter table audit_sealedentry disable trigger user;
truncate audit_seal, audit_sealedentry;
alter table audit_seal enable trigger user;
alter table audit_sealedentry enable trigger user;
"""


class Counted:
    """Takes COPY's rows and lets them go."""

    rows = 0

    def write(self, line: bytes) -> None:
        self.rows += 1


def run(names: list[str]) -> Iterator[Line]:
    """A line each: peer and ours in turn; what was sealed is taken back before it is sealed anew."""
    with scratch.database("bench_audit"):
        with connection.cursor() as cursor:
            cursor.execute(SEED, {"entries": ENTRIES})
        scratch.settle("audit_entry")
        if "audit_seal" in names:
            pairs = []
            for _ in range(ROUNDS):
                _empty()
                pairs.append((_timed(_read_and_write), _timed(_seal)))
            yield _line(
                "audit_seal", pairs, "read every entry, write every place, both by bare COPY"
            )
        if "audit_verify" in names:
            _empty()
            _seal()
            scratch.settle("audit_seal", "audit_sealedentry")
            pairs = [(_timed(_read), _timed(_verify)) for _ in range(ROUNDS)]
            yield _line("audit_verify", pairs, "read every entry by bare COPY")


def _line(name: str, pairs: list[tuple[float, float]], against: str) -> Line:
    value = median(ours for _, ours in pairs)
    return {
        "name": f"{name}_{short_number(ENTRIES)}",
        "value": round(value, 3),
        "unit": "s",
        "against": against,
        "ratio": round(median(ours / peer for peer, ours in pairs), 2),
        "target": TARGET,
        "target_of": "value",
        "target_by": "design/access.md",
        "ok": value <= TARGET,
        "rounds": len(pairs),
        "entries": ENTRIES,
        "batch": BATCH_SIZE,
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _empty() -> None:
    owner = databases.owner(scratch.current())
    with owner.cursor() as cursor:
        cursor.execute(EMPTY)
    owner.close()


def _seal() -> None:
    sealed = audit.commands.seal(limit=BATCH_SIZE, by=None)
    assert sealed >= ENTRIES, f"only {sealed} were sealed"


def _verify() -> None:
    report = verify([])
    assert report.sound, report.findings
    assert report.entries >= ENTRIES, f"only {report.entries} were read"


def _read() -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert("copy audit_entry to stdout", Counted())


def _read_and_write() -> None:
    _read()
    rows = io.StringIO("".join(f"{n}\t{n}\t\\\\x{n:064x}\n" for n in range(1, ENTRIES + 1)))
    owner = databases.owner(scratch.current())
    with owner.cursor() as cursor:
        cursor.execute("create table floor (position bigint, entry_id bigint, digest bytea)")
        cursor.copy_expert("copy floor from stdin", rows)
        cursor.execute("drop table floor")
    owner.close()
