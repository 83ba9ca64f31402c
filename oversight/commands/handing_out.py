"""Hand the record out: as a file to information governance, and entry by entry to the force's monitoring."""

import csv
import json
from collections.abc import Iterable
from datetime import UTC
from typing import TextIO

from django.core.exceptions import ValidationError

import asking
import audit.commands
import audit.queries
import clock
from accounts.models import User
from audit.models import Entry, Kind, SealedEntry
from audit.queries import Asked
from oversight import permissions

MARKING = "OFFICIAL-SENSITIVE"
# Some 10 MB, made within a request (default by judgement).
MOST_EXPORTED = 50_000
# A page of the feed.
MOST_FED = 1000
CHUNK = 2000
COLUMNS = (
    *("id", "at", "kind", "verb", "user_id", "username", "agency", "persons", "records"),
    *("sections", "ground", "reason", "request_id", "address"),
)
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@asking.command
def export_entries(asked: Asked, *, to: TextIO, by: User) -> int:
    """Write what is asked for as CSV, newest first, row by row; returns how many entries.

    Where it ends is settled before it begins: entries that come in meanwhile are left out, its own
    too. ValidationError where it is more than MOST_EXPORTED.
    """
    permissions.check_can_read(by=by)
    found = audit.queries.trail(asked, viewer=by)
    if found.order_by()[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
        raise ValidationError(
            f"This finds more than {MOST_EXPORTED:,} entries, more than one file may hold. "
            "Narrow it, for example to one day, and download again."
        )
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    number = _write(found.filter(pk__lte=newest).iterator(chunk_size=CHUNK), to, by)
    audit.commands.record(
        Kind.DISCLOSURE,
        "export record of use",
        persons=[asked.person] if asked.person is not None else [],
        records=asked.said | {"entries": number},
        ground="audit",
        by=by,
    )
    return number


def _write(entries: Iterable[Entry], to: TextIO, by: User) -> int:
    rows, number = csv.writer(to), 0
    when = f"{clock.london(clock.now()):%-d %B %Y at %H:%M}"
    rows.writerow([f"{MARKING}: record of use, exported by {by.username} on {when}"])
    rows.writerow(COLUMNS)
    for entry in entries:
        rows.writerow([_cell(getattr(entry, column)) for column in COLUMNS])
        number += 1
    return number


def _cell(value: object) -> str:
    """As text that no spreadsheet runs."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    elif hasattr(value, "astimezone"):
        value = value.astimezone(UTC).isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


@asking.command
def read_feed(*, after: int, limit: int = MOST_FED, by: User) -> list[SealedEntry]:
    """The entries sealed behind a position, at most `limit` (and MOST_FED), in the sealed order.

    To read on, ask after the last position that was kept: nothing is left out, and what was not
    kept comes again. That it was read is an entry itself, and comes in its turn.
    """
    permissions.check_can_read_feed(by=by)
    found = list(audit.queries.sealed(after=after, viewer=by)[: min(limit, MOST_FED)])
    records = {"after": after, "entries": len(found)}
    audit.commands.record(Kind.DISCLOSURE, "api record of use", records=records, by=by)
    return found
