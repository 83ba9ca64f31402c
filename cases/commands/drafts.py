"""The drafts that contacts are typed in, and the contact that a draft becomes."""

from dataclasses import replace
from uuid import UUID

import asking
import audit.commands
import clock
from accounts.models import User
from audit.denied import NotVisible
from audit.models import Kind
from cases import permissions
from cases.commands.contacts import Told, record_contact
from cases.commands.people import match_later
from cases.models import (
    Contact,
    ContactDraft,
)


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
