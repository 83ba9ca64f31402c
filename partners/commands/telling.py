"""Whom a decision about a share is told: the chronology, and those who answer for the share."""

import accounts.commands
import cases.commands
from accounts.models import User
from cases.models import EventKind
from partners.models import Share


def tell_chronology(shared: Share, says: str, detail: str, *, by: User) -> None:
    """For the full record and the receiver: no partner learns who else is told."""
    cases.commands.add_event(
        shared.person,
        EventKind.SHARE,
        says,
        detail=detail,
        place=shared.place,
        audience=[shared.agency],
        by=by,
    )


def tell_owners(shared: Share, text: str, *, by: User) -> None:
    """Put a line on the home pages of whoever decided a share and of the case's lead worker.

    `text` names references, never the child. Who has left is not told, nor who may not know of the
    child now.
    """
    owners = {shared.decided_by}
    if shared.place:
        owners.add(shared.place.case.lead_worker)
    active = sorted((owner for owner in owners if owner.is_active), key=lambda user: user.pk)
    cases.commands.tell_of(shared.person, active, text, url=_page_of(shared), by=by)


def settle_owners(shared: Share, *, by: User) -> None:
    """What their lines called for has been decided."""
    accounts.commands.settle(url=_page_of(shared), by=by)


def _page_of(shared: Share) -> str:
    """Where whoever answers for a share decides about it."""
    return f"/shares/{shared.pk}/end"
