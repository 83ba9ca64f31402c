"""Whom a decision about a share is told: the chronology, and those who answer for the share."""

import accounts.commands
import accounts.permissions
import accounts.queries
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

    `text` names references, never the child. Who has left is not told; where nobody is left, whoever
    signs agreements reads it on the page of the holdings.
    """
    owners = {shared.decided_by}
    if shared.place:
        owners.add(shared.place.case.lead_worker)
    told = [owner for owner in sorted(owners, key=lambda user: user.pk) if owner.is_active]
    for owner in told:
        accounts.commands.notify(owner, text, url=_page_of(shared), by=by)
    if not told:
        for signer in accounts.queries.holders(accounts.permissions.SIGN_AGREEMENT, viewer=by):
            accounts.commands.notify(signer, text, url=_in_holdings(shared), by=by)


def settle_owners(shared: Share, *, by: User) -> None:
    """What their lines called for has been decided."""
    for url in (_page_of(shared), _in_holdings(shared)):
        accounts.commands.settle(url=url, by=by)


def _page_of(shared: Share) -> str:
    """Where whoever answers for a share decides about it."""
    return f"/shares/{shared.pk}/end"


def _in_holdings(shared: Share) -> str:
    """Where whoever signs agreements finds every share that is not over."""
    return f"/shares#{shared.reference}"
