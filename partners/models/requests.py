"""What one agency asks another."""

from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import Agency, User
from cases.models import CaseChild
from partners.models.contributions import Contribution

# Why an agency may not be asked by name.
NOT_TO_BE_ASKED = (
    "Choose an agency to which this child’s place is open, and that you know of: asking another by name "
    "would tell it of the child. Ask the hub to ask for you."
)

# What an agency that must not be told reads where it is declined to.
IN_PERSON = "Call the hub about this."


class RequestAnswer(models.TextChoices):
    """How an agency answers when it is asked what it knows."""

    GIVEN = "given", "We know something: it is written here"
    NOTHING_HELD = "nothing held", "We hold nothing about this"
    DECLINED = "declined", "We decline to say"


class InformationRequest(models.Model):
    """One agency asks another, to which the child's place is open too, what it knows.

    `what` and `why` are read by the agency asked. `needed_by` inclusive. `reason`: of declining.
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    what = models.TextField()
    why = models.TextField()
    needed_by = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, choices=RequestAnswer, blank=True)
    reason = models.TextField(blank=True)
    contribution = models.OneToOneField(Contribution, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    goes_with = ("place", "contribution")

    class Meta:
        indexes = [models.Index(fields=["to_agency", "answered_at", "needed_by"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")), name="request_between_two_agencies"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", contribution=None)
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & (
                        Q(answer="given", contribution__isnull=False)
                        | Q(answer="nothing held", contribution=None)
                        | (Q(answer="declined", contribution=None) & ~Q(reason=""))
                    )
                ),
                name="request_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"

    @property
    def is_late(self) -> bool:
        return self.answered_at is None and self.needed_by < clock.today()
