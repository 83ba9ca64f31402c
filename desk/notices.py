"""What the page of a contact shows of notices."""

from typing import Any

import partners.permissions
import partners.queries
from accounts.models import User
from cases.models import Contact


def about_contact(contact: Contact, *, viewer: User) -> dict[str, Any]:
    """The notices of a contact, and whether one should be sent and by when."""
    people = [child.person for child in contact.children.all()]
    offers = not contact.is_police_only and any(
        partners.permissions.can_send_notice(person, by=viewer) for person in people
    )
    return {
        "notices": partners.queries.notices_sent(viewer=viewer).filter(contact=contact),
        "can_send_notice": offers,
        "to_tell": partners.queries.schools_to_tell(contact, viewer=viewer) if offers else None,
    }
