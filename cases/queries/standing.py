"""What one must know before one goes to a door, or tells anybody anything about a child."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

import accounts.queries
from accounts.models import Agency, User
from audit.denied import NotVisible
from cases import permissions
from cases.access import scope
from cases.models import Caution, Person, SafeToTell, StatutoryStatus
from cases.models.standing import holds_now, is_over

Kept = TypeVar("Kept", Caution, StatutoryStatus)


def cautions(people: Iterable[Person], *, viewer: User) -> dict[int, list[Caution]]:
    """What to beware of with each of these children today, by the child's id.

    For the lead agency and the hub; nobody else is told that there is any. The caller may be told so
    of these children.
    """
    if not _is_of_lead_or_hub(viewer):
        return {}
    return _by_child(Caution.objects.filter(holds_now(), person__in=list(people)).order_by("pk"))


def statuses(people: Iterable[Person], *, viewer: User) -> dict[int, list[StatutoryStatus]]:
    """What each of these children has by statute today, by the child's id.

    For the lead agency and the hub, and for whoever runs a child's case. The caller may be told so.
    """
    people = list(people)
    if not _is_of_lead_or_hub(viewer):
        people = [person for person in people if permissions.runs_case_of(person, by=viewer)]
    found = StatutoryStatus.objects.filter(holds_now(), person__in=people).order_by("since", "pk")
    return _by_child(found)


def _is_of_lead_or_hub(viewer: User) -> bool:
    return accounts.queries.is_in_lead_agency(viewer=viewer) or accounts.queries.is_in_hub(
        viewer=viewer
    )


def _by_child(found: Iterable[Kept]) -> dict[int, list[Kept]]:
    by_child: dict[int, list[Kept]] = {}
    for each in found:
        by_child.setdefault(each.person_id, []).append(each)
    return by_child


def past_cautions(sight: scope.Sight, *, viewer: User) -> QuerySet[Caution]:
    """What there was to beware of once, the latest first; with the full record."""
    over = Caution.objects.filter(is_over(), person=sight.person).order_by("-until", "-pk")
    return over if sight.everything else over.none()


def past_statuses(sight: scope.Sight, *, viewer: User) -> QuerySet[StatutoryStatus]:
    """What a child had by statute once, the latest first; for whoever keeps what they have now."""
    over = StatutoryStatus.objects.filter(is_over(), person=sight.person).order_by("-until", "-pk")
    return over if _reads_all(sight, viewer) else over.none()


def caution(caution_id: int, *, viewer: User) -> Caution:
    """A caution of a child whose full record is the viewer's. NotVisible (404) otherwise."""
    found = Caution.objects.select_related("person").filter(pk=caution_id).first()
    if found is None or not scope.sight(viewer, found.person_id).everything:
        raise NotVisible("caution", caution_id)
    return found


def status(status_id: int, *, viewer: User) -> StatutoryStatus:
    """A status of a child whom the viewer sees in full or helps. NotVisible (404) otherwise."""
    found = StatutoryStatus.objects.select_related("person").filter(pk=status_id).first()
    if found is None or not _reads_all(scope.sight(viewer, found.person_id), viewer):
        raise NotVisible("status", status_id)
    return found


def _reads_all(sight: scope.Sight, viewer: User) -> bool:
    """The full record, or a case of the child's that the viewer runs."""
    return sight.everything or permissions.runs_case_of(sight.person, by=viewer)


@dataclass(frozen=True)
class WhoMayBeTold:
    """Whom it is safe to tell about a child, as a viewer may read it.

    `version` is what a send names. `court_orders` and who wrote it are for the full record and
    for whoever runs the case; for anybody else they are empty.
    """

    version: int
    safe_ways: str
    people_not_told: str
    agencies_not_told: tuple[Agency, ...]
    parental_responsibility: str
    court_orders: str
    recorded_at: datetime
    recorded_by: str


def safe_to_tell(sight: scope.Sight, *, viewer: User) -> WhoMayBeTold | None:
    """What counts now, for whoever sees anything of the child's record; None where nobody said.

    Staff of an agency that must not be told do not read that either, whatever they see of the child.
    """
    current = _versions(sight).filter(replaced_at=None).first()
    return _as_read(current, sight, viewer) if current else None


def past_safe_to_tell(sight: scope.Sight, *, viewer: User) -> list[WhoMayBeTold]:
    """What was said before, the latest first; for the full record and whoever runs the case."""
    if not _reads_all(sight, viewer):
        return []
    over = _versions(sight).exclude(replaced_at=None).order_by("-recorded_at", "-pk")
    return [read for each in over if (read := _as_read(each, sight, viewer))]


def _versions(sight: scope.Sight) -> QuerySet[SafeToTell]:
    return SafeToTell.objects.filter(person=sight.person).select_related("recorded_by", "orders")


def _as_read(kept: SafeToTell, sight: scope.Sight, viewer: User) -> WhoMayBeTold | None:
    reads_all = _reads_all(sight, viewer)
    if viewer.agency_id in kept.agencies_not_told and not reads_all:
        return None
    agencies = accounts.queries.agencies(viewer=viewer).filter(pk__in=kept.agencies_not_told)
    return WhoMayBeTold(
        version=kept.pk,
        safe_ways=kept.safe_ways,
        people_not_told=kept.people_not_told,
        agencies_not_told=tuple(agencies),
        parental_responsibility=kept.parental_responsibility,
        court_orders=kept.court_orders if reads_all else "",
        recorded_at=kept.recorded_at,
        recorded_by=kept.recorded_by.name if reads_all else "",
    )
