"""A record that somebody opened with a reason, without any other ground on the child."""

from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import User
from cases.models.people import Person


class ReasonKind(models.TextChoices):
    """Why one opens a record that is nobody's task of one's own (defaults by judgement)."""

    SAFEGUARDING = "safeguarding check", "A safeguarding check"
    MISSING = "missing", "The child is missing"
    CONTACT_NOW = "contact now", "I am with the child or the family now"
    STATUTORY = "court or statutory request", "A court or another statutory body asks"
    SUPERVISION = "supervision", "I supervise the work with this child"
    SUBJECT_REQUEST = "data subject request", "Somebody asks for what is held about them"


class Openings(models.QuerySet["Opening"]):
    def live(self) -> "Openings":
        """Those that open the record at this moment."""
        now = clock.now()
        return self.filter(at__lte=now, until__gt=now)


class Opening(models.Model):
    """One record opened in full to one user for some hours, and why. Sampled afterwards."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=ReasonKind)
    words = models.CharField(max_length=300)
    at = models.DateTimeField()
    until = models.DateTimeField()
    grant_ref = models.UUIDField(unique=True)

    objects = Openings.as_manager()

    goes_with = ("person",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("at")), name="opening_window"),
            models.CheckConstraint(condition=~Q(words=""), name="opened_with_a_reason"),
        ]
        indexes = [
            models.Index(fields=["by", "person", "until"]),
            models.Index(fields=["-at"]),
        ]

    def __str__(self) -> str:
        return f"Opening {self.pk}"

    @property
    def reason(self) -> str:
        """Why, as the record of use keeps it."""
        return f"{self.get_kind_display()}: {self.words}"
