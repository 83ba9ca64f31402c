"""Decisions not to share, and their reviews."""

from django.db import models
from django.db.models import Q

import clock
from accounts.models import Agency, User
from cases.models import CaseChild, Person
from govuk.dates import date_in_words


class DecisionsNotToShare(models.QuerySet["DecisionNotToShare"]):
    def standing(self) -> "DecisionsNotToShare":
        return self.filter(ended_at=None)


class DecisionNotToShare(models.Model):
    """That a child's record, or one place of it, is not shared with an agency, and why.

    `considered`: what was asked or thought of. `detriment`: what harm could come of sharing, and of
    not sharing, weighed. It stands until a review says to share (`ended_at`).
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.ForeignKey(CaseChild, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    considered = models.TextField()
    detriment = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    review_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    objects = DecisionsNotToShare.as_manager()

    goes_with = ("person", "place")

    class Meta:
        verbose_name_plural = "decisions not to share"
        indexes = [models.Index(fields=["person"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "place", "agency"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_standing_decision_not_to_share",
            ),
            models.CheckConstraint(
                condition=~Q(considered="") & ~Q(detriment=""), name="not_sharing_is_weighed"
            ),
        ]

    def __str__(self) -> str:
        return f"Decision not to share {self.pk}"

    @property
    def refusal(self) -> str:
        """Why nothing is shared with them while this stands."""
        on = date_in_words(clock.london_date(self.decided_at))
        return f"It was decided on {on} not to share this with {self.agency}: review that first."

    @property
    def is_due(self) -> bool:
        return self.ended_at is None and self.review_on <= clock.today()


class NotSharingReview(models.Model):
    """A look back at a decision not to share: it stands until the next review, or sharing follows."""

    decision = models.ForeignKey(DecisionNotToShare, models.PROTECT, related_name="reviews")
    still_not = models.BooleanField()
    reason = models.TextField()
    next_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("decision",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="")
                & (Q(still_not=True, next_on__isnull=False) | Q(still_not=False, next_on=None)),
                name="not_sharing_stands_until_the_next_review",
            )
        ]

    def __str__(self) -> str:
        return f"Review of {self.decision_id}"
