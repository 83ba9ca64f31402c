"""The chronology: everything that happened around a child, in one line of time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Agency, User
from cases.models.contacts import Contact
from cases.models.people import Person


class EventKind(models.TextChoices):
    CONTACT = "contact", "Contact"
    OBSERVATION = "observation", "Observed"
    FLAG = "flag", "Safeguarding"
    REFERRAL = "referral", "Referral"
    CASE = "case", "Case"
    ACTION = "action", "Action"
    SHARE = "share", "Sharing"
    CONTRIBUTION = "contribution", "Contribution"
    HELP = "help", "Help"
    REVIEW = "review", "Review"


class ChronologyEvent(models.Model):
    """One line. `detail` is as typed and for the full record alone; partners see `says`.

    `police_only` lines never cross to a partner. `audience` names agencies that alone may see it
    beside the full record; empty means every holder of the chronology section.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=EventKind)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    says = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey("cases.CaseChild", models.PROTECT, null=True, related_name="events")
    police_only = models.BooleanField(default=True)
    audience = ArrayField(models.BigIntegerField(), default=list, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("contact", "place", "person")

    class Meta:
        indexes = [models.Index(fields=["person", "-occurred_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.says}"
