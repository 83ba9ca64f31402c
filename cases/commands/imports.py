"""Take the export of a police records system: children matched carefully, nothing scored."""

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import BinaryIO

from django.db import connection, transaction

import asking
import audit.commands
import clock
from accounts.models import Area, User
from audit.models import Kind
from cases import extract, permissions
from cases.commands.amending import Amendment, amend_contacts
from cases.commands.contacts import ChildSeen, Told, record_contacts
from cases.commands.flags import climb
from cases.commands.linking import link
from cases.matching.keys import Described
from cases.models import Contact, ContactText, Indicator
from cases.words import words

SOURCE = "records system"
CHUNK = 500


@dataclass
class Account:
    """What became of a file's rows: every row read is one of the four."""

    read: int = 0
    accepted: int = 0
    amended: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[dict[str, object]] = field(default_factory=list)
    stopped: bool = False

    def refuse(self, refusal: extract.Refusal) -> None:
        self.refused += 1
        self.stopped |= refusal.stops
        self.refusals.append(
            {"line": refusal.line, "field": refusal.field, "reason": refusal.reason}
        )

    def as_json(self) -> dict[str, object]:
        counted = asdict(self)
        del counted["stopped"]
        return counted


@asking.command
def import_contacts(
    file: BinaryIO, *, moved_by: timedelta = timedelta(0), dry_run: bool = False, by: User
) -> Account:
    """Take every row that is sound, all in one transaction: killed in the middle, nothing is taken.

    A reference that is known with a new content is an amendment; a content that was seen under its
    reference is unchanged. Children are linked only where the match is sure. Two imports at once:
    the second waits. `dry_run` gives the same account and keeps nothing.
    """
    permissions.check_can_record_contact(by=by)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('import contacts'))")
    account = Account()
    new, amendments = _sort(_rows(file, moved_by, account), account)
    amending = [contact.pk for contact in _known(amendments).values()]
    told = _tell(new, amending=amending, by=by)
    for start in range(0, len(told), CHUNK):
        record_contacts(told[start : start + CHUNK], by=by)
    _amend(amendments, by=by)
    climb(by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "import contacts",
        records={name: value for name, value in account.as_json().items() if name != "refusals"},
        by=by,
    )
    if dry_run:
        transaction.set_rollback(True)
    return account


def _rows(file: BinaryIO, moved_by: timedelta, account: Account) -> list[extract.Row]:
    """The sound rows; the account counts what was read and refused."""
    areas = set(Area.objects.values_list("code", flat=True))
    rows = []
    for found in extract.read(file, today=clock.today(), areas=areas, moved_by=moved_by):
        account.read += 1
        if isinstance(found, extract.Refusal):
            account.refuse(found)
        else:
            rows.append(found)
    return rows


def _sort(rows: list[extract.Row], account: Account) -> tuple[list[extract.Row], list[extract.Row]]:
    """Rows of new references, and newer texts of known ones; what was seen before is left out."""
    refs = {row.contact_ref for row in rows}
    known = ContactText.objects.filter(contact__source=SOURCE, contact__source_ref__in=refs)
    seen = set(known.values_list("contact__source_ref", "content_hash"))
    met = {ref for ref, _ in seen}
    new, amendments = [], []
    for row in rows:
        if (row.contact_ref, row.content_hash) in seen:
            account.unchanged += 1
        elif row.contact_ref in met:
            account.amended += 1
            amendments.append(row)
        else:
            account.accepted += 1
            new.append(row)
        seen.add((row.contact_ref, row.content_hash))
        met.add(row.contact_ref)
    return new, amendments


def _known(rows: list[extract.Row]) -> dict[str, Contact]:
    """The contacts that these rows amend, by reference, as far as they have been recorded."""
    refs = [row.contact_ref for row in rows]
    found = Contact.objects.filter(source=SOURCE, source_ref__in=refs)
    return {contact.source_ref: contact for contact in found}


def _tell(rows: list[extract.Row], *, amending: list[int], by: User) -> list[Told]:
    """What each row says, its child linked or described anew."""
    areas = {area.code: area for area in Area.objects.all()}
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    people = link([_seen(row) for row in rows], amending=amending, by=by)
    return [
        Told(
            source=SOURCE,
            source_ref=row.contact_ref,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            contact_type=row.contact_type,
            narrative=row.narrative,
            handling=row.handling,
            area=areas.get(row.area_code),
            area_given=row.area_code,
            location=row.location,
            crime_ref=row.crime_ref,
            officer=row.collar,
            content_hash=row.content_hash,
            completed=True,
            children=[replace(_seen(row), person=person, words=_prompts(row, indicators))],
        )
        for row, person in zip(rows, people, strict=True)
    ]


def _seen(row: extract.Row) -> ChildSeen:
    described = Described(
        surname=row.surname,
        forenames=row.forenames,
        date_of_birth=row.date_of_birth,
        sex=row.sex,
        address=row.address,
        postcode=row.postcode,
    )
    return ChildSeen(described, sex=row.sex, ethnicity=row.ethnicity)


def _prompts(
    row: extract.Row, indicators: dict[str, Indicator]
) -> list[tuple[str, Indicator | None]]:
    table = words()
    ticked = [("risk", word) for word in row.risk_words]
    ticked += [("strength", word) for word in row.strength_words]
    return [(word, indicators.get(table[kind, word].code)) for kind, word in ticked]


def _amend(rows: list[extract.Row], *, by: User) -> None:
    contacts = _known(rows)
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    batch = [
        Amendment(
            contacts[row.contact_ref],
            narrative=row.narrative,
            handling=row.handling,
            content_hash=row.content_hash,
            words=_prompts(row, indicators),
        )
        for row in rows
    ]
    amend_contacts(batch, by=by)
