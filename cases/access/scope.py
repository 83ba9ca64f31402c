"""Who may see which child, section by section, at this moment. Every read comes through here.

A viewer sees a child through live access rows alone: on the child or on the child's place in a
case, written to the viewer or to one of the viewer's groups (agency, team, hub). Guardian's own
checks know nothing of windows, so nothing asks them (docs/adr/0003).

While a child is restricted or sealed only the rows of the named list count, and for a restricted one
those of break-glass: no other window opens anything, to anybody. When that ends, what is still live
counts again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

import accounts.queries
import clock
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.models import (
    CaseChild,
    HiddenNow,
    Person,
    PersonGroupPermission,
    PersonUserPermission,
    PlaceGroupPermission,
    PlaceUserPermission,
    RestrictionKind,
    Section,
)

PARTNER_SECTIONS = frozenset(Section.values) - {Section.FULL}
_FULL = Q(permission__codename=f"see_{Section.FULL}")
NAMED, BREAK_GLASS = "named", "break-glass"
# What opens the full record to somebody who is not of the lead agency.
FULL_TO_ANY_AGENCY = frozenset({"hub", "reason", NAMED, BREAK_GLASS})


@dataclass(frozen=True)
class Sight:
    """What one viewer may see of one child now: sections, and the grounds that open them.

    `everything` is the full record with its readings. `police` viewers alone see police-only facts.
    """

    person: Person
    sections: frozenset[str]
    grounds: tuple[str, ...]
    police: bool

    @property
    def everything(self) -> bool:
        # No other ground opens the full record to another agency, whatever a row says.
        to_them = self.police or FULL_TO_ANY_AGENCY.intersection(self.grounds)
        return Section.FULL in self.sections and bool(to_them)

    @property
    def ground(self) -> str:
        """The grounds in one word or a few, as the audit entry keeps them."""
        return ", ".join(self.grounds)[:80]

    def shows(self, section: str) -> bool:
        return self.everything or section in self.sections


def live() -> Q:
    """The rows whose window holds this moment: one predicate, evaluated at every query."""
    now = clock.now()
    return Q(starts_at__lte=now) & (Q(until=None) | Q(until__gt=now))


def _rows(viewer: User, *, on_places: bool) -> list[QuerySet[Any]]:
    """The viewer's live rows on places or on people: their own, then their groups'.

    None without a role that opens records: being of an agency or a team is not enough.
    """
    if not permissions.can(permissions.OPEN_RECORD, by=viewer):
        return []
    by_user, by_group = (
        (PlaceUserPermission, PlaceGroupPermission)
        if on_places
        else (PersonUserPermission, PersonGroupPermission)
    )
    void = _void(viewer)
    rows = [
        by_user.objects.filter(live(), user=viewer),
        by_group.objects.filter(live(), _of_groups(viewer)),
    ]
    counts = _counts("content_object__person" if on_places else "content_object")
    return [(each.exclude(void) if void else each).filter(counts) for each in rows]


def _counts(person: str) -> Q:
    """The rows that count as the record stands now; `person` leads from a row to its child."""
    restrictions = HiddenNow.objects.all()
    restricted = restrictions.filter(kind=RestrictionKind.RESTRICTED)
    return (
        Q(ground=NAMED)
        | ~Q(**{f"{person}__in": restrictions.values("person")})
        | Q(ground=BREAK_GLASS, **{f"{person}__in": restricted.values("person")})
    )


def hidden_from(viewer: User) -> QuerySet[HiddenNow]:
    """The children who do not exist for the viewer: restricted or sealed, and not open to them now.

    Their ids, as a subquery: lists that do not come through access rows leave these children out.
    """
    opened = Q(pk__in=[])
    for rows in _rows(viewer, on_places=False):
        beyond = rows.filter(ground__in=[NAMED, BREAK_GLASS])
        opened |= Q(person__in=beyond.values("content_object"))
    return HiddenNow.objects.exclude(opened).values("person")  # type: ignore[return-value]


def is_hidden_from(viewer: User, person_id: int) -> bool:
    return hidden_from(viewer).filter(person=person_id).exists()


def restricted_or_sealed(person_ids: Iterable[int]) -> set[int]:
    """Those of these children whose record is restricted or sealed now. For decisions, not for pages."""
    found = HiddenNow.objects.filter(person__in=list(person_ids))
    return set(found.values_list("person", flat=True))


def not_offered_to(viewer: User) -> list[int]:
    """The children whom no match offers to the viewer, by id: sealed ones to nobody, restricted ones
    to the named list alone.

    Asked before a match looks for anything, so that it does the same whatever it finds.
    """
    named = PersonUserPermission.objects.filter(live(), user=viewer, ground=NAMED)
    may = permissions.can(permissions.OPEN_RECORD, by=viewer)
    offered = Q(kind=RestrictionKind.RESTRICTED, person__in=named.values("content_object"))
    closed = HiddenNow.objects.exclude(offered) if may else HiddenNow.objects.all()
    return list(closed.values_list("person", flat=True))


def _void(viewer: User) -> Q:
    """Rows that open nothing to the viewer. Outside the lead agency the full record is for the hub, and
    for whom somebody has named: not by a row on another ground, such as that of somebody who has
    changed agencies, nor with a reason given while in the hub."""
    if viewer.agency.is_lead:
        return Q()
    left = frozenset() if accounts.queries.is_in_hub(viewer=viewer) else frozenset({"reason"})
    return _FULL & ~Q(ground__in=FULL_TO_ANY_AGENCY - left)


def _of_groups(viewer: User) -> Q:
    """The rows of the viewer's agency and teams; who stands in for the hub holds those that the hub
    holds on its own ground, and no others of it."""
    hubs = accounts.queries.stood_in_for(viewer=viewer)
    own = Q(group__in=viewer.groups.values("pk"))
    return own | Q(group__in=hubs.values("group"), ground="hub")


def visible_to(viewer: User) -> QuerySet[Person]:
    """The children of whom the viewer may see anything now."""
    seen = Q(pk__in=[])
    for rows in _rows(viewer, on_places=False):
        seen |= Q(pk__in=rows.values("content_object"))
    for rows in _rows(viewer, on_places=True):
        seen |= Q(pk__in=rows.values("content_object__person"))
    return Person.objects.filter(seen)


def people_in_full(viewer: User) -> QuerySet[Person]:
    """The children whose full record is open to the viewer now."""
    seen = Q(pk__in=[])
    for rows in _rows(viewer, on_places=False):
        seen |= Q(pk__in=rows.filter(_FULL).values("content_object"))
    for rows in _rows(viewer, on_places=True):
        seen |= Q(pk__in=rows.filter(_FULL).values("content_object__person"))
    return Person.objects.filter(seen)


def places_visible_to(viewer: User, *, section: str | None = None) -> QuerySet[CaseChild]:
    """The places in cases that are open to the viewer now, in that section where one is named."""
    wanted = Q() if section is None else _opens(section)
    seen = Q(pk__in=[])
    for rows in _rows(viewer, on_places=True):
        seen |= Q(pk__in=rows.filter(wanted).values("content_object"))
    for rows in _rows(viewer, on_places=False):
        full = rows.filter(permission__codename=f"see_{Section.FULL}")
        seen |= Q(person__in=full.values("content_object"))
    return CaseChild.objects.filter(seen)


def _opens(section: str) -> Q:
    return Q(permission__codename__in=[f"see_{section}", f"see_{Section.FULL}"])


def sight(viewer: User, person_id: int) -> Sight:
    """What the viewer may see of this child. NotVisible (404) when that is nothing at all."""
    opened = _opened(viewer, person_id)
    person = Person.objects.filter(pk=person_id).first() if opened else None
    if person is None:
        raise NotVisible("child", person_id)
    return _sight(viewer, person, opened)


def sight_of(viewer: User, place: CaseChild) -> Sight:
    """What the viewer may see of a child in this one place: what another case opens stays there.

    NotVisible (404) when that is nothing.
    """
    opened: dict[str, set[str]] = defaultdict(set)
    full = Q(permission__codename=f"see_{Section.FULL}")
    found = [rows.filter(content_object=place.pk) for rows in _rows(viewer, on_places=True)]
    found += [
        rows.filter(full, content_object=place.person_id) for rows in _rows(viewer, on_places=False)
    ]
    for rows in found:
        for ground, codename in rows.values_list("ground", "permission__codename"):
            opened[ground].add(codename.removeprefix("see_"))
    if not opened:
        raise NotVisible("place", place.pk)
    return _sight(viewer, place.person, opened)


def _sight(viewer: User, person: Person, opened: dict[str, set[str]]) -> Sight:
    return Sight(
        person=person,
        sections=frozenset(section for sections in opened.values() for section in sections),
        grounds=tuple(sorted(opened)),
        police=viewer.agency.is_lead,
    )


def _opened(viewer: User, person_id: int) -> dict[str, set[str]]:
    """{ground: sections} of one child, over the child and the child's places."""
    opened: dict[str, set[str]] = defaultdict(set)
    for on_places, target in ((False, "content_object"), (True, "content_object__person")):
        for rows in _rows(viewer, on_places=on_places):
            found = rows.filter(**{target: person_id})
            for ground, codename in found.values_list("ground", "permission__codename"):
                opened[ground].add(codename.removeprefix("see_"))
    return opened


def grounds(viewer: User, person_ids: Iterable[int]) -> dict[int, set[str]]:
    """On which grounds the viewer may see each of these children now; in four queries."""
    wanted = list(person_ids)
    found: dict[int, set[str]] = defaultdict(set)
    for on_places, target in ((False, "content_object"), (True, "content_object__person")):
        for rows in _rows(viewer, on_places=on_places):
            opened = rows.filter(**{f"{target}__in": wanted})
            for person_id, ground in opened.values_list(target, "ground"):
                found[person_id].add(ground)
    return found


def find_place(viewer: User, place_id: int, *, section: str | None = None) -> CaseChild:
    """A child's place that is open to the viewer. NotVisible (404) otherwise."""
    places = places_visible_to(viewer, section=section).select_related("case", "person")
    place = places.filter(pk=place_id).first()
    if place is None:
        raise NotVisible("place", place_id)
    return place
