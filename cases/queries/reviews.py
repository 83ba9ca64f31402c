"""When a case was looked back at, what was found, and when the next time is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, OuterRef, Prefetch, Q, QuerySet, Subquery

import clock
from accounts.models import User
from cases.access import scope
from cases.models import Case, CaseChild, Review, ReviewedPlace, Section, TeamPlace
from cases.models.cases import REVIEW_EVERY
from cases.queries.cases import caseload, places_run_by

# A review stands on the lead worker's home page from a week before its day (default by judgement).
SOON = timedelta(days=7)


@dataclass(frozen=True)
class ReviewDue:
    """The day by which an open case is to be reviewed, and whether it has gone by."""

    on: date
    is_late: bool


def reviews(case: Case, *, viewer: User) -> QuerySet[Review]:
    """The reviews of a case, newest first, each with the `places` that the viewer may read of.

    For the full record, for whoever runs the case, and for the team around a child, of that child
    alone. An agency that a plan is shared with does not read them.
    """
    readable = ReviewedPlace.objects.filter(place__in=_readable(case, viewer))
    return (
        Review.objects.filter(case=case, pk__in=readable.values("review"))
        .select_related("recorded_by")
        .prefetch_related(
            Prefetch("places", readable.select_related("place__person").order_by("place"))
        )
        .order_by("-held_on")
    )


def _readable(case: Case, viewer: User) -> QuerySet[CaseChild]:
    known = scope.places_visible_to(viewer, section=Section.FULL).filter(case=case).values("pk")
    run = places_run_by(viewer=viewer).filter(case=case).values("pk")
    seated = TeamPlace.objects.filter(user=viewer, until=None, place__case=case).values("place")
    visible = scope.places_visible_to(viewer).filter(case=case).values("pk")
    return CaseChild.objects.filter(
        Q(pk__in=known) | Q(pk__in=run) | Q(pk__in=seated, case=case), pk__in=visible
    )


def review_due(case: Case, *, viewer: User) -> ReviewDue | None:
    """By when an open case that the viewer has found is to be reviewed; None once it has closed."""
    return reviews_due([case], viewer=viewer).get(case.pk)


def reviews_due(cases: Iterable[Case], *, viewer: User) -> dict[int, ReviewDue]:
    """The same for several cases at once, by case id: those that are open, in one query."""
    open_cases = [case for case in cases if case.is_open]
    latest = Review.objects.filter(case__in=open_cases).order_by("case", "-held_on")
    next_on = dict(latest.distinct("case").values_list("case_id", "next_on"))
    found = {
        case.pk: next_on.get(case.pk) or clock.london_date(case.opened_at) + REVIEW_EVERY
        for case in open_cases
    }
    return {pk: ReviewDue(day, is_late=day < clock.today()) for pk, day in found.items()}


def cases_to_review(*, viewer: User) -> QuerySet[Case]:
    """The open cases that the viewer is lead worker of and whose review is due within a week or late."""
    last = Review.objects.filter(case=OuterRef("pk")).order_by("-held_on")
    by = clock.today() + SOON
    opened_before = clock.end_of(by - REVIEW_EVERY)
    return (
        caseload(viewer=viewer)
        .filter(lead_worker=viewer)
        .annotate(next_on=Subquery(last.values("next_on")[:1], output_field=DateField()))
        .filter(Q(next_on__lte=by) | Q(next_on=None, opened_at__lt=opened_before))
        .order_by("opened_at", "pk")
    )
