"""Cases: reviews, one's own cases and actions, a seat at the table."""

from dataclasses import dataclass

import cases.queries
import clock
from accounts.models import User
from cases.models import Action, Case, CaseChild
from cases.queries import ReviewDue
from desk.my_work.sections.section import MOST, Section, of_places


@dataclass(frozen=True)
class CaseOpen:
    """A case of the viewer's, with the children of it that they see, and its next review."""

    case: Case
    places: list[CaseChild]
    review: ReviewDue | None


def reviews(viewer: User) -> Section | None:
    """The lead worker's cases whose review is due within a week, or late."""
    found = _open(list(cases.queries.cases_to_review(viewer=viewer)[:MOST]), viewer)
    found.sort(key=lambda each: each.review.on if each.review else clock.today())
    return _of_cases("reviews", found, waits=True) if found else None


def my_cases(viewer: User) -> Section | None:
    found = list(cases.queries.caseload(viewer=viewer)[:MOST])
    return _of_cases("my_cases", _open(found, viewer), waits=False)


def _open(found: list[Case], viewer: User) -> list[CaseOpen]:
    if not found:
        return []
    places = cases.queries.places_in(found, viewer=viewer)
    due = cases.queries.reviews_due(found, viewer=viewer)
    return [CaseOpen(case, places.get(case.pk, []), due.get(case.pk)) for case in found]


def _of_cases(name: str, found: list[CaseOpen], *, waits: bool) -> Section:
    return Section(
        name,
        found,
        waits=waits,
        persons=frozenset(place.person_id for each in found for place in each.places),
        cases=frozenset(each.case.pk for each in found),
    )


@dataclass(frozen=True)
class Due:
    """An action of the viewer's own."""

    action: Action
    is_late: bool


def my_actions(viewer: User) -> Section | None:
    found = [
        Due(action, cases.queries.is_late(action, viewer=viewer))
        for action in cases.queries.actions(viewer=viewer)[:MOST]
    ]
    persons = frozenset(due.action.place.person_id for due in found)
    return Section("my_actions", found, waits=bool(found), persons=persons)


def seats(viewer: User) -> Section | None:
    """The children round whom the viewer has a seat at the table."""
    found = list(cases.queries.seats(viewer=viewer)[:MOST])
    return of_places("seats", found, [seat.place for seat in found], waits=False)
