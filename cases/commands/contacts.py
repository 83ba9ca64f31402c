"""Record contacts, complete them, keep the drafts that they are typed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import connection

import asking
import audit.commands
import clock
from accounts.models import Area, User
from audit.denied import NotVisible
from audit.models import Kind
from cases import keeping, permissions, retention
from cases.access import grants
from cases.commands.flags import raise_flag
from cases.commands.keeping import keep_anew
from cases.commands.observations import change_facts, observe, prompt_for
from cases.commands.people import describe, hold, match_later
from cases.commands.searches import keep
from cases.matching.keys import Described
from cases.models import (
    AGE_OF_RESPONSIBILITY,
    Came,
    ChildRole,
    ChronologyEvent,
    Confidence,
    Contact,
    ContactChild,
    ContactDraft,
    ContactText,
    EventKind,
    Flag,
    Handling,
    Indicator,
    LikelyMatch,
    NextStep,
    Observation,
    Person,
    Prompt,
    Safe,
    Section,
    Severity,
    Trigger,
    age_on,
    born_about,
)
from cases.signals import contact_is_police_only

UNSAFE = {Safe.NO, Safe.NOT_KNOWN}
NO_SUSPECT = "A child under 10 is never a suspect: choose ‘At risk’"
UNKNOWN_AGE = "Say how old they are, about: a child under 10 is never a suspect"


@dataclass(frozen=True)
class Noticed:
    """An indicator or strength that was noticed about a child."""

    indicator: Indicator
    severity: int = Severity.CLEAR
    confidence: str = Confidence.REPORTED
    note: str = ""


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


@dataclass(frozen=True)
class Completion:
    """What is added about one child when a contact is completed.

    `age`: how old they were, about, where nobody knows the birth date; kept as an estimated one.
    """

    child: ContactChild
    age: int | None = None
    role: str = ChildRole.AT_RISK
    voice: str = ""
    voice_why_not: str = ""
    suspect_outcome: str = ""
    noticed: Sequence[Noticed] = field(default_factory=tuple)


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


def mark_police_only(contacts: Sequence[Contact], *, by: User) -> None:
    """With contacts that are police only now goes all that came of them; the caller holds them.

    Of many contacts all at once: flag by flag, notice by notice, others who hold several would wait for
    this and it for them.
    """
    _mark(contacts, police_only=True)
    contact_is_police_only.send(sender=Contact, contacts=contacts, by=by)


def _mark(contacts: Sequence[Contact], *, police_only: bool) -> None:
    """What came of these contacts is police only while they are, and no longer."""
    flags = Flag.objects.filter(contact__in=contacts).order_by("pk")
    list(flags.select_for_update(no_key=True).values_list("pk"))
    for table in (ChronologyEvent, Observation, Flag):
        table.objects.filter(contact__in=contacts).update(police_only=police_only)


@asking.command
def complete_contact(
    contact: Contact,
    *,
    completions: Sequence[Completion],
    handling: str,
    noticed: dict[str, str],
    told_family: str,
    told_family_why_not: str,
    next_step: str,
    not_referred_why: str = "",
    by: User,
) -> Contact:
    """Add what was noticed, heard and decided to a capture. Completed twice: the second is told so.

    ValidationError for a suspect under 10, of unknown age or without an outcome, where neither the
    child's voice nor why it is missing is given, or where something noticed asks whether to refer and
    the answer no has no reason. What was typed of it ends here.
    """
    contact = Contact.objects.select_for_update(of=("self",), no_key=True).get(pk=contact.pk)
    permissions.check_can_complete(contact, by=by)
    if contact.completed_at:
        raise ValidationError("This contact is already complete.")
    # All at once: child by child as they are observed, two contacts with the same children would
    # hold one child each and wait for the other.
    hold(completion.child.person_id for completion in completions)
    day = clock.london_date(contact.occurred_at)
    for completion in completions:
        completion.child.person.refresh_from_db()
        _check_completion(completion, on=day)
    _check_not_referred(completions, next_step, not_referred_why)
    contact.handling, contact.noticed = handling, noticed
    contact.told_family, contact.told_family_why_not = told_family, told_family_why_not
    contact.next_step, contact.not_referred_why = next_step, not_referred_why
    contact.completed_at, contact.completed_by = clock.now(), by
    contact.save()
    ContactDraft.objects.filter(form=completion_form(contact), sent_at=None).update(
        sent_at=clock.now(), contact=contact, fields={}
    )
    # A flag was raised as it was captured, a prompt of it may be an observation already: they follow.
    if contact.is_police_only:
        mark_police_only([contact], by=by)
    else:
        _mark([contact], police_only=False)
    for completion in completions:
        _complete_child(contact, completion, by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "complete contact",
        persons=[completion.child.person_id for completion in completions],
        records={"contact": contact.pk},
        by=by,
    )
    keep_anew(Contact, [contact.pk], by=by)
    return contact


def _check_completion(completion: Completion, *, on: date) -> None:
    if completion.role == ChildRole.SUSPECT:
        born = _birth_date(completion, on=on)
        if born is None:
            raise ValidationError({"age": UNKNOWN_AGE})
        if age_on(born, on) < AGE_OF_RESPONSIBILITY:
            raise ValidationError({"role": NO_SUSPECT})
        if not completion.suspect_outcome.strip():
            raise ValidationError({"suspect_outcome": "Say what came of it, or 'not decided yet'."})
    if not (completion.voice.strip() or completion.voice_why_not.strip()):
        raise ValidationError(
            {"voice": "Say what the child said or showed, or why you don't know."}
        )


def _check_not_referred(completions: Sequence[Completion], next_step: str, why: str) -> None:
    asking = [
        noticed.indicator.name
        for completion in completions
        for noticed in completion.noticed
        if noticed.indicator.trigger_at(noticed.severity) == Trigger.CONSIDER
    ]
    if asking and next_step != NextStep.REFER and not why.strip():
        raise ValidationError(
            {"not_referred_why": f"You noticed ‘{asking[0]}’. Say why you are not referring."}
        )


def _birth_date(completion: Completion, *, on: date) -> date | None:
    """The child's birth date, or the one that the age said with the completion makes likely."""
    born = completion.child.person.date_of_birth
    return born or (None if completion.age is None else born_about(completion.age, on))


def _keep_estimate(person: Person, born: date | None) -> None:
    """What nobody knew before: the child is read anew by it."""
    person.date_of_birth, person.birth_date_estimated = born, True
    person.save(update_fields=["date_of_birth", "birth_date_estimated"])
    change_facts(person)


def _complete_child(contact: Contact, completion: Completion, *, by: User) -> None:
    child = completion.child
    if child.person.date_of_birth is None and completion.age is not None:
        day = clock.london_date(contact.occurred_at)
        _keep_estimate(child.person, _birth_date(completion, on=day))
    child.role, child.suspect_outcome = completion.role, completion.suspect_outcome
    child.voice, child.voice_why_not = completion.voice, completion.voice_why_not
    child.save()
    for noticed in completion.noticed:
        observe(
            child.person,
            noticed.indicator,
            observed_on=clock.london_date(contact.occurred_at),
            severity=noticed.severity,
            confidence=noticed.confidence,
            source="contact",
            contact=contact,
            note=noticed.note,
            by=by,
        )


def completion_form(contact: Contact) -> str:
    """How the draft of a contact's completion is named."""
    return f"completion of {contact.pk}"


@asking.command
def start_draft(form: str, *, key: UUID, by: User) -> ContactDraft:
    """Open a draft of a form under a key, or find the author's own that stands there already."""
    permissions.check_can_record_contact(by=by)
    now = clock.now()
    draft, made = ContactDraft.objects.get_or_create(
        key=key, defaults={"author": by, "form": form, "started_at": now, "saved_at": now}
    )
    if draft.author_id != by.pk or draft.form != form:
        raise NotVisible("draft", key)
    if made:
        audit.commands.record(Kind.COLLECTION, "start draft", records={"draft": str(key)}, by=by)
    return draft


@asking.command
def save_draft(draft: ContactDraft, *, fields: dict[str, list[str]], by: User) -> ContactDraft:
    """Keep what has been typed so far. A draft that was sent does not change any more."""
    if draft.author_id != by.pk:
        raise NotVisible("draft", draft.key)
    ContactDraft.objects.filter(pk=draft.pk, sent_at=None).update(
        fields=fields, saved_at=clock.now()
    )
    audit.commands.record(Kind.ALTERATION, "save draft", records={"draft": str(draft.key)}, by=by)
    return draft


@asking.command
def send_draft(draft: ContactDraft, contact: Contact, *, by: User) -> ContactDraft:
    """The draft has become this contact: sent again, it answers with the same one."""
    if draft.author_id != by.pk:
        raise NotVisible("draft", draft.key)
    if draft.sent_at is None:
        draft.sent_at, draft.contact, draft.fields = clock.now(), contact, {}
        draft.save(update_fields=["sent_at", "contact", "fields"])
        audit.commands.record(
            Kind.ALTERATION,
            "send draft",
            records={"draft": str(draft.key), "contact": contact.pk},
            by=by,
        )
    return draft


@asking.command
def send_contact(told: Told, *, key: UUID, by: User) -> Contact:
    """Record the contact that was typed under a draft's key; sent again, answer with the same one.

    Whoever is matched blind describes each child anew; who that may be is looked for later, for the hub.
    NotVisible where the key is somebody else's.
    """
    draft = start_draft("contact", key=key, by=by)
    if draft.contact:
        return draft.contact
    blind = not permissions.can_match(by=by)
    contact = record_contact(_anew(told) if blind else told, by=by)
    send_draft(draft, contact, by=by)
    if blind:
        match_later(contact.children.values_list("person_id", flat=True))
    return contact


def _anew(told: Told) -> Told:
    """The same with a new record for each child, that may be somebody's who is known."""
    children = [
        replace(child, person=None, is_provisional=True, likely=()) for child in told.children
    ]
    return replace(told, children=children)
