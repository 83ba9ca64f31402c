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
import asking
import clock
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.models import (
    AccessRow,
    CaseChild,
    HiddenNow,
    Person,
    PersonUserPermission,
    RestrictionKind,
    Section,
)

PARTNER_SECTIONS = frozenset(Section.values) - {Section.FULL}
_FULL = Q(section=Section.FULL)
NAMED, BREAK_GLASS = "named", "break-glass"
# What opens the full record to somebody who is not of the lead agency.
FULL_TO_ANY_AGENCY = frozenset({"hub", "reason", NAMED, BREAK_GLASS})
# The rows that count as the record stands now.
_COUNTS = (
    Q(hidden=None) | Q(ground=NAMED) | Q(ground=BREAK_GLASS, hidden=RestrictionKind.RESTRICTED)
)


@dataclass(frozen=True)
class Sight:
    """What one viewer may see of one child now: sections, and the grounds that open them.

    `everything` is the full record, `readings` whether points and bands stand in it: for lead agency and
    hub alone, so not for whoever else is named or has broken the glass. `police` viewers alone see
    police-only facts.
    """

    person: Person
    sections: frozenset[str]
    grounds: tuple[str, ...]
    police: bool
    in_hub: bool = False

    @property
    def everything(self) -> bool:
        # No other ground opens the full record to another agency, whatever a row says.
        to_them = self.police or FULL_TO_ANY_AGENCY.intersection(self.grounds)
        return Section.FULL in self.sections and bool(to_them)

    @property
    def readings(self) -> bool:
        return self.everything and (self.police or self.in_hub)

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


def _rows(viewer: User) -> QuerySet[AccessRow]:
    """The viewer's live rows that count: their own, and their groups'.

    None without a role that opens records: being of an agency or a team is not enough.
    """
    if not permissions.can(permissions.OPEN_RECORD, by=viewer):
        return AccessRow.objects.none()
    rows = AccessRow.objects.filter(live() & _COUNTS & _held_by(viewer))
    return rows.exclude(_void(viewer))


def hidden_from(viewer: User) -> QuerySet[HiddenNow, Any]:
    """The children who do not exist for the viewer: restricted or sealed, and not open to them now.

    Their ids, as a subquery: lists that do not come through access rows leave these children out.
    """
    beyond = _rows(viewer).filter(ground__in=[NAMED, BREAK_GLASS], place=None)
    return HiddenNow.objects.exclude(person__in=beyond.values("person")).values("person")


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


def _held_by(viewer: User) -> Q:
    """The rows of the viewer, and of their agency and teams; who stands in for the hub holds those that
    the hub holds on its own ground, and no others of it.

    The groups are looked up here and named by their ids, so that each table finds its index.
    """
    groups, hubs = asking.once(("groups", viewer.pk), lambda: _groups(viewer))
    of_hubs = Q(group__in=hubs, ground="hub") if hubs else Q()
    return Q(user=viewer) | Q(group__in=groups) | of_hubs


def _groups(viewer: User) -> tuple[list[int], list[int]]:
    """The ids of the viewer's groups, and of those of the hubs for which they stand in now."""
    hubs = accounts.queries.stood_in_for(viewer=viewer)
    return (
        list(viewer.groups.values_list("pk", flat=True)),
        list(hubs.values_list("group", flat=True)),
    )


def visible_to(viewer: User) -> QuerySet[Person]:
    """The children of whom the viewer may see anything now."""
    return Person.objects.filter(pk__in=_rows(viewer).values("person"))


def people_in_full(viewer: User) -> QuerySet[Person]:
    """The children whose full record is open to the viewer now."""
    return Person.objects.filter(pk__in=_rows(viewer).filter(_FULL).values("person"))


def places_visible_to(viewer: User, *, section: str | None = None) -> QuerySet[CaseChild]:
    """The places in cases that are open to the viewer now, in that section where one is named."""
    rows = _rows(viewer)
    on_places = rows.filter(_opens(section)).exclude(place=None)
    on_people = rows.filter(_FULL, place=None)
    of_people = CaseChild.objects.filter(person__in=on_people.values("person"))
    # A union, because under an OR no index is used and every place in the portal would be looked at.
    opened = on_places.values("place").union(of_people.values("pk"), all=True)
    return CaseChild.objects.filter(pk__in=opened)


def _opens(section: str | None) -> Q:
    return Q(section__in=[section, Section.FULL]) if section else Q()


def sight(viewer: User, person_id: int) -> Sight:
    """What the viewer may see of this child. NotVisible (404) when that is nothing at all."""
    opened = _opened(viewer, Q(person=person_id))
    person = Person.objects.filter(pk=person_id).first() if opened else None
    if person is None:
        raise NotVisible("child", person_id)
    return _sight(viewer, person, opened)


def sight_of(viewer: User, place: CaseChild) -> Sight:
    """What the viewer may see of a child in this one place: what another case opens stays there.

    NotVisible (404) when that is nothing.
    """
    opened = _opened(viewer, _on([place]))
    if not opened:
        raise NotVisible("place", place.pk)
    return _sight(viewer, place.person, opened)


def is_in_full(viewer: User, person_id: int) -> bool:
    """Whether this child's full record is open to the viewer now, as `people_in_full` says of all."""
    return _rows(viewer).filter(_FULL, person=person_id).exists()


def is_open(viewer: User, place: CaseChild, *, section: str | None = None) -> bool:
    """Whether this place is open to the viewer now, in that section where one is named."""
    return bool(open_among(viewer, [place], section=section))


def open_among(
    viewer: User, places: Iterable[CaseChild], *, section: str | None = None
) -> set[int]:
    """Of a few places in hand those that `places_visible_to` would give, by id; in one query."""
    places = list(places)
    rows = _rows(viewer).filter(_on(places) & _opens(section))
    opened = set(rows.values_list("place", "person"))
    return {
        place.pk
        for place in places
        if opened & {(place.pk, place.person_id), (None, place.person_id)}
    }


def places_of(viewer: User, person_id: int, *, section: str | None = None) -> QuerySet[CaseChild]:
    """The places of one child that are open to the viewer, in that section where one is named."""
    places = CaseChild.objects.filter(person=person_id)
    return places.filter(pk__in=open_among(viewer, places, section=section))


def _on(places: Iterable[CaseChild]) -> Q:
    """The rows that may open these places: on themselves, or in full on their children."""
    places = list(places)
    # By the child first, who stands on every row: so each table finds its index.
    of_children = Q(person__in=[place.person_id for place in places])
    return of_children & (Q(place__in=[place.pk for place in places]) | (_FULL & Q(place=None)))


def _sight(viewer: User, person: Person, opened: dict[str, set[str]]) -> Sight:
    return Sight(
        person=person,
        sections=frozenset(section for sections in opened.values() for section in sections),
        grounds=tuple(sorted(opened)),
        police=viewer.agency.is_lead,
        in_hub=not FULL_TO_ANY_AGENCY.isdisjoint(opened) and _is_in_hub(viewer),
    )


def _is_in_hub(viewer: User) -> bool:
    """Asked only of whoever is not of the lead agency, who see as much without."""
    return not viewer.agency.is_lead and accounts.queries.is_in_hub(viewer=viewer)


def _opened(viewer: User, where: Q) -> dict[str, set[str]]:
    """{ground: sections} of what the viewer's rows there open."""
    opened: dict[str, set[str]] = defaultdict(set)
    for ground, section in _rows(viewer).filter(where).values_list("ground", "section"):
        opened[ground].add(section)
    return opened


def grounds(viewer: User, person_ids: Iterable[int]) -> dict[int, set[str]]:
    """On which grounds the viewer may see each of these children now; in one query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = _rows(viewer).filter(person__in=list(person_ids))
    for person_id, ground in rows.values_list("person", "ground"):
        found[person_id].add(ground)
    return found


def find_place(viewer: User, place_id: int, *, section: str | None = None) -> CaseChild:
    """A child's place that is open to the viewer. NotVisible (404) otherwise."""
    place = CaseChild.objects.select_related("case", "person").filter(pk=place_id).first()
    if place is None or not is_open(viewer, place, section=section):
        raise NotVisible("place", place_id)
    return place
