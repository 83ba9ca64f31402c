"""Decisions not to share, and those to look at again."""

from django.db.models import Prefetch, Q, QuerySet

import cases.queries
import clock
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import (
    Person,
)
from partners.models import (
    DecisionNotToShare,
    DecisionsNotToShare,
    NotSharingReview,
)


def decisions_not_to_share(person: Person, *, viewer: User) -> QuerySet[DecisionNotToShare]:
    """With whom a child's record is not shared, newest first: for the full record and, in a place,
    whoever runs the case."""
    found = DecisionNotToShare.objects.filter(person=person)
    if not scope.is_in_full(viewer, person.pk):
        run = cases.queries.places_run_by(viewer=viewer)
        found = found.filter(place__in=run.filter(person=person).values("pk"))
    return _whole(found).order_by("-decided_at", "-pk")


def decision_not_to_share(decision_id: int, *, viewer: User) -> DecisionNotToShare:
    """One of these. NotVisible (404) otherwise."""
    found = _not_shared(viewer).filter(pk=decision_id).first()
    if found is None:
        raise NotVisible("decision not to share", decision_id)
    return found


def not_sharing_to_review(*, viewer: User) -> QuerySet[DecisionNotToShare]:
    """Decisions not to share whose review is due: the viewer's own, and those in cases they run."""
    if not permissions.can(permissions.DECIDE_NOT_TO_SHARE, by=viewer):
        return DecisionNotToShare.objects.none()
    run = cases.queries.places_run_by(viewer=viewer)
    theirs = Q(decided_by=viewer) | Q(place__in=run.values("pk"))
    due = _not_shared(viewer).standing().filter(theirs, review_on__lte=clock.today())
    return due.order_by("review_on", "pk")


def _not_shared(viewer: User) -> DecisionsNotToShare:
    full = scope.people_in_full(viewer)
    run = cases.queries.places_run_by(viewer=viewer)
    return _whole(
        DecisionNotToShare.objects.filter(
            Q(person__in=full.values("pk")) | Q(place__in=run.values("pk"))
        )
    )


def _whole(found: DecisionsNotToShare) -> DecisionsNotToShare:
    reviews = Prefetch("reviews", NotSharingReview.objects.select_related("by").order_by("-pk"))
    return found.select_related(
        "person", "place__case__team", "agency", "decided_by"
    ).prefetch_related(reviews)
