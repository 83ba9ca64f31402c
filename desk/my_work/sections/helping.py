"""Help: agreements to it, and what the viewer's agency offers."""

import interventions.queries
import partners.queries
from accounts.models import User
from desk.my_work.sections.section import MOST, Section, of_places


def withdrawals(viewer: User) -> Section | None:
    """Where a family does not agree to help any more, and what follows is to be decided today."""
    found = list(partners.queries.withdrawals_due(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    places = [decision.consent.place for decision in found]
    opens = set(partners.queries.undecided(places, viewer=viewer))
    # By reference: no child is named, and a supervisor of others may have no ground on them.
    work = {"decisions": found[:MOST], "opens": opens}
    return Section("withdrawals", work, waits=True)


def ask_again(viewer: User) -> Section | None:
    """Agreements to help that have run out or are to be asked again."""
    found = list(partners.queries.consents_to_ask_again(viewer=viewer)[:MOST])
    return of_places("ask_again", found, [consent.place for consent in found], waits=True)


def our_services(viewer: User) -> Section | None:
    """What the viewer's agency offers, for who keeps it: how much room each service has."""
    own = interventions.queries.services(viewer=viewer).filter(provider=viewer.agency)
    found = list(own.filter(closed_at=None)[:MOST])
    return Section("our_services", found) if found else None
