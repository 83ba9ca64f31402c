"""What the hashes of the sealed record are taken over, byte for byte.

An entry's bytes are one line of PostgreSQL's COPY text format in UTF-8, its newline included: the
name of the form, then the columns of that form, a tab between them. COPY writes NULL as \\N and
escapes tab, newline and backslash inside a value, so no value can move a border and different
entries have different bytes. What would differ from session to session is pinned (`pin`); moments
are written in UTC, jsonb and arrays as PostgreSQL writes them (keys sorted, elements quoted).

    entry digest  sha256(those bytes)
    batch hash    sha256(the digests of its entries, 32 bytes each, in the order of positions)
    chain hash    sha256(a JSON array of strings and numbers: see `chain_hash`)

A new column of the entries: a new form with it, one line in FORMS. Old batches keep theirs and
still verify; what their entries hold in later columns is not covered.
"""

import json
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from django.db import connection
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from audit.models import Seal

FORMS: dict[int, tuple[str, ...]] = {
    1: (
        *("id", "at", "kind", "verb", "user_id", "username", "agency", "persons", "records"),
        *("sections", "ground", "reason", "request_id", "address"),
    ),
}
FORM = max(FORMS)
GENESIS = "0" * 64

_EXPRESSIONS = {"at": "e.at at time zone 'UTC'"}


def columns(form: int) -> str:
    """The select list of a form's bytes, over a table named e."""
    return ", ".join([f"'entry {form}'", *(_EXPRESSIONS.get(c, f"e.{c}") for c in FORMS[form])])


class Taker(Protocol):
    """Takes the lines, one each call, as the protocol of COPY has it."""

    def write(self, line: bytes, /) -> object: ...


def read(cursor: CursorWrapper, select: str, taker: Taker) -> None:
    """Give the select's rows, in the form that is hashed, to whoever takes them."""
    with connection.wrap_database_errors:
        cursor.copy_expert(f"copy ({select}) to stdout with (format text, encoding 'UTF8')", taker)


def pin(cursor: CursorWrapper) -> None:
    """For this transaction: text as the forms have it, and no table in front of our own."""
    cursor.execute("set local datestyle = 'ISO, YMD'; set local search_path = pg_catalog, public")


def chain_hash(seal: "Seal", *, after: str) -> str:
    """The seal's link: over the chain's hash before it, its batch, and all else that it says."""
    said = [
        *("seal 1", after, seal.batch_hash, seal.number, seal.count, seal.first, seal.form),
        *(seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"), seal.sealed_by),
        *(int(seal.complete), seal.seen, seal.settled, *seal.writing),
    ]
    return sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
