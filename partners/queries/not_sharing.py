"""Decisions not to share, and those to look at again."""

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

import accounts.queries
import asking
import cases.queries
import clock
from accounts import permissions
from accounts.models import Agency, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import CaseChild, Person
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


def decisions_in_the_way(
    person: Person, place: CaseChild | None, agency: Agency, *, viewer: User
) -> list[DecisionNotToShare]:
    """The decisions against telling an agency of a child: of one place those about it and about the whole
    record, without one those about any of it. For commands: the viewer need not know of them.
    """
    # Asked as the portal: they bind those too whom the database does not show them.
    with asking.task("decisions not to share"):
        standing = _whole(DecisionNotToShare.objects.standing())
        found = standing.filter(person=person, agency=agency).order_by("pk")
        return list(found.filter(Q(place=place) | Q(place=None)) if place else found)


def refusal_to_share(
    person: Person, place: CaseChild | None, agency: Agency, *, viewer: User
) -> str:
    """Why nothing of a child goes to an agency now; '' where no decision stands in the way.

    Whoever may not read the decision is told whom to call, and no more.
    """
    standing = {each.pk for each in decisions_in_the_way(person, place, agency, viewer=viewer)}
    if not standing:
        return ""
    known = decisions_not_to_share(person, viewer=viewer).filter(pk__in=standing).first()
    return known.refusal if known else f"Call the hub first, on {settings.HUB_PHONE}."


def decision_not_to_share(decision_id: int, *, viewer: User) -> DecisionNotToShare:
    """One of these. NotVisible (404) otherwise."""
    found = _not_shared(viewer).filter(pk=decision_id).first()
    if found is None:
        raise NotVisible("decision not to share", decision_id)
    return found


def not_sharing_to_review(*, viewer: User) -> QuerySet[DecisionNotToShare]:
    """Decisions not to share whose review is due: the viewer's own, those of who has left and handed over
    to them, and those in cases they run."""
    if not permissions.can(permissions.DECIDE_NOT_TO_SHARE, by=viewer):
        return DecisionNotToShare.objects.none()
    run = cases.queries.places_run_by(viewer=viewer)
    theirs = Q(decided_by__in=_answered_for(viewer)) | Q(place__in=run.values("pk"))
    due = _not_shared(viewer).standing().filter(theirs, review_on__lte=clock.today())
    return due.order_by("review_on", "pk")


def _not_shared(viewer: User) -> DecisionsNotToShare:
    full = scope.people_in_full(viewer)
    run = cases.queries.places_run_by(viewer=viewer)
    # Before there is a case, who decided it answers for it, also when the child is open no more; who takes
    # over what they held, once they have left.
    own = Q(place=None, decided_by__in=_answered_for(viewer))
    own &= ~Q(person__in=scope.hidden_from(viewer))
    return _whole(
        DecisionNotToShare.objects.filter(
            Q(person__in=full.values("pk")) | Q(place__in=run.values("pk")) | own
        )
    )


def _answered_for(viewer: User) -> QuerySet[User, int]:
    """The viewer, and who has left and handed over to them, by their ids."""
    gone = accounts.queries.succeeded_by(viewer=viewer)
    return User.objects.filter(Q(pk=viewer.pk) | Q(pk__in=gone.values("pk"))).values_list(
        "pk", flat=True
    )


def _whole(found: DecisionsNotToShare) -> DecisionsNotToShare:
    reviews = Prefetch("reviews", NotSharingReview.objects.select_related("by").order_by("-pk"))
    return found.select_related(
        "person", "place__case__team", "agency", "decided_by"
    ).prefetch_related(reviews)
