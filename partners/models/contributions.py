"""What partners add, and for whom they mean it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from cases.models import CaseChild


class Audience(models.TextChoices):
    """Whom an author means beside their own agency: groups, whose members change by themselves."""

    CASE_TEAM = "case team", "The team around the child and the team that runs the case"
    LEAD_AGENCY = "lead agency", "The lead agency"
    HUB = "hub", "The hub"


class Contribution(models.Model):
    """What an agency knows about a child, for the audience that its author chose.

    The author's agency reads it wherever the place is open to it. `audience`: groups of `Audience`.
    `named`: ids of agencies that the author named, or that it was passed on to (`PassedOn`).
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    # The child's own words, where the partner has them.
    voice = models.TextField(blank=True)
    audience = ArrayField(models.CharField(max_length=12, choices=Audience), default=list)
    named = ArrayField(models.BigIntegerField(), default=list)

    goes_with = ("place",)

    class Meta:
        indexes = [models.Index(fields=["place", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience=[]) | ~Q(named=[]), name="contribution_is_for_somebody"
            )
        ]

    def __str__(self) -> str:
        return f"Contribution {self.pk}"

    @property
    def is_for_the_full_record(self) -> bool:
        """Whether everybody who may read the full record is meant."""
        return {Audience.LEAD_AGENCY, Audience.HUB} <= set(self.audience)

    @property
    def audience_in_words(self) -> str:
        """Groups alone: no reader learns by it which other agencies are told."""
        groups = [label for group, label in Audience.choices if group in self.audience]
        words = [label[0].lower() + label[1:] for label in groups]
        return "; ".join([*words, "agencies that were named"] if self.named else words)


class PassedOn(models.Model):
    """A contribution shown to more agencies than its author chose: agreed by the author, or why not."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="passed_on")
    agencies = ArrayField(models.BigIntegerField())
    agreed_by_author = models.BooleanField()
    override_reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("contribution",)

    class Meta:
        verbose_name_plural = "passed on"
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by_author=True, override_reason="")
                | (Q(agreed_by_author=False) & ~Q(override_reason="")),
                name="passed_on_agreed_or_overridden",
            )
        ]

    def __str__(self) -> str:
        return f"Passing on of {self.contribution_id}"
