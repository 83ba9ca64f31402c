"""Record contacts: what was told becomes a contact, its children, and a line in each chronology."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import connection

import asking
import audit.commands
import clock
from accounts.models import Area, User
from audit.models import Kind
from cases import keeping, permissions, retention
from cases.access import grants
from cases.commands.flags import raise_flag
from cases.commands.observations import prompt_for
from cases.commands.people import describe
from cases.commands.searches import keep
from cases.matching.keys import Described
from cases.models import (
    Came,
    ChronologyEvent,
    Contact,
    ContactChild,
    ContactText,
    EventKind,
    Handling,
    Indicator,
    LikelyMatch,
    Person,
    Prompt,
    Safe,
    Section,
)

UNSAFE = {Safe.NO, Safe.NOT_KNOWN}


@dataclass(frozen=True)
class ChildSeen:
    """A child in a contact: a known person, or a description that becomes a new record.

    `likely` are known people that the new record may be, with the weight and reasons of each match.
    """

    described: Described
    person: Person | None = None
    sex: str = "U"
    ethnicity: str = ""
    birth_date_estimated: bool = False
    is_provisional: bool = False
    likely: Sequence[tuple[Person, float, Sequence[str]]] = ()
    words: Sequence[tuple[str, Indicator | None]] = ()


@dataclass(frozen=True)
class Told:
    """What a contact says, before it is written down."""

    source: str
    source_ref: str
    occurred_at: datetime
    contact_type: str
    narrative: str
    children: Sequence[ChildSeen]
    handling: str = Handling.POLICE_ONLY
    recorded_at: datetime | None = None
    area: Area | None = None
    area_given: str = ""
    location: str = ""
    crime_ref: str = ""
    safe_now: str = ""
    officer: str = ""
    content_hash: str = ""
    completed: bool = False


@asking.command
def record_contact(told: Told, *, by: User) -> Contact:
    """Write down one contact; sent twice under one reference, it is one and the first is answered."""
    await_reference(told.source, told.source_ref, by=by)
    known = Contact.objects.filter(source=told.source, source_ref=told.source_ref).first()
    return known or record_contacts([told], by=by)[0]


@asking.command
def record_contacts(batch: Sequence[Told], *, by: User) -> list[Contact]:
    """Write down contacts that are not known yet, all or none, in the order given.

    For each: the contact, its children (known, or described anew), prompts for ticked words, a line
    in each child's chronology; a flag at once where a child is not known to be safe. An author of
    the lead agency has a ground on the children from then on, any other keeps the contact alone.
    ValidationError for a contact of a day to come or without a child.
    """
    permissions.check_can_record_contact(by=by)
    for told in batch:
        if clock.london_date(told.occurred_at) > clock.today():
            raise ValidationError({"occurred_at": "The date must be today or in the past."})
        if not told.children:
            raise ValidationError("A contact is with at least one child.")
    contacts = Contact.objects.bulk_create([_contact(told, by) for told in batch])
    seen = list(zip(contacts, batch, strict=True))
    people = describe([child for told in batch for child in told.children], by=by)
    pairs = [(contact, child) for contact, told in seen for child in told.children]
    matched = list(zip(pairs, people, strict=True))

    ContactText.objects.bulk_create(
        [
            ContactText(
                contact=contact,
                content_hash=told.content_hash,
                narrative=told.narrative,
                received_at=contact.received_at,
            )
            for contact, told in seen
            if told.content_hash
        ]
    )
    ContactChild.objects.bulk_create(
        [ContactChild(contact=contact, person=person) for (contact, _), person in matched],
        ignore_conflicts=True,
    )
    Prompt.objects.bulk_create(
        [
            prompt_for(person, contact, word, indicator)
            for (contact, child), person in matched
            for word, indicator in child.words
        ],
        ignore_conflicts=True,
    )
    ChronologyEvent.objects.bulk_create(
        [_event(contact, person, by) for (contact, _), person in matched]
    )
    for (_, child), person in matched:
        note_likely(person, child.likely)
        if by.agency.is_lead and by.roles != ["system"]:
            grants.open_to(by, person, [Section.FULL], ground="task", grant_ref=uuid4())
    audit.commands.record(
        Kind.COLLECTION,
        "record contact",
        persons=[person.pk for person in people],
        records={"contacts": [contact.pk for contact in contacts]},
        by=by,
    )
    keep([(child.described, contact) for contact, child in pairs], kind=Came.CONTACT, by=by)
    for (contact, _), person in matched:
        if contact.safe_now in UNSAFE:
            raise_unsafe(contact, person, by=by)
    return contacts


def raise_unsafe(contact: Contact, person: Person, *, by: User) -> None:
    """A flag for a child whom a contact does not know to be safe."""
    says = "Not safe now" if contact.safe_now == Safe.NO else "Not known to be safe now"
    raise_flag(person, says, contact=contact, by=by)


def await_reference(source: str, source_ref: str, *, by: User) -> None:
    """Two sends of one reference at once: the second waits here until the first has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"contact {source} {source_ref}"],
        )


def _contact(told: Told, by: User) -> Contact:
    now, kept = clock.now(), _kept(told)
    return Contact(
        source=told.source,
        source_ref=told.source_ref,
        occurred_at=told.occurred_at,
        recorded_at=told.recorded_at or now,
        received_at=now,
        contact_type=told.contact_type,
        area=told.area,
        area_given=told.area_given,
        location=told.location,
        crime_ref=told.crime_ref,
        narrative=told.narrative,
        handling=told.handling,
        safe_now=told.safe_now,
        completed_at=now if told.completed else None,
        agency=by.agency,
        recorded_by=by,
        officer=told.officer,
        review_on=kept.review_on,
        category=kept.category,
    )


def _kept(told: Told) -> retention.Keeping:
    """How a contact is kept that was just told of; a flag that it raises says so itself."""
    children = [
        retention.InContact((child.person or child.described).date_of_birth)
        for child in told.children
    ]
    happened = retention.Happened(
        on=clock.london_date(told.occurred_at),
        children=children,
        noticed=any(child.words for child in told.children),
        is_offence=keeping.is_offence(told.contact_type, told.crime_ref),
    )
    return retention.of_contact(happened, retention.default())


def _event(contact: Contact, person: Person, by: User) -> ChronologyEvent:
    return ChronologyEvent(
        person=person,
        kind=EventKind.CONTACT,
        occurred_at=contact.occurred_at,
        recorded_at=clock.now(),
        says=contact.contact_type,
        contact=contact,
        police_only=contact.is_police_only,
        agency=by.agency,
        by=by,
    ).saying(contact.narrative)


def note_likely(person: Person, likely: Iterable[tuple[Person, float, Sequence[str]]]) -> None:
    """Keep which records this may be: a person decides later, nothing is merged here."""
    LikelyMatch.objects.bulk_create(
        [
            LikelyMatch(
                person=person,
                other=other,
                weight=weight,
                reasons=list(reasons),
                found_at=clock.now(),
            )
            for other, weight, reasons in likely
            if other.pk != person.pk
        ],
        ignore_conflicts=True,
    )
