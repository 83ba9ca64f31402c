"""Legal holds, the nightly list of what is due for review, and what was decided on it."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from cases.models.people import Person


class LegalHolds(models.QuerySet["LegalHold"]):
    def live(self, on: date) -> "LegalHolds":
        """Those that stand on a day."""
        return self.filter(released_at=None).filter(Q(until=None) | Q(until__gt=on))


class LegalHold(models.Model):
    """Nothing that hangs on this child comes up for review. `until` is exclusive, None without end.

    A child may have several, each for a reason of its own: each is released by itself.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=300)
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    until = models.DateField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    release_reason = models.CharField(max_length=300, blank=True)

    objects = LegalHolds.as_manager()
    goes_with = ("person",)

    class Meta:
        ordering = ["-held_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at=None)
                | (Q(released_by__isnull=False) & ~Q(release_reason="")),
                name="released_by_somebody_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["person", "reason"],
                condition=Q(released_at=None),
                name="a_reason_holds_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Hold {self.pk}"


class RetentionDue(models.Model):
    """A record that is due for review, as the last night listed it. `people`: ids of its children."""

    record = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    people = ArrayField(models.BigIntegerField())
    category = models.CharField(max_length=20)
    review_on = models.DateField()
    listed_on = models.DateField()

    kept_apart = "goes with its record: the night strikes what is not there or not due any more"

    class Meta:
        ordering = ["review_on", "pk"]
        verbose_name_plural = "retention due"
        constraints = [
            models.UniqueConstraint(fields=["record", "record_id"], name="a_record_due_once")
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.record_id} due on {self.review_on}"


class KeptLonger(models.Model):
    """A review's decision: the record is kept, and reviewed again on a day. `due_on`: why it was due."""

    record = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    due_on = models.DateField()
    reason = models.TextField()
    review_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    kept_apart = "goes with the record that it names; it has no key, since it is of any kind"

    class Meta:
        verbose_name_plural = "kept longer"
        constraints = [
            models.CheckConstraint(condition=Q(review_on__gt=F("due_on")), name="kept_longer")
        ]
        indexes = [models.Index(fields=["record", "record_id"])]

    def __str__(self) -> str:
        return f"{self.record} {self.record_id} kept until {self.review_on}"


class RetentionNight(models.Model):
    """The figures of a night: {"kept": [[record, category, count]], "coming": [[month, record, count]]}.

    Months are their first days; of the year after the night.
    """

    on = models.DateField(unique=True)
    figures = models.JSONField()
    listed_at = models.DateTimeField()

    kept_apart = "counts alone"

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"Retention on {self.on}"
