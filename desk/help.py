"""The help in one child's place, as the child's and the case's pages show it."""

from collections.abc import Collection
from dataclasses import dataclass

import cases.queries
import interventions.permissions
import interventions.queries
from accounts.models import User
from cases.models import CaseChild, Section
from interventions.models import Enrolment


@dataclass(frozen=True)
class Help:
    """The courses of a place, running ones first, and whether the viewer may begin another."""

    enrolments: list[Enrolment]
    can_enrol: bool


def help_in(place: CaseChild, *, viewer: User) -> Help | None:
    """None where the interventions of this place are not open to the viewer: nothing is there."""
    sight = cases.queries.sight_of(place, viewer=viewer)
    if not sight.shows(Section.INTERVENTIONS):
        return None
    is_open = place.is_open
    return Help(
        enrolments=list(interventions.queries.enrolments(place, viewer=viewer)),
        can_enrol=is_open and interventions.permissions.can_deliver(place, by=viewer),
    )


def help_as_shared(place: CaseChild, sections: Collection[str], *, viewer: User) -> Help | None:
    """The same as a partner's staff will see it who are given these sections."""
    seen = help_in(place, viewer=viewer)
    if seen is None or Section.INTERVENTIONS not in sections:
        return None
    return Help(seen.enrolments, can_enrol=False)
