"""Of which areas somebody may see the figures, and how exactly."""

from collections.abc import Iterable
from dataclasses import dataclass

import accounts.queries
from accounts.models import Area, User
from audit.denied import NotVisible
from insights import permissions


@dataclass(frozen=True)
class Remit:
    """An area, or the whole force (`area` None), whose figures the viewer may see.

    `is_exact`: the viewer answers for it, so that work is counted exactly and lead workers have
    their names. Otherwise every count is rounded (insights.rounding).
    """

    area: Area | None
    is_exact: bool

    @property
    def code(self) -> str:
        return self.area.code if self.area else ""

    @property
    def name(self) -> str:
        return str(self.area) if self.area else "Whole force"


def remits(*, viewer: User) -> list[Remit]:
    """What the viewer may see, the whole force first; empty for a commander who is in no team.

    A commander of the lead agency answers for the areas of their teams, and for the whole force
    through a team without an area. Everybody else who may look sees the whole force, published.
    NotAllowed (403) without the role.
    """
    permissions.check_can_see_dashboard(by=viewer)
    published = permissions.sees_published_force(by=viewer)
    if not permissions.answers_for_areas(by=viewer):
        return [Remit(None, is_exact=False)]
    teams = accounts.queries.teams(viewer=viewer)
    codes = set(teams.values_list("area__code", flat=True))
    areas = accounts.queries.areas(viewer=viewer)
    if None in codes:
        return [Remit(None, is_exact=True), *(Remit(area, is_exact=True) for area in areas)]
    own = [Remit(area, is_exact=True) for area in areas if area.code in codes]
    return [Remit(None, is_exact=False), *own] if published else own


def remit(code: str, among: Iterable[Remit], *, viewer: User) -> Remit:
    """Of the viewer's remits that of an area, by its code. NotVisible (404) where it is none of them."""
    for each in among:
        if each.area and each.code == code:
            return each
    raise NotVisible("area", code)
