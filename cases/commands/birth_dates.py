"""Correct a birth date; whom that makes a suspect below ten was at risk."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError

import accounts.commands
import accounts.queries
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.commands.chronology import add_event
from cases.commands.keeping import hold_records, keep_anew
from cases.commands.observations import change_facts
from cases.models import (
    AGE_OF_RESPONSIBILITY,
    Case,
    CaseChild,
    ChildRole,
    Contact,
    ContactChild,
    EventKind,
    Kept,
    Person,
    age_on,
)
from cases.signals import cases_kept_anew
from govuk.dates import date_in_words


@asking.command
def correct_birth_date(
    person: Person, *, born: date, estimated: bool, reason: str, by: User
) -> Person:
    """Give a child the right birth date, and read the child anew; what is kept by age, until then.

    Where that makes a suspect of a contact below ten on its day, the role there is 'at risk' from
    now on: the contact's author and whoever holds the child's case are told. The same again changes
    nothing. ValidationError for a day to come and without a reason.
    """
    permissions.check_can_keep_record(person, by=by)
    if born > clock.today():
        raise ValidationError({"born": "The date of birth must be today or in the past."})
    if not reason.strip():
        raise ValidationError({"reason": "Say how you know."})
    kept = kept_by_age([person.pk])
    for model, ids in kept.items():
        hold_records(model, ids)
    person.refresh_from_db()
    if (person.date_of_birth, person.birth_date_estimated) == (born, estimated):
        return person
    cleared = clear_suspects(person, born, by=by)
    _tell_chronology(person, born, estimated, reason, by=by)
    person.date_of_birth, person.birth_date_estimated = born, estimated
    person.save(update_fields=["date_of_birth", "birth_date_estimated"])
    audit.commands.record(
        Kind.ALTERATION,
        "correct birth date",
        persons=[person.pk],
        records={"contacts": [seen.contact_id for seen in cleared]} if cleared else {},
        by=by,
    )
    for model, ids in kept.items():
        keep_anew(model, ids, by=by)
    cases_kept_anew.send(sender=Case, cases=kept[Case], by=by)
    change_facts(person)
    return person


def kept_by_age(person_ids: Iterable[int]) -> dict[type[Kept], list[int]]:
    """The records whose keeping asks how old these children are, by id: in the order to hold them in."""
    people = sorted(set(person_ids))
    met = ContactChild.objects.filter(person__in=people).values_list("contact", flat=True)
    helped = CaseChild.objects.filter(person__in=people).values_list("case", flat=True)
    return {Contact: sorted(set(met)), Case: sorted(set(helped)), Person: people}


def clear_suspects(person: Person, born: date, *, by: User) -> list[ContactChild]:
    """The contacts in which the child was a suspect below ten, born so: 'at risk' from now on.

    Before the birth date is written, which the database refuses beside such a suspect. The caller
    holds the child's record.
    """
    suspects = ContactChild.objects.select_for_update(of=("self",)).filter(
        person=person, role=ChildRole.SUSPECT
    )
    cleared = []
    for seen in suspects.select_related("contact__recorded_by").order_by("pk"):
        if age_on(born, clock.london_date(seen.contact.occurred_at)) < AGE_OF_RESPONSIBILITY:
            seen.role = ChildRole.AT_RISK
            seen.save(update_fields=["role"])
            _tell(seen, by=by)
            cleared.append(seen)
    if cleared:
        audit.commands.record(
            Kind.ALTERATION,
            "clear suspect",
            persons=[person.pk],
            records={"contacts": [seen.contact_id for seen in cleared]},
            by=by,
        )
    return cleared


def _tell(seen: ContactChild, *, by: User) -> None:
    """Whoever wrote it down, and whoever holds the child's case now."""
    words = (
        f"{seen.person.reference} was under 10 in contact {seen.contact_id}: at risk, no suspect"
    )
    places = CaseChild.objects.filter(person=seen.person_id, left_at=None, case__closed_at=None)
    leads = {place.case.lead_worker for place in places.select_related("case__lead_worker")}
    told = {seen.contact.recorded_by: f"/contacts/{seen.contact_id}"}
    told |= dict.fromkeys(leads, f"/children/{seen.person_id}")
    for user, url in told.items():
        if user.is_active and user.username != "system":
            accounts.commands.notify(user, words, url=url, by=by)


def _tell_chronology(person: Person, born: date, estimated: bool, reason: str, *, by: User) -> None:
    """For the full record alone, with the date that stood there before."""
    before = date_in_words(person.date_of_birth) if person.date_of_birth else "not known"
    after = date_in_words(born) + (" (estimated)" if estimated else "")
    lead = accounts.queries.lead_agency(viewer=by)
    add_event(
        person,
        EventKind.RECORD,
        "Birth date corrected",
        detail=f"From {before} to {after}. {reason}",
        audience=[lead] if lead else (),
        by=by,
    )
