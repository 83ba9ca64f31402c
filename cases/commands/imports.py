"""Take the export of a police records system: children matched carefully, nothing scored."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import BinaryIO

from django.db import connection, transaction
from django.db.models import Q

import audit.commands
import clock
from accounts.models import Area, User
from audit.models import Kind
from cases import extract, permissions
from cases.commands.contacts import ChildSeen, Told, amend_contact, note_likely, record_contacts
from cases.commands.flags import climb
from cases.commands.observations import change_facts
from cases.commands.people import hold, new_person
from cases.matching import finding
from cases.matching.keys import Described, birth_variants
from cases.models import Contact, ContactText, Indicator, Person
from cases.queries.people import described_as
from cases.words import words

SOURCE = "records system"
# What a row may fill of a record; its sex too, and with these the keys that it is found by.
DESCRIBED = ("surname", "forenames", "date_of_birth", "address", "postcode")
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


@transaction.atomic
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
    told = _tell(new, by=by)
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


def _tell(rows: list[extract.Row], *, by: User) -> list[Told]:
    """What each row says, its child linked or described anew."""
    areas = {area.code: area for area in Area.objects.all()}
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    people = _match([_described(row) for row in rows], rows, by=by)
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
            children=[ChildSeen(_described(row), person=person, words=_prompts(row, indicators))],
        )
        for row, person in zip(rows, people, strict=True)
    ]


def _described(row: extract.Row) -> Described:
    return Described(
        surname=row.surname,
        forenames=row.forenames,
        date_of_birth=row.date_of_birth,
        sex=row.sex,
        address=row.address,
        postcode=row.postcode,
    )


def _prompts(
    row: extract.Row, indicators: dict[str, Indicator]
) -> list[tuple[str, Indicator | None]]:
    table = words()
    ticked = [("risk", word) for word in row.risk_words]
    ticked += [("strength", word) for word in row.strength_words]
    return [(word, indicators.get(table[kind, word].code)) for kind, word in ticked]


def _match(described: list[Described], rows: list[extract.Row], *, by: User) -> list[Person]:
    """The child of each row: a known one where the match is sure, else a new record.

    Rows with everything in them are decided first, so that a row with gaps meets the child that a
    fuller row describes. New records are saved here, with the records that they may be.
    """
    index: finding.MatchIndex[int] = finding.MatchIndex()
    known: list[Person] = list(_neighbours(described))
    for number, person in enumerate(known):
        index.add(number, described_as(person))
    children: list[Person | None] = [None] * len(rows)
    filled: list[Person] = []
    likely: list[tuple[Person, list[tuple[Person, float, list[str]]]]] = []
    for position in finding.firmest_first(described):
        decision = finding.decide(described[position], index)
        number = len(known) if decision.person is None else decision.person
        if decision.person is None:
            person = new_person(
                ChildSeen(
                    described[position],
                    sex=rows[position].sex,
                    ethnicity=rows[position].ethnicity,
                    is_provisional=bool(decision.likely),
                ),
                by=by,
            )
            known.append(person)
            index.add(number, described[position])
            likely.append(
                (
                    person,
                    [(known[n], match.weight, list(match.reasons)) for n, match in decision.likely],
                )
            )
        elif _fill(known[number], number, described[position], index):
            filled.append(known[number])
        children[position] = known[number]
    _keep([person for person in filled if person.pk])
    Person.objects.bulk_create([person for person in known if person.pk is None])
    for person, others in likely:
        if others:
            note_likely(person, others)
    return [child for child in children if child is not None]


def _fill(
    person: Person, number: int, described: Described, index: finding.MatchIndex[int]
) -> bool:
    """Take from a linked row what the record leaves blank. Whether there was anything to take."""
    known = index.known(number)
    filled = finding.filled(known, described)
    if filled == known:
        return False
    index.add(number, filled)
    for name in DESCRIBED:
        setattr(person, name, getattr(filled, name))
    if filled.sex:
        person.sex = filled.sex
    for name, value in asdict(filled.keys).items():
        setattr(person, name, value)
    return True


def _keep(filled: list[Person]) -> None:
    """Write what was filled of known records, and nothing else of them.

    They were read when the import began: whatever else stands in their rows may be older than what
    others have written since. A child whose birth date is known now is read anew by it.
    """
    people = {person.pk: person for person in filled}
    hold(people)
    born = dict(Person.objects.filter(pk__in=people).values_list("pk", "date_of_birth"))
    for person in people.values():
        person.save(update_fields=[*DESCRIBED, "sex", *asdict(described_as(person).keys)])
    change_facts(*(person for person in people.values() if person.date_of_birth != born[person.pk]))


def _neighbours(described: list[Described]) -> "list[Person]":
    """Every known child that any row's probes could find: same birth date or near, place, or name."""
    if not described:
        return []
    births = {
        born
        for each in described
        if each.date_of_birth
        for born in birth_variants(each.date_of_birth)
    }
    found = Person.objects.filter(
        Q(date_of_birth__in=births)
        | Q(postcode_key__in={each.keys.postcode_key for each in described} - {""})
        | Q(surname_key__in={each.keys.surname_key for each in described} - {""})
        | Q(surname_key__in={each.keys.forename_key for each in described} - {""})
        | Q(surname_sound__in={each.keys.surname_sound for each in described} - {""})
    )
    return list(found.order_by("pk"))


def _amend(rows: list[extract.Row], *, by: User) -> None:
    contacts = {
        contact.source_ref: contact
        for contact in Contact.objects.filter(
            source=SOURCE, source_ref__in=[row.contact_ref for row in rows]
        )
    }
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    for row in rows:
        amend_contact(
            contacts[row.contact_ref],
            narrative=row.narrative,
            handling=row.handling,
            words=_prompts(row, indicators),
            content_hash=row.content_hash,
            by=by,
        )
