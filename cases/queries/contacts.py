"""Contacts that the viewer may read, and what was observed and raised at one."""

from typing import Any

from django.db.models import F, Q, QuerySet

import accounts.queries
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Contact, ContactChild, Flag, Indicator, Observation
from cases.permissions import takes_over
from cases.queries.restrictions import with_hidden


def contacts(*, viewer: User) -> QuerySet[Contact]:
    """The viewer's own contacts for the agency that they work for, newest first; among them what they
    completed for somebody who had left."""
    return _told(Q(recorded_by=viewer) | Q(completed_by=viewer), viewer)


def contacts_told(*, viewer: User) -> QuerySet[Contact]:
    """What the viewer's agency told, newest first, for its staff who record contacts.

    Of the lead agency each reads their own.
    """
    if not permissions.can(permissions.RECORD_CONTACT, by=viewer):
        return Contact.objects.none()
    if accounts.queries.is_in_lead_agency(viewer=viewer):
        return contacts(viewer=viewer)
    return _told(Q(), viewer)


def _told(which: Q, viewer: User) -> QuerySet[Contact]:
    """Of the viewer's agency's contacts; none with a child who is hidden from them."""
    return (
        Contact.objects.filter(which, agency=viewer.agency_id)
        .exclude(pk__in=with_hidden(viewer=viewer))
        .order_by("-occurred_at", "-pk")
    )


def to_complete(*, viewer: User) -> QuerySet[Contact]:
    """The viewer's captures that still have to be completed."""
    return contacts(viewer=viewer).filter(completed_at=None)


def contact(contact_id: int, *, viewer: User) -> Contact:
    """A contact of the viewer's own, or one in a child's full record. NotVisible (404) otherwise.

    One text tells of all its children: with one of them hidden from the viewer, it is hidden too.
    """
    found = (
        Contact.objects.filter(pk=contact_id)
        .select_related("area", "agency", "recorded_by")
        .prefetch_related("children__person")
        .first()
    )
    if found is None or not _may_read(found, viewer):
        raise NotVisible("contact", contact_id)
    return found


def _may_read(contact: Contact, viewer: User) -> bool:
    if viewer.is_active and contacts(viewer=viewer).filter(pk=contact.pk).exists():
        return True
    if takes_over(contact, by=viewer):
        return _told(Q(pk=contact.pk), viewer).exists()
    if contact.is_police_only and not viewer.agency.is_lead:
        return False
    # Every child of it must be open in full: a sibling is not visible by having been there too.
    for child in contact.children.all():
        try:
            sight = scope.sight(viewer, child.person_id)
        except NotVisible:
            return False
        if not sight.everything:
            return False
    return True


def indicators(*, viewer: User) -> QuerySet[Indicator]:
    """What may be observed, as the catalogue orders it."""
    return Indicator.objects.filter(is_enabled=True)


def observed_at(contact: Contact, *, viewer: User) -> QuerySet[Observation]:
    """What was observed at a contact that the viewer was shown, strengths last; of its own children."""
    observed = (
        Observation.objects.filter(
            contact=contact, person__in=_children_of(contact), voided_at=None
        )
        .select_related("indicator")
        .order_by("person_id", "indicator__kind", "indicator__code", "pk")
    )
    return observed if viewer.agency.is_lead else observed.filter(police_only=False)


def flags_raised_by(contact: Contact, *, viewer: User) -> QuerySet[Flag]:
    """The flags of a contact that the viewer was shown, unanswered first, with who was called.

    Of its own children: none that was taken into a restricted child's record.
    """
    raised = (
        Flag.objects.filter(contact=contact, person__in=_children_of(contact))
        .select_related("person", "answered_by")
        .prefetch_related("calls__user")
        .order_by(F("answered_at").asc(nulls_first=True), "raised_at", "pk")
    )
    return raised if viewer.agency.is_lead else raised.filter(police_only=False)


def _children_of(contact: Contact) -> QuerySet[ContactChild, Any]:
    return contact.children.values("person")
