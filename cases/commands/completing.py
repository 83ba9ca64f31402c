"""Complete a contact: what was noticed, heard and decided is added to a capture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.commands.birth_dates import kept_by_age
from cases.commands.handling import follow_handling
from cases.commands.keeping import hold_records, keep_anew
from cases.commands.observations import change_facts, observe
from cases.commands.people import hold
from cases.models import (
    AGE_OF_RESPONSIBILITY,
    ChildRole,
    Confidence,
    Contact,
    ContactChild,
    ContactDraft,
    Indicator,
    NextStep,
    Person,
    Severity,
    Trigger,
    age_on,
    born_about,
)

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
    kept = {contact.pk, *_kept_by_an_age_said(completions)}
    hold_records(Contact, kept)
    contact = Contact.objects.get(pk=contact.pk)
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
    follow_handling(contact, by=by)
    for completion in completions:
        _complete_child(contact, completion, by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "complete contact",
        persons=[completion.child.person_id for completion in completions],
        records={"contact": contact.pk},
        by=by,
    )
    keep_anew(Contact, kept, by=by)
    return contact


def _kept_by_an_age_said(completions: Sequence[Completion]) -> list[int]:
    """The contacts of children whose age is known by this completion alone, and who are kept by it."""
    known_now = [
        each.child.person_id
        for each in completions
        if each.age is not None and each.child.person.date_of_birth is None
    ]
    return kept_by_age(known_now)[Contact]


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
