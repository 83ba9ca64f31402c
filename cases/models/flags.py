"""The safeguarding flag: raised by a fact, closed only by a named person's action."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from accounts.models import Area, User
from cases.models.contacts import Contact
from cases.models.observations import Observation, Prompt
from cases.models.people import Person

# How long a call may go unanswered before the next step is called (design/risk.md; configurable).
CLIMB = (timedelta(0), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))


class Flag(models.Model):
    """One observation's flag, or one of a capture that said the child is not known to be safe.

    Nothing closes it but an answer: not voiding, not ending, not a new model.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="flags")
    observation = models.OneToOneField(Observation, models.PROTECT, null=True, related_name="flag")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="flags")
    says = models.CharField(max_length=200)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    police_only = models.BooleanField(default=True)
    raised_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action = models.TextField(blank=True)
    # The flag that called first, of the record that a contact made of a restricted child: the same danger,
    # counted once in figures (cases.models.PrivateLink).
    taken_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )

    goes_with = ("contact", "observation", "person", "taken_from")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | (Q(answered_by__isnull=False) & ~Q(action="")),
                name="answered_by_somebody_with_an_action",
            ),
            models.CheckConstraint(
                condition=Q(observation__isnull=False) | Q(contact__isnull=False),
                name="flag_has_a_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(answered_at=None), name="open_flags")
        ]

    def __str__(self) -> str:
        return f"Flag {self.pk}"


class DutyCall(models.Model):
    """Who was called about a flag or a grave prompt, at which step of the climb, and what they said.

    A call without a user went to the control room, by `phone`. Who was called and left before it was
    answered has passed it on (`passed_at`): the same step's next call is whoever took over.
    """

    flag = models.ForeignKey(Flag, models.PROTECT, null=True, related_name="calls")
    prompt = models.ForeignKey(Prompt, models.PROTECT, null=True, related_name="calls")
    step = models.PositiveSmallIntegerField()
    post = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    phone = models.CharField(max_length=30)
    called_at = models.DateTimeField()
    said = models.CharField(max_length=500, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)

    goes_with = ("flag", "prompt")

    class Meta:
        ordering = ["called_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["flag", "step"],
                condition=Q(flag__isnull=False, passed_at=None),
                name="a_step_once_a_flag",
            ),
            models.UniqueConstraint(
                fields=["prompt", "step"],
                condition=Q(prompt__isnull=False, passed_at=None),
                name="a_step_once_a_prompt",
            ),
            models.CheckConstraint(
                condition=Q(flag__isnull=False, prompt=None) | Q(flag=None, prompt__isnull=False),
                name="a_call_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Call of step {self.step} to {self.post}"
