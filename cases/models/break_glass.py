"""Break-glass: a restricted record opened for an hour by somebody who needs it now, and looked at after."""

from django.db import models
from django.db.models import Q

import clock
from accounts.models import User
from cases.models.people import Person


class ReviewOutcome(models.TextChoices):
    """What information governance found of a try."""

    RIGHT = "right", "Right: it was needed"
    TALKED = "talked over", "Not needed: talked over with whoever tried"
    TAKEN_FURTHER = "taken further", "Wrong: taken further"


class BreakGlass(models.Model):
    """One try to open a restricted record, with or without a hit: every one is kept and reviewed.

    `digest` is the keyed digest of what was typed; the words themselves are kept nowhere. A hit has
    the person and the period that it opened.
    """

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    grant_ref = models.UUIDField(null=True, unique=True)
    until = models.DateTimeField(null=True)
    review_due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=ReviewOutcome, blank=True)
    words = models.CharField(max_length=1000, blank=True)

    goes_with = ("person",)
    kept_apart = "a try that met nobody has no record to go with"

    class Meta:
        verbose_name_plural = "break-glass tries"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="glass_broken_with_a_reason"),
            models.CheckConstraint(
                condition=Q(person=None, grant_ref=None, until=None)
                | Q(person__isnull=False, grant_ref__isnull=False, until__isnull=False),
                name="a_hit_has_its_period",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, outcome="")
                | (
                    Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(words="")
                ),
                name="glass_reviewed_by_somebody_with_words",
            ),
        ]
        indexes = [models.Index(fields=["by", "-at"]), models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_late(self) -> bool:
        return self.reviewed_at is None and self.review_due_at < clock.now()

    @property
    def reference(self) -> str:
        return f"B-{self.pk}"
