"""The catalogue of indicators: what may be observed. What it weighs is risk's opinion."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class IndicatorKind(models.TextChoices):
    RISK = "risk", "Risk"
    STRENGTH = "strength", "Strength"


class Lens(models.TextChoices):
    HARM_TO_CHILD = "harm_to_child", "at risk of harm"
    HARM_BY_CHILD = "harm_by_child", "may harm others"
    NEED = "need", "needs help"


class Trigger(models.TextChoices):
    NONE = "none", "No automatic prompt"
    CONSIDER = "consider", "Consider a referral"
    IMMEDIATE = "immediate", "Open the safeguarding route now"


class Severity(models.IntegerChoices):
    EMERGING = 1, "Emerging"
    CLEAR = 2, "Clear"
    SEVERE = 3, "Severe"


class Confidence(models.TextChoices):
    SUSPECTED = "suspected", "Suspected"
    REPORTED = "reported", "Reported to us"
    CONFIRMED = "confirmed", "Confirmed"


class Indicator(models.Model):
    """One risk indicator or strength. The triggers stand here: no risk model may lower them.

    `sources` is a list of {id, title, url, status}; each basis says whether the factor, its weight
    and its decay were found in a source, recalled, or are a default by judgement.
    """

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=8, choices=IndicatorKind)
    name = models.CharField(max_length=120)
    definition = models.TextField()
    domain = models.CharField(max_length=20)
    lens = models.CharField(max_length=16, choices=Lens, blank=True)
    age_bands = ArrayField(models.CharField(max_length=5))
    trigger = models.CharField(max_length=10, choices=Trigger, default=Trigger.NONE)
    # {"3": "immediate"} where the trigger depends on the severity
    trigger_by_severity = models.JSONField(default=dict, blank=True)
    # Counts until it is ended; all others fade by themselves.
    is_enduring = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)
    factor_basis = models.CharField(max_length=20)
    weight_basis = models.CharField(max_length=20)
    sources = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)

    kept_apart = "nothing of children"

    class Meta:
        ordering = ["kind", "domain", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def trigger_at(self, severity: int) -> str:
        """The trigger of an observation of this severity."""
        return self.trigger_by_severity.get(str(severity), self.trigger)
