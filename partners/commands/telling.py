"""Whom a decision about a share is told: the chronology, and those who answer for the share."""

import accounts.commands
import accounts.queries
import audit.commands
import cases.commands
from accounts.models import Notification, User
from audit.models import Kind
from cases.models import EventKind
from partners import permissions, queries
from partners.models import Share, Shares

# Where whoever answers for a share decides about it: `_page_of`.
_PAGES = "^/shares/[0-9]+/end$"


def tell_chronology(shared: Share, says: str, detail: str, *, by: User) -> None:
    """For the full record and the receiver: no partner learns who else is told, and no other agency of
    what is police only by now."""
    contact = shared.contact
    cases.commands.add_event(
        shared.person,
        EventKind.SHARE,
        says,
        detail=detail,
        place=shared.place,
        contact=contact,
        police_only=contact is not None and contact.is_police_only,
        audience=[shared.agency],
        by=by,
    )


def leave_entry(kind: Kind, verb: str, shared: Share, *, by: User) -> None:
    """The entry of what was done to a share."""
    audit.commands.record(
        kind,
        verb,
        persons=[shared.person_id],
        records={"share": shared.pk, "to agency": shared.agency_id},
        sections=shared.sections,
        ground="share",
        by=by,
    )


def tell_owners(shared: Share, text: str, *, by: User) -> None:
    """Put a line on the home pages of those who answer for a share.

    `text` names references, never the child. Who has left is not told, nor who may not know of the child
    now; where nobody is left, whoever signs agreements reads it on the page of the holdings.
    """
    owners = _owners(shared)
    if not cases.commands.tell_of(shared.person, owners, text, url=_page_of(shared), by=by):
        for signer in queries.signers(viewer=by):
            accounts.commands.notify(signer, text, url=_in_holdings(shared), by=by)


def hand_over_lines(user: User, *, by: User) -> None:
    """The lines about shares whose end is no longer theirs to decide go to those who answer now."""
    lines = Notification.objects.filter(user=user, seen_at=None, url__regex=_PAGES)
    for line in lines.order_by("pk"):
        shared = _with_owners(Share.objects.all()).get(pk=line.url.split("/")[2])
        if permissions.can_end(shared, by=user):
            continue
        tell_owners(shared, line.text, by=by)
        accounts.commands.settle(url=line.url, user=user, by=by)


def _with_owners(shares: Shares) -> Shares:
    return shares.select_related("decided_by", "place__case__lead_worker", "place__case__team")


def _owners(shared: Share) -> list[User]:
    """Who may decide about a share now: whoever decided it and the case's lead worker; where they may
    no more, such as after leaving the team, the supervisor to whom passes what they held."""
    decided_by = shared.decided_by
    if shared.place:
        case = shared.place.case
        first, then = {decided_by, case.lead_worker}, case.team.supervisor
    else:
        first, then = {decided_by}, accounts.queries.successor(decided_by, viewer=decided_by)
    found = [user for user in first if permissions.can_end(shared, by=user)]
    if not found and then and permissions.can_end(shared, by=then):
        found = [then]
    return sorted(found, key=lambda user: user.pk)


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
