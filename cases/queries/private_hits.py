"""Who came near a hidden record without knowing, and what its owner may decide."""

from datetime import timedelta

from django.db.models import QuerySet

import asking
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.matching.weighing import score
from cases.models import HitOutcome, Person, PrivateHit, PrivateLink, Restriction
from cases.queries.people import described_as
from cases.queries.terms import digest

# A batch describes its children, and then writes down their contacts.
MADE_WITHIN = timedelta(minutes=10)


def private_hits(restriction: Restriction, *, viewer: User) -> QuerySet[PrivateHit]:
    """Who came near the record without knowing, undecided first: for its owner alone."""
    found = PrivateHit.objects.filter(restriction=restriction, restriction__owner=viewer)
    return found.select_related("by__agency", "decided_by").order_by("-decided_at", "-at", "-pk")


def hits_to_decide(*, viewer: User) -> QuerySet[PrivateHit]:
    """Who came near a record of the viewer's own, and is not decided on yet; the oldest first."""
    found = PrivateHit.objects.filter(restriction__owner=viewer, restriction__until=None)
    return found.filter(decided_at=None).select_related("restriction").order_by("at", "pk")


def private_hit(hit_id: int, *, viewer: User) -> PrivateHit:
    """One hit on a record of the viewer's own. NotVisible (404) otherwise."""
    found = PrivateHit.objects.filter(pk=hit_id, restriction__owner=viewer)
    hit = found.select_related("restriction__person", "by__agency", "decided_by").first()
    if hit is None or not viewer.is_active:
        raise NotVisible("hit", hit_id)
    return hit


def decisions_open(hit: PrivateHit, *, viewer: User) -> list[str]:
    """What may be decided on a hit: to take it into the record where a contact made one of the child."""
    restriction = hit.restriction
    may_link = restriction.is_live and not restriction.is_sealed
    if may_link and told_of(hit, viewer=viewer):
        return list(HitOutcome.values)
    return [each for each in HitOutcome.values if each != HitOutcome.LINKED]


def link_of(hit: PrivateHit, *, viewer: User) -> PrivateLink | None:
    """What came of 'it is the child', where this hit has made the link."""
    return PrivateLink.objects.filter(hit=hit).first()


def told_of(hit: PrivateHit, *, viewer: User) -> Person | None:
    """The record that a hit's contact made of the child, or that was linked before.

    None for a search; none for a child whom the contact knew by a record with a life of its own: that
    is another child until two records have been compared, which nobody does here.
    """
    if hit.contact is None:
        return None
    # A sibling in the contact may be hidden from the owner; this says whether, and of whom, nothing else.
    with asking.task("told of"):
        seen = hit.contact.children.select_related("person").order_by("pk")
        people = [each.person for each in seen if _is_new_in(hit, each.person)]
        hidden = scope.restricted_or_sealed(person.pk for person in people)
    known = described_as(hit.restriction.person)
    open_to_link = [person for person in people if person.pk not in hidden]
    exactly = [each for each in open_to_link if digest(described_as(each)) == hit.digest]
    likely = [(score(described_as(each), known), each) for each in open_to_link]
    found = exactly or [
        each
        for match, each in sorted(likely, key=lambda pair: -pair[0].weight)
        if match.certainty != "no"
    ]
    return found[0] if found else None


def _is_new_in(hit: PrivateHit, person: Person) -> bool:
    """Whether the hit's contact made this record, or it is linked to the hidden child already."""
    contact = hit.contact
    assert contact is not None, "asked of contacts alone"
    links = PrivateLink.objects.live().filter(person=hit.restriction.person, told=person)
    if links.exists():
        return True
    first = person.contacts.order_by("pk").first()
    is_first = first is not None and first.contact_id == contact.pk
    return is_first and person.recorded_at >= contact.received_at - MADE_WITHIN
