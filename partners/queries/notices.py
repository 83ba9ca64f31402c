"""Notices: what an agency was told, and what became of it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

import accounts.queries
import cases.queries
import clock
from accounts.models import Agency, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import (
    Contact,
    Handling,
    Person,
)
from partners.models import (
    Notice,
    NoticeKind,
    Notices,
    notice_due,
    usual_kind,
)
from partners.permissions import (
    receives_notices,
)


def notices_to_us(*, viewer: User) -> Notices:
    """The notices to the viewer's agency, whatever else of the child is open to it: what was recalled
    is not among them. Empty without the role."""
    if not receives_notices(by=viewer):
        return Notice.objects.none()
    theirs = Notice.objects.standing().filter(agency=viewer.agency_id)
    return theirs.select_related("agency", "sent_by__agency", "read_by", "acknowledged_by")


def notices_waiting(*, viewer: User) -> Notices:
    """Those to the viewer's agency that nobody sees to yet, unread first, then what is due first."""
    waiting = notices_to_us(viewer=viewer).to_see_to().annotate(flagged=Q(read_at=None))
    return waiting.order_by("-flagged", "answer_due_at", "pk")


def notice_to_us(notice_id: int, *, viewer: User) -> Notice:
    """One of them. NotVisible (404) otherwise."""
    return _one(notices_to_us(viewer=viewer), notice_id)


def notices_sent(*, viewer: User) -> Notices:
    """What the viewer sent, or answers for, and what was sent about children in full view of them now.

    Recalled ones too; of a contact that has become police only, for the lead agency alone.
    """
    return _sent(Q(person__in=scope.people_in_full(viewer)), viewer)


def notices_about(person: Person, *, viewer: User) -> Notices:
    """The same of one child."""
    in_full = Q(person=person) if scope.is_in_full(viewer, person.pk) else Q(pk__in=[])
    return _sent(in_full, viewer).filter(person=person)


def _sent(in_full: Q, viewer: User) -> Notices:
    if viewer.agency.is_lead:
        known = in_full | _theirs(viewer)
    else:
        known = in_full & (Q(contact=None) | Q(contact__handling=Handling.SHARE))
    # Not the child: a sender whose ground has ended is shown what they sent, and no record.
    sent = Notice.objects.filter(known).select_related(
        "agency", "sent_by__agency", "read_by", "acknowledged_by", "recalled_by"
    )
    return sent.order_by("-sent_at", "-pk")


def _theirs(viewer: User) -> Q:
    """What the viewer sent, or who has left and handed over to them."""
    gone = accounts.queries.succeeded_by(viewer=viewer)
    return Q(sent_by=viewer) | Q(sent_by__in=gone.values("pk"))


def notice_sent(notice_id: int, *, viewer: User) -> Notice:
    """One of them. NotVisible (404) otherwise."""
    return _one(notices_sent(viewer=viewer), notice_id)


def _one(notices: Notices, notice_id: int) -> Notice:
    found = notices.filter(pk=notice_id).first()
    if found is None:
        raise NotVisible("notice", notice_id)
    return found


def notices_overdue(*, viewer: User) -> Notices:
    """What the viewer sent and nobody sees to, though somebody should by now; longest overdue first."""
    mine = Notice.objects.to_see_to().filter(_theirs(viewer), answer_due_at__lte=clock.now())
    return mine.select_related("agency").order_by("answer_due_at", "pk")


# Who goes to school (found: design/domain.md 5.5), in completed years.
SCHOOL_AGES = range(4, 18)


@dataclass(frozen=True)
class SchoolsToTell:
    """The children of a contact whose schools should be told of it, and by when."""

    people: Sequence[Person]
    due_at: datetime


def schools_to_tell(contact: Contact, *, viewer: User) -> SchoolsToTell | None:
    """Whose school is told nothing yet of a contact that calls for Operation Encompass.

    Of the children whom the viewer sees in full. None where nothing is to be told.
    """
    if usual_kind(contact) != NoticeKind.ENCOMPASS or contact.is_police_only:
        return None
    sent = Notice.objects.standing().filter(contact=contact, kind=NoticeKind.ENCOMPASS)
    waiting = (
        scope.people_in_full(viewer)
        .filter(contacts__contact=contact)
        .exclude(pk__in=sent.values("person"))
    )
    people = [person for person in waiting.order_by("pk") if _goes_to_school(person, viewer)]
    if not people:
        return None
    due = notice_due(NoticeKind.ENCOMPASS, contact.occurred_at, sent_at=clock.now())
    return SchoolsToTell(people, due)


def _goes_to_school(person: Person, viewer: User) -> bool:
    """By age; who knows, where it is not known."""
    age = cases.queries.age(person, viewer=viewer)
    return age is None or age in SCHOOL_AGES


def contacts_to_tell_of(person: Person, *, viewer: User, most: int = 10) -> list[Contact]:
    """Of the latest contacts of a child, those that the viewer may read whole."""
    found = []
    latest = Contact.objects.filter(children__person=person).order_by("-occurred_at", "-pk")
    for contact in latest[:most]:
        with suppress(NotVisible):
            found.append(cases.queries.contact(contact.pk, viewer=viewer))
    return found


def receivers(*, viewer: User) -> QuerySet[Agency]:
    """The agencies that a notice may go to: all but the lead agency."""
    return accounts.queries.agencies(viewer=viewer).filter(is_lead=False)
