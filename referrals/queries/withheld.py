"""What became of a referral is an answer: whoever must not be told of its children is not told that either.

A partner who, as the hub decided, was not to be told by whom it is safe to tell, or by a decision not to
share, goes on reading what it read before, that the referral waits; the hub answers it in person. What it
had been told before that was said stays, and nothing comes to it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.query import ModelIterable

import accounts.queries
import asking
from accounts.models import Agency, User
from cases.models import SafeToTell
from partners.models import DecisionNotToShare
from referrals.models import Referral, ReferralChild, State


class Withheld(NamedTuple):
    """What a viewer is not told, by the ids of referrals: decisions, and that cases have closed."""

    decisions: frozenset[int] = frozenset()
    closures: frozenset[int] = frozenset()


def _withheld_from(viewer: User) -> Withheld:
    """Nothing from the lead agency, nor from the hub, which decides."""
    if viewer.agency.is_lead or accounts.queries.is_in_hub(viewer=viewer):
        return Withheld()
    # Asked as the portal: the database does not show a partner who must not be told.
    with asking.task("what is withheld"):
        now = _of_children(viewer.agency)
        if not now:
            return Withheld()
        decided = _of_children(viewer.agency, at="referral__decided_at")
        closed = _of_children(viewer.agency, at="referral__case__closed_at")
    return Withheld(now & decided, now & closed)


def must_not_be_told(referral: Referral, *, viewer: User) -> bool:
    """For commands: whether it is said now, of one of its children, that who referred must not be told."""
    return referral.pk in _of_children(referral.agency)


def _of_children(agency: Agency, *, at: str = "") -> frozenset[int]:
    """The referrals of one of whose children it is said that an agency must not be told: now, or `at` that
    moment of the referral."""
    safe = SafeToTell.objects.filter(
        _stood("recorded_at", "replaced_at", at),
        person=OuterRef("person"),
        agencies_not_told__contains=[agency.pk],
    )
    decided = DecisionNotToShare.objects.filter(
        _stood("decided_at", "ended_at", at), person=OuterRef("person"), agency=agency
    )
    found = ReferralChild.objects.filter(Exists(safe) | Exists(decided))
    return frozenset(found.values_list("referral", flat=True))


def _stood(since: str, until: str, at: str) -> Q:
    """What had begun at that moment and not ended; with no moment, what has not ended."""
    lasts = Q(**{until: None})
    if not at:
        return lasts
    then = OuterRef(at)
    return Q(**{f"{since}__lte": then}) & (lasts | Q(**{f"{until}__gt": then}))


class _AsTold(ModelIterable):
    """Rows that leave out what their reader is not told, whatever the page or the endpoint asks of them."""

    def __iter__(self) -> Iterator[Referral]:
        for referral in super().__iter__():
            if referral.withholds_decision:
                referral.state = State.WAITING
                referral.decided_at = referral.decided_by = referral.case = None
                referral.decision_reason = referral.answer = ""
            elif referral.withholds_closure and referral.case:
                referral.case.closed_at = None
            yield referral


def as_told(found: QuerySet[Referral], *, viewer: User) -> QuerySet[Referral]:
    """The referrals as the viewer is told of them; `withholds_decision` on each that reads as it waited."""
    withheld = _withheld_from(viewer)
    found = found.annotate(
        withholds_decision=_among(withheld.decisions), withholds_closure=_among(withheld.closures)
    )
    found._iterable_class = _AsTold
    return found


def _among(ids: frozenset[int]) -> Case:
    return Case(
        When(pk__in=list(ids), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
