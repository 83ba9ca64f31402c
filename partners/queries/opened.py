"""One share as it opens a child to its receiver: its own sections, whatever else is open to who reads."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

import cases.queries
import risk.queries
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import ChronologyEvent, EventKind, Section
from partners.models import Contribution, Share
from partners.queries.contributions import contributions
from partners.queries.shares import PlaceSeen, shared_with_us
from partners.queries.texts import sight_of_child, with_partner_texts


def share_with_us(share_id: int, *, viewer: User) -> Share:
    """A share that is open to the viewer's agency now. NotVisible (404) otherwise."""
    found = shared_with_us(viewer=viewer).filter(pk=share_id).first()
    if found is None:
        raise NotVisible("share", share_id)
    return found


def as_opened(share: Share, *, viewer: User) -> PlaceSeen:
    """What a share shows its receiver, each section empty where it is not in it.

    Never more than the viewer sees of the child: NotVisible where that is nothing. A hub's full
    record, an action or another share adds nothing to it.
    """
    own = sight_of_child(share.subject, viewer)
    shown = frozenset(section for section in share.sections if own.shows(section))
    sight = scope.Sight(own.person, shown, ("share",), police=False)
    place = share.place if Section.PLAN in shown else None
    return PlaceSeen(
        sections=shown,
        summary=share.summary if Section.SUMMARY in shown else "",
        watch=risk.queries.watch_for(sight, viewer=viewer),
        actions=cases.queries.plan(place, viewer=viewer) if place else [],
        events=_lines(share, sight, viewer),
        contributions=_meant(share, shown, viewer),
    )


def _lines(share: Share, sight: scope.Sight, viewer: User) -> QuerySet[ChronologyEvent]:
    """Lines of help only with the interventions, and of this place."""
    lines = cases.queries.chronology(sight, viewer=viewer)
    other = ~Q(kind=EventKind.HELP)
    if Section.INTERVENTIONS in sight.sections:
        other |= Q(place=share.place_id)
    return with_partner_texts(lines.filter(other), viewer=viewer)


def _meant(share: Share, shown: frozenset[str], viewer: User) -> Iterable[Contribution]:
    """The agency's own, and what names it where contributions are shared."""
    if share.place is None:
        return []
    meant = Q(agency=share.agency_id)
    if Section.CONTRIBUTIONS in shown:
        meant |= Q(named__contains=[share.agency_id])
    return contributions(share.place, viewer=viewer).filter(meant)
