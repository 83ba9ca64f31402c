"""Records that were opened with a reason, by whom and why."""

from datetime import datetime

from django.db.models import QuerySet

from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Opening, Person
from cases.permissions import check_can_open
from cases.queries.matched import has_matched


def openings(*, viewer: User, since: datetime | None = None) -> QuerySet[Opening]:
    """Openings from that moment on, newest first: all for whoever governs, one's own for anyone else.

    Whoever governs has no ground on the children: they read references, never names.
    """
    found = Opening.objects.select_related("by__agency").order_by("-at", "-pk")
    if not permissions.can(permissions.READ_AUDIT, by=viewer):
        found = found.filter(by=viewer)
    return found.filter(at__gte=since) if since else found


def opening(person: Person, *, viewer: User) -> Opening | None:
    """The reason with which this child's record stands open to the viewer now."""
    return Opening.objects.live().filter(person=person, by=viewer).first()


def to_open(person_id: int, *, proof: str, viewer: User) -> Person:
    """A child that the viewer may open with a reason, for its pointer. NotVisible (404) otherwise.

    `proof`: of a match that offered the child to the viewer. Whoever sees any of the record needs none.
    """
    seen = scope.visible_to(viewer).filter(pk=person_id)
    met = has_matched(person_id, proof, viewer=viewer) or seen.exists()
    found = Person.objects.filter(pk=person_id).first() if met else None
    if found is None:
        raise NotVisible("child", person_id)
    check_can_open(found, by=viewer)
    return found


def is_open_in_full(person: Person, *, viewer: User) -> bool:
    """Whether the full record is the viewer's already, on whatever ground."""
    try:
        return scope.sight(viewer, person.pk).everything
    except NotVisible:
        return False
