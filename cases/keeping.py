"""How each kind of record is kept: its facts as they stand now, put to the rules (cases.retention).

An app that has records of its own adds a function for them, under `@works_out(Model)`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

import clock
from cases import retention
from cases.models import (
    Case,
    CaseChild,
    ChildRole,
    ChronologyEvent,
    Contact,
    ContactChild,
    ContactType,
    EventKind,
    Flag,
    IndicatorKind,
    Kept,
    NextStep,
    Observation,
    Person,
    Prompt,
    PromptState,
    Severity,
)
from cases.retention import Happened, InContact, Keeping

Keepings = dict[int, Keeping]
WorksOut = Callable[[Sequence[int]], Keepings]

WORKED_OUT: dict[type[Kept], WorksOut] = {}
# In these a crime is recorded, whether its reference is here or not.
OFFENCES = (ContactType.ARREST, ContactType.VICTIM_OF_CRIME)


def works_out(model: type[Kept]) -> Callable[[WorksOut], WorksOut]:
    """Marks the function that answers how records of this kind are kept, by their ids."""

    def mark(function: WorksOut) -> WorksOut:
        WORKED_OUT[model] = function
        return function

    return mark


def kinds() -> dict[str, type[Kept]]:
    """Every kind of record by its word, such as 'contact'."""
    return {word_for(model): model for model in WORKED_OUT}


def word_for(model: type[Kept]) -> str:
    return str(model._meta.verbose_name)


def is_offence(contact_type: str, crime_ref: str) -> bool:
    """Whether a crime is recorded in the contact, by its kind or by a reference."""
    return bool(crime_ref) or contact_type in OFFENCES


@works_out(Contact)
def of_contacts(ids: Sequence[int]) -> Keepings:
    rules, children = retention.default(), _children_of(ids)
    return {
        contact.pk: retention.of_contact(
            Happened(
                on=clock.london_date(contact.occurred_at),
                children=children[contact.pk],
                noticed=contact.is_noticed or contact.next_step == NextStep.REFER,
                is_offence=is_offence(contact.contact_type, contact.crime_ref),
                is_grave=contact.is_grave,
            ),
            rules,
        )
        for contact in _with_facts(ids)
    }


def _with_facts(ids: Sequence[int]) -> QuerySet[Any]:
    def has(rows: QuerySet[Any]) -> Exists:
        return Exists(rows.filter(contact=OuterRef("pk")))

    return Contact.objects.filter(pk__in=ids).annotate(
        is_noticed=has(Observation.objects.filter(voided_at=None))
        | has(Prompt.objects.exclude(state=PromptState.DROPPED))
        | has(ChronologyEvent.objects.filter(kind=EventKind.REFERRAL)),
        is_grave=has(Flag.objects.all()) | has(_severe()),
    )


def _severe() -> QuerySet[Observation]:
    return Observation.objects.filter(
        voided_at=None, severity=Severity.SEVERE, indicator__kind=IndicatorKind.RISK
    )


def _children_of(ids: Sequence[int]) -> dict[int, list[InContact]]:
    found = defaultdict(list)
    rows = ContactChild.objects.filter(contact__in=ids).values_list(
        "contact_id", "person__date_of_birth", "role", "suspect_outcome"
    )
    for contact, born, role, outcome in rows:
        found[contact].append(
            InContact(
                born, role == ChildRole.VICTIM, role == ChildRole.SUSPECT, bool(outcome.strip())
            )
        )
    return found


@works_out(Person)
def of_people(ids: Sequence[int]) -> Keepings:
    """By what stands in the child's record and in no contact: a contact is kept for itself."""
    loose = Observation.objects.filter(person__in=ids, contact=None, voided_at=None)
    noticed = _days(loose.values_list("person_id", "observed_on"))
    grave = _days(
        [
            *_severe().filter(pk__in=loose).values_list("person_id", "observed_on"),
            *(
                (person, clock.london_date(raised_at))
                for person, raised_at in Flag.objects.filter(
                    person__in=ids, contact=None
                ).values_list("person_id", "raised_at")
            ),
        ]
    )
    rules = retention.default()
    return {
        pk: retention.of_person(clock.london_date(recorded_at), born, noticed[pk], grave[pk], rules)
        for pk, recorded_at, born in Person.objects.filter(pk__in=ids).values_list(
            "pk", "recorded_at", "date_of_birth"
        )
    }


def _days(rows: Iterable[tuple[int, date]]) -> dict[int, list[date]]:
    found = defaultdict(list)
    for person, day in rows:
        found[person].append(day)
    return found


@works_out(Case)
def of_cases(ids: Sequence[int]) -> Keepings:
    rules, born = retention.default(), defaultdict(list)
    for case, day in CaseChild.objects.filter(case__in=ids).values_list(
        "case_id", "person__date_of_birth"
    ):
        born[case].append(day)
    return {
        case.pk: retention.of_case(
            clock.london_date(case.closed_at) if case.closed_at else None, born[case.pk], rules
        )
        for case in Case.objects.filter(pk__in=ids)
    }
