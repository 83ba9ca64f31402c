"""Use, seal, verify, and what somebody would do who owns the database: tests/audit/test_verify_*.py."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.core.management import call_command
from django.db import connection, transaction

import audit.commands
import tools.databases
from audit import canonical, sealing
from audit.models import Entry, Kind, Seal, SealedEntry

Sql = Callable[..., None]
MINUTE = timedelta(minutes=1)


def use(count: int = 1, **said: object) -> list[Entry]:
    with transaction.atomic():
        return [
            audit.commands.record(Kind.CONSULTATION, "look", persons=[7], by=None, **said)
            for _ in range(count)
        ]


def seal(limit: int = 1000) -> None:
    audit.commands.seal(limit=limit, by=None)


def verify(*arguments: str) -> dict[str, object]:
    """The report as JSON; the exit code goes with what it says."""
    said, code = io.StringIO(), 0
    try:
        call_command("verify_audit", "--json", *arguments, stdout=said)
    except SystemExit as ended:
        code = ended.code
    report = json.loads(said.getvalue())
    assert code == (0 if report["sound"] else 1)
    return report


def found(*arguments: str) -> list[tuple[str, int | None, int | None]]:
    """What is named: what, which batch, which entry."""
    return [(f["what"], f["batch"], f["entry"]) for f in verify(*arguments)["findings"]]


def batch(number_from_the_end: int) -> Seal:
    return Seal.objects.order_by("-number")[number_from_the_end]


def entries(seal: Seal) -> list[int]:
    covered = SealedEntry.objects.filter(position__range=(seal.first, seal.last))
    return list(covered.order_by("position").values_list("entry_id", flat=True))


def rewrite(sql: Sql, since: int) -> None:
    """All seals from a batch on are made anew over what is there now, so that everything fits."""
    before = Seal.objects.filter(number=since - 1).first()
    chain = before.chain_hash if before else canonical.GENESIS
    for each in Seal.objects.filter(number__gte=since).order_by("number"):
        batch_digests = b""
        for place in SealedEntry.objects.filter(position__range=(each.first, each.last)).order_by(
            "position"
        ):
            lines = sealing.Lines()
            with transaction.atomic(), connection.cursor() as cursor:
                canonical.pin(cursor)
                columns = canonical.columns(each.form)
                select = f"select {columns} from audit_entry e where e.id = {place.entry_id}"
                canonical.read(cursor, select, lines)
            digest = lines.digests[0]
            sql(
                "update audit_sealedentry set digest = %s where position = %s",
                digest,
                place.position,
            )
            batch_digests += digest
        each.batch_hash = sha256(batch_digests).hexdigest()
        chain = canonical.chain_hash(each, after=chain)
        sql(
            "update audit_seal set batch_hash = %s, chain_hash = %s where number = %s",
            *(each.batch_hash, chain, each.number),
        )


PLANT = """
insert into audit_entry (id, at, kind, verb, username, agency, persons, records, sections, ground, reason)
overriding system value
values (%s, %s, 'consultation', 'x', '', '', '{}', '{}', '{}', '', '')
"""


def unique_index() -> str:
    owner = tools.databases.owner(connection.settings_dict["NAME"])
    with owner.cursor() as cursor:
        cursor.execute(
            "select conname from pg_constraint where conrelid = 'audit_sealedentry'::regclass "
            "and contype = 'u'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"alter table audit_sealedentry drop constraint {name}")
        cursor.execute(f"create index {name} on audit_sealedentry (entry_id)")
    owner.close()
    return name


def entry_constraint() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select conname from pg_constraint where conrelid = 'audit_sealedentry'::regclass "
            "and contype = 'u'"
        )
        return cursor.fetchone()[0]
