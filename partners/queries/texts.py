"""The partner's text of lines and contacts: what is still to be written, and what partners read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

import asking
import cases.queries
from accounts.models import Agency, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import CaseChild, ChildRole, ChronologyEvent, Contact, EventKind, Person, Section
from partners import redaction
from partners.models import PartnerText, Share

# Lines whose detail somebody typed about the child. What a partner contributed carries its author's
# audience, and what was shared with whom is nobody else's: neither is passed on by a text.
TYPED = (
    EventKind.CONTACT,
    EventKind.OBSERVATION,
    EventKind.FLAG,
    EventKind.REFERRAL,
    EventKind.CASE,
    EventKind.ACTION,
    EventKind.REVIEW,
)
# How many lines one page offers, the newest first (default by judgement).
MOST = 20


@dataclass(frozen=True)
class LineToWrite:
    """A narrative as typed, marked, and the text to begin with. `of`: the id of the line or contact."""

    of: int
    at: datetime
    says: str
    pieces: list[tuple[str, str]]
    found: list[str]
    proposal: str
    protected: tuple[str, ...]
    written: str


def with_partner_texts(
    events: QuerySet[ChronologyEvent], *, viewer: User
) -> QuerySet[ChronologyEvent]:
    """The lines, each with `partner_text`: what its partners read beside its heading, or None."""
    ours = Q(share__in=Share.objects.live().filter(agency=viewer.agency_id))
    texts = PartnerText.objects.filter(Q(share=None) | ours, event=OuterRef("pk"))
    return events.annotate(partner_text=Subquery(texts.order_by("-pk").values("text")[:1]))


def contact_text(share: Share, *, viewer: User) -> str:
    """What the receiver of a contact's share reads of it; '' of any other. The share was found by a query."""
    if share.contact_id is None:
        return ""
    texts = PartnerText.objects.filter(contact=share.contact_id, share=share).order_by("-pk")
    return texts.values_list("text", flat=True).first() or ""


@dataclass(frozen=True)
class ContactSeen:
    """One contact as the receiver of its share reads it: `text` was written for them by a person."""

    contact_type: str
    occurred_at: datetime
    text: str


def contact_seen(share: Share, *, viewer: User) -> ContactSeen | None:
    """The contact of a share; None of any other. The share was found by a query."""
    text = contact_text(share, viewer=viewer)
    if share.contact_id is None or not text:
        return None
    # That, and no more of it: the database keeps a contact's row from partners.
    with asking.task("contact as shared"):
        told = Contact.objects.only("contact_type", "occurred_at").get(pk=share.contact_id)
    return ContactSeen(told.contact_type, told.occurred_at, text)


def lines_to_write(
    child: CaseChild | Person, *, agency: Agency, share: Share | None = None, viewer: User
) -> list[LineToWrite]:
    """The newest narratives that a share of the chronology opens to an agency by their heading alone.

    With what stands written for it where there is a `share`. NotVisible for a child that is not open
    to the viewer.
    """
    events = _narratives(child, agency, viewer)[:MOST]
    person = child.person if isinstance(child, CaseChild) else child
    protected = protected_of(person, viewer=viewer)
    return [_line(event, protected, _written(event.pk, share)) for event in events]


def lines_of_share(share: Share, *, viewer: User) -> list[LineToWrite]:
    """What there is to write of a share that the viewer answers for; nothing once it is over, nor of a
    contact that is not the viewer's to read now."""
    if not share.is_standing:
        return []
    if share.contact_id:
        line = line_to_write(share, share.contact_id, viewer=viewer)
        return [line] if line else []
    if Section.CHRONOLOGY not in share.sections:
        return []
    return lines_to_write(share.subject, agency=share.agency, share=share, viewer=viewer)


def line_to_write(share: Share, of: int, *, viewer: User) -> LineToWrite | None:
    """One of them, by its id, or the contact of a share that is of a contact."""
    if share.contact_id:
        return _contact_line(share, viewer) if share.contact_id == of else None
    child = share.place or share.person
    event = _narratives(child, share.agency, viewer).filter(pk=of).first()
    if event is None:
        return None
    return _line(event, protected_of(share.person, viewer=viewer), _written(of, share))


def contact_to_write(person: Person, contact: Contact, *, viewer: User) -> LineToWrite:
    """The narrative of a contact, to be put into words before it is shared."""
    return _narrative_line(person, contact, "")


def protected_of(person: Person, *, viewer: User) -> tuple[str, ...]:
    """The addresses and postcodes that are never shared with what is written of a child: those of the
    victims in any contact with them, or in one whose line was taken into their record."""
    lines = ChronologyEvent.objects.filter(person=person, kind=EventKind.CONTACT)
    taken = lines.exclude(contact=None).values_list("contact", flat=True)
    return _protected({*person.contacts.values_list("contact", flat=True), *taken})


def _narratives(
    child: CaseChild | Person, agency: Agency, viewer: User
) -> QuerySet[ChronologyEvent]:
    sight = sight_of_child(child, viewer)
    lines = cases.queries.chronology_for(agency, sight, viewer=viewer)
    return (
        lines.filter(kind__in=TYPED).filter(words__isnull=False).select_related("contact", "person")
    )


def sight_of_child(child: CaseChild | Person, viewer: User) -> scope.Sight:
    if isinstance(child, CaseChild):
        return cases.queries.sight_of(child, viewer=viewer)
    return cases.queries.record(child.pk, viewer=viewer)


def _written(event_id: int, share: Share | None) -> str:
    if share is None:
        return ""
    texts = PartnerText.objects.filter(Q(share=None) | Q(share=share), event=event_id)
    return texts.order_by("-pk").values_list("text", flat=True).first() or ""


def _line(event: ChronologyEvent, protected: tuple[str, ...], written: str) -> LineToWrite:
    return _marked(
        event.pk, event.occurred_at, event.says, event.detail, event.person, protected, written
    )


def _contact_line(share: Share, viewer: User) -> LineToWrite | None:
    assert share.contact_id is not None, "of a contact"
    try:
        contact = cases.queries.contact(share.contact_id, viewer=viewer)
    except NotVisible:
        return None
    return _narrative_line(share.person, contact, contact_text(share, viewer=share.decided_by))


def _narrative_line(person: Person, contact: Contact, written: str) -> LineToWrite:
    protected = _protected([contact.pk])
    return _marked(
        contact.pk,
        contact.occurred_at,
        contact.contact_type,
        contact.narrative,
        person,
        protected,
        written,
    )


def _marked(
    of: int,
    at: datetime,
    says: str,
    narrative: str,
    person: Person,
    protected: tuple[str, ...],
    written: str,
) -> LineToWrite:
    proposal = redaction.without(narrative, protected)
    first_name = person.forenames.split(" ")[0]
    return LineToWrite(
        of=of,
        at=at,
        says=says,
        pieces=redaction.pieces(proposal, first_name=first_name),
        found=redaction.found(proposal, first_name=first_name),
        proposal=proposal,
        protected=protected,
        written=written,
    )


def _protected(contact_ids: Iterable[int]) -> tuple[str, ...]:
    """The addresses and postcodes of the victims in these contacts."""
    victims = Person.objects.filter(
        contacts__contact__in=list(contact_ids), contacts__role=ChildRole.VICTIM
    )
    kept = victims.values_list("address", "postcode").distinct()
    return tuple(each for pair in kept for each in pair if each.strip())
