"""Take newer texts of contacts from their source; the texts before them are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.commands.contacts import UNSAFE, raise_unsafe
from cases.commands.handling import mark_police_only
from cases.commands.keeping import keep_anew
from cases.commands.observations import prompt_for
from cases.models import (
    ChronologyEvent,
    Contact,
    ContactText,
    EventDetail,
    EventKind,
    Handling,
    Indicator,
    Prompt,
    Safe,
)


@dataclass(frozen=True)
class Amendment:
    """A newer text of a contact, with the words that are ticked in it."""

    contact: Contact
    narrative: str
    handling: str
    content_hash: str
    words: Sequence[tuple[str, Indicator | None]] = ()
    safe_now: str = ""


@asking.command
def amend_contact(
    contact: Contact,
    *,
    narrative: str,
    handling: str,
    content_hash: str,
    words: Sequence[tuple[str, Indicator | None]] = (),
    safe_now: str = "",
    by: User,
) -> Contact:
    """Take a newer text of a contact from its source; the texts before it are kept.

    Words that were not ticked before become prompts. What is police only on either side is police
    only from now on, with all that came of it: a program tightens, only a person may loosen. A child
    who was said to be safe and is not any more raises a flag; a flag that stands is never lowered.
    """
    newer = Amendment(contact, narrative, handling, content_hash, words, safe_now)
    return amend_contacts([newer], by=by)[contact.pk]


@asking.command
def amend_contacts(batch: Sequence[Amendment], *, by: User) -> dict[int, Contact]:
    """Many at once, all or none, the texts of one contact in the order given. The contacts by id."""
    permissions.check_can_record_contact(by=by)
    rows = Contact.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    held = rows.in_bulk({each.contact.pk for each in batch})
    unsafe = [contact for each in batch if _take_text(contact := held[each.contact.pk], each)]
    police_only = [contact for contact in held.values() if contact.is_police_only]
    if police_only:
        mark_police_only(police_only, by=by)
    for each in batch:
        _raise_prompts(held[each.contact.pk], each)
    for contact in held.values():
        audit.commands.record(
            Kind.ALTERATION,
            "amend contact",
            persons=contact.children.values_list("person_id", flat=True),
            records={"contact": contact.pk},
            by=by,
        )
    for contact in unsafe:
        for child in contact.children.select_related("person").order_by("person"):
            raise_unsafe(contact, child.person, by=by)
    keep_anew(Contact, held, by=by)
    return held


def _take_text(contact: Contact, new: Amendment) -> bool:
    """Write down one text. Whether its children are less safe by it."""
    contact.narrative = new.narrative
    if new.handling == Handling.POLICE_ONLY:
        contact.handling = Handling.POLICE_ONLY
    less_safe = new.safe_now in UNSAFE and contact.safe_now not in {Safe.NO, new.safe_now}
    if less_safe:
        contact.safe_now = new.safe_now
    contact.save(update_fields=["narrative", "handling", "safe_now"])
    ContactText.objects.create(
        contact=contact,
        content_hash=new.content_hash,
        narrative=new.narrative,
        received_at=clock.now(),
    )
    for event in ChronologyEvent.objects.filter(contact=contact, kind=EventKind.CONTACT):
        EventDetail.objects.update_or_create(event=event, defaults={"text": new.narrative})
    return less_safe


def _raise_prompts(contact: Contact, new: Amendment) -> None:
    Prompt.objects.bulk_create(
        [
            prompt_for(child.person, contact, word, indicator)
            for child in contact.children.select_related("person")
            for word, indicator in new.words
        ],
        ignore_conflicts=True,
    )
