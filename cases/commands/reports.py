"""Take what another system tells of a contact: once, and its newer texts as amendments."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction

import asking
import clock
from accounts.models import Area, User
from cases import permissions
from cases.commands.amending import amend_contact
from cases.commands.contacts import (
    ChildSeen,
    Told,
    await_reference,
    record_contacts,
)
from cases.commands.keeping import keep_anew
from cases.commands.linking import Linked, describe_blind, link_seen
from cases.commands.observations import prompt_for
from cases.extract import OLDEST
from cases.matching.keys import Described
from cases.matching.weighing import score
from cases.models import Contact, Indicator, Person, Prompt
from cases.queries.people import described_as
from cases.words import Word, words

MATCH_BLIND = "cases.tasks.match_blind"


@dataclass(frozen=True)
class ChildReported:
    """A child as another system describes it, with the words that were ticked there."""

    described: Described
    sex: str = "U"
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A contact as another system tells it. `source_ref` names it within `source`, for ever."""

    source: str
    source_ref: str
    occurred_at: datetime
    contact_type: str
    narrative: str
    handling: str
    children: tuple[ChildReported, ...]
    area_code: str = ""
    location: str = ""
    safe_now: str = ""
    officer: str = ""
    crime_ref: str = ""

    @property
    def content_hash(self) -> str:
        """The same for the same report, whatever it looked like on its way."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True)
class Taken:
    """What became of a report: `state` is new, amended or unchanged; `notes` are for a person.

    `children` are in the order of the report, and known to lead agency and hub alone.
    """

    contact: Contact
    state: str
    children: tuple[Linked, ...]
    notes: tuple[str, ...]


@asking.command
def take_report(report: Report, *, by: User) -> Taken:
    """Write down what another system tells. Told again under its reference it is never a second one.

    The same text: unchanged. A newer text: an amendment, which may say more and tighten, never
    loosen. Children are linked only where the match is sure; whoever is matched blind learns nothing
    of who is known, and a task looks later. ValidationError at the field.
    """
    permissions.check_can_record_contact(by=by)
    _check(report)
    await_reference(report.source, report.source_ref, by=by)
    known = Contact.objects.filter(source=report.source, source_ref=report.source_ref).first()
    if known is None:
        return _record(report, by=by)
    children = _those_of(known, report)
    state = "unchanged"
    if not known.texts.filter(content_hash=report.content_hash).exists():
        known, state = _amend(known, report, children, by=by), "amended"
    return Taken(known, state, children, _notes(report, known.area))


def _check(report: Report) -> None:
    """What the export of a records system is refused for too (cases.extract.checks)."""
    on, now = clock.london_date(report.occurred_at), clock.now()
    errors: dict[str, str] = {}
    if report.occurred_at > now:
        errors["occurred_at"] = "The contact lies in the future."
    elif on < clock.today() - timedelta(days=OLDEST * 366):
        errors["occurred_at"] = f"The contact was over {OLDEST} years ago."
    for number, child in enumerate(report.children):
        described, field = child.described, f"children.{number}"
        if not described.surname and not described.forenames:
            errors[f"{field}.surname"] = "Send the surname or the forenames."
        born = described.date_of_birth
        if born and born > on:
            errors[f"{field}.date_of_birth"] = "The date of birth lies after the contact."
        elif born and on.year - born.year > OLDEST:
            errors[f"{field}.date_of_birth"] = f"The person was over {OLDEST}: no child."
    if errors:
        raise ValidationError(errors)


def _record(report: Report, *, by: User) -> Taken:
    area = Area.objects.filter(code=report.area_code).first() if report.area_code else None
    table, indicators = words(), _indicators(report)
    seen = [
        ChildSeen(
            child.described,
            sex=child.sex,
            words=[(word, indicators.get(word)) for word in _known(child, table)],
        )
        for child in report.children
    ]
    blind = not permissions.can_match(by=by)
    linked = describe_blind(seen, by=by) if blind else link_seen(seen, by=by)
    told = Told(
        source=report.source,
        source_ref=report.source_ref,
        occurred_at=report.occurred_at,
        contact_type=report.contact_type,
        narrative=report.narrative,
        handling=report.handling,
        area=area,
        area_given=report.area_code,
        location=report.location,
        crime_ref=report.crime_ref,
        safe_now=report.safe_now,
        officer=report.officer,
        content_hash=report.content_hash,
        completed=True,
        children=[
            replace(child, person=link.person) for child, link in zip(seen, linked, strict=True)
        ],
    )
    (contact,) = record_contacts([told], by=by)
    if blind:
        ids = [link.person.pk for link in linked]
        # The night looks again, should Redis not answer now.
        transaction.on_commit(lambda: current_app.send_task(MATCH_BLIND, [ids]), robust=True)
    return Taken(contact, "new", tuple(linked), _notes(report, area))


def _amend(contact: Contact, report: Report, children: Sequence[Linked], *, by: User) -> Contact:
    amended = amend_contact(
        contact,
        narrative=report.narrative,
        handling=report.handling,
        safe_now=report.safe_now,
        content_hash=report.content_hash,
        by=by,
    )
    table, indicators = words(), _indicators(report)
    Prompt.objects.bulk_create(
        [
            prompt_for(link.person, amended, word, indicators.get(word))
            for child, link in zip(report.children, children, strict=True)
            for word in _known(child, table)
        ],
        ignore_conflicts=True,
    )
    keep_anew(Contact, [amended.pk], by=by)
    return amended


def _those_of(contact: Contact, report: Report) -> tuple[Linked, ...]:
    """The contact's own children that the report describes, in its order.

    ValidationError for a child who is not in the contact: nothing is merged or added by a newer text.
    """
    people = [child.person for child in contact.children.select_related("person").order_by("pk")]
    found: list[Linked] = []
    for number, child in enumerate(report.children):
        person = _likest(child.described, people)
        if person is None:
            raise ValidationError(
                {
                    f"children.{number}": "This child was not in the contact when it was first sent. "
                    "Send a new contact under a new reference, or call the hub."
                }
            )
        found.append(Linked(person, known=True))
    return tuple(found)


def _likest(described: Described, people: Sequence[Person]) -> Person | None:
    scored = [(score(described, described_as(person)), person) for person in people]
    likely = [(match.weight, person) for match, person in scored if match.certainty != "no"]
    return max(likely, key=lambda pair: pair[0])[1] if likely else None


def _known(child: ChildReported, table: dict[tuple[str, str], Word]) -> list[str]:
    return [word for word in child.words if ("risk", word) in table or ("strength", word) in table]


def _indicators(report: Report) -> dict[str, Indicator]:
    """What each ticked word stands for; a word without a code is there for a person to look at."""
    table = words()
    codes = {word: meant.code for (_, word), meant in table.items() if meant.code}
    wanted = {
        word: codes[word] for child in report.children for word in child.words if word in codes
    }
    found = {each.code: each for each in Indicator.objects.filter(code__in=wanted.values())}
    return {word: found[code] for word, code in wanted.items() if code in found}


def _notes(report: Report, area: Area | None) -> tuple[str, ...]:
    notes = []
    if report.area_code and area is None:
        notes.append("The area is not one that the portal knows: it was kept as given.")
    table = words()
    if any(len(_known(child, table)) < len(child.words) for child in report.children):
        notes.append("Some words are in no list of words: they made no prompt.")
    return tuple(notes)
