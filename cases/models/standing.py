"""What one must know before one goes to a door, or tells anybody anything about a child.

Nothing here hangs on a person's row: whoever is handed a child for one section of its record gets
none of this with it, but through `cases.queries` alone.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import User
from cases.models.people import Person


def holds_now() -> Q:
    """What holds today, of what lasts."""
    today = clock.today()
    return Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))


def is_over() -> Q:
    """What is over: it stays as history."""
    return Q(until__lte=clock.today())


class Lasting(models.Model):
    """What holds of a child from a day until another (exclusive; none: no end in sight)."""

    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="%(class)s_window"
            )
        ]

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until <= clock.today()


class Caution(Lasting):
    """What somebody at the door must beware of. For the lead agency and the hub alone."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    says = models.CharField(max_length=200)

    goes_with = ("person",)

    class Meta(Lasting.Meta):
        indexes = [models.Index(fields=["person", "until"])]

    def __str__(self) -> str:
        return f"Caution {self.pk}"


class StatusKind(models.TextChoices):
    """What a child has by statute, and somebody answers for."""

    LOOKED_AFTER = "looked after", "Looked after"
    PROTECTION_PLAN = "child protection plan", "Child protection plan"
    IN_NEED = "child in need", "Child in need"
    CARE_PLAN = "education, health and care plan", "Education, health and care plan"
    YOUTH_JUSTICE_ORDER = "youth justice order", "Youth justice order"


class StatutoryStatus(Lasting):
    """A child's statutory status, who answers for it, and who said so. One of each kind at a time."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, choices=StatusKind)
    social_worker = models.CharField(max_length=120, blank=True)
    social_worker_phone = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=200)

    goes_with = ("person",)

    class Meta(Lasting.Meta):
        verbose_name_plural = "statutory statuses"
        constraints = [
            *Lasting.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(until=None), name="one_status_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"Status {self.pk}"


class SafeToTell(models.Model):
    """Whom it is safe to tell about a child, and how: one version that counts, those before it kept.

    `agencies_not_told` are ids of agencies that must not be told; `people_not_told` says in words
    who else. A send names the version that its sender has read.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    parental_responsibility = models.TextField(blank=True)
    safe_ways = models.TextField()
    people_not_told = models.TextField(blank=True)
    agencies_not_told = ArrayField(models.BigIntegerField(), default=list, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    _ordered: str | None = None
    orders: "CourtOrders"

    goes_with = ("person",)

    class Meta:
        verbose_name_plural = "safe to tell"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(replaced_at=None), name="one_safe_to_tell_a_child"
            )
        ]
        indexes = [models.Index(fields=["person", "-recorded_at"])]

    def __str__(self) -> str:
        return f"Safe to tell {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new and self._ordered:
            CourtOrders.objects.create(of=self, text=self._ordered)

    @property
    def court_orders(self) -> str:
        """None where the database keeps them from whoever asks."""
        if self._ordered is None:
            try:
                self._ordered = self.orders.text
            except CourtOrders.DoesNotExist:
                self._ordered = ""
        return self._ordered

    def ordering(self, court_orders: str) -> "SafeToTell":
        """The same version, with court orders that are kept when it is saved."""
        self._ordered = court_orders
        return self


class CourtOrders(models.Model):
    """The court orders of a version: a row of its own, which the database keeps from whom a child is
    merely shared with."""

    of = models.OneToOneField(SafeToTell, models.PROTECT, primary_key=True, related_name="orders")
    text = models.TextField()

    goes_with = ("of",)

    class Meta:
        verbose_name_plural = "court orders"

    def __str__(self) -> str:
        return f"Court orders of {self.of_id}"
