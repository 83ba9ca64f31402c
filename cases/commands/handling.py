"""What came of a contact follows its handling: police only, or not."""

from collections.abc import Sequence

from accounts.models import User
from cases.models import (
    ChronologyEvent,
    Contact,
    Flag,
    Observation,
)
from cases.signals import contact_is_police_only


def mark_police_only(contacts: Sequence[Contact], *, by: User) -> None:
    """With contacts that are police only now goes all that came of them; the caller holds them.

    Of many contacts all at once: flag by flag, notice by notice, others who hold several would wait for
    this and it for them.
    """
    _mark(contacts, police_only=True)
    contact_is_police_only.send(sender=Contact, contacts=contacts, by=by)


def follow_handling(contact: Contact, *, by: User) -> None:
    """What came of a contact is police only if the contact is now, and is not any more if it is not."""
    if contact.is_police_only:
        mark_police_only([contact], by=by)
    else:
        _mark([contact], police_only=False)


def _mark(contacts: Sequence[Contact], *, police_only: bool) -> None:
    """What came of these contacts is police only while they are, and no longer."""
    flags = Flag.objects.filter(contact__in=contacts).order_by("pk")
    list(flags.select_for_update(no_key=True).values_list("pk"))
    for table in (ChronologyEvent, Observation, Flag):
        table.objects.filter(contact__in=contacts).update(police_only=police_only)
