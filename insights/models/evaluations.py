"""Plans of evaluations, the reports written on them, and what was decided."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import User
from interventions.models import Service

# What is known of a child before the index date: columns of the frozen data, in words in insights/findings.
COVARIATES = (
    *("age", "sex", "suspect_year", "harmed_year", "missing_year", "earlier"),
    *("individual", "family", "school", "peer", "community", "exploitation", "breadth"),
    *("days_known", "area"),
)
WINDOWS = (3, 6, 12, 24)


class Outcome(models.TextChoices):
    """What is counted after the start. The value is the column of the frozen data."""

    CONTACTS = "contacts", "Contacts of any kind"
    SUSPECT = "suspect", "Contacts as a suspect"
    VICTIM = "victim", "Contacts as a victim"
    MISSING = "missing", "Missing episodes"
    REFERRALS = "referrals", "Re-referrals"


class Exclusion(models.TextChoices):
    OTHER_HELP = "other help before", "Children who had started another service before"
    ESTIMATED = "birth date estimated", "Children whose date of birth is estimated"


class Evaluation(models.Model):
    """A plan: what is asked of one service. It is locked when it is made, before outcomes are read.

    What is tried later of the same service is a plan of its own that names the `first`. `window` is
    in whole months; `caliper` in standard deviations of the log odds; `covariates` are columns of
    COVARIATES, kept as they were on that day.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    question = models.CharField(max_length=300)
    outcome = models.CharField(max_length=12, choices=Outcome)
    window = models.PositiveSmallIntegerField()
    covariates = ArrayField(models.CharField(max_length=20))
    exclusions = ArrayField(
        models.CharField(max_length=24, choices=Exclusion), default=list, blank=True
    )
    ratio = models.PositiveSmallIntegerField(default=5)
    caliper = models.FloatField(default=0.1)
    monthly = models.BooleanField(default=False)
    first = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    key = models.UUIDField(unique=True)
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["service__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service"], condition=Q(first=None), name="one_first_plan_a_service"
            ),
            models.CheckConstraint(condition=Q(window__in=WINDOWS), name="window_of_months"),
            models.CheckConstraint(
                condition=Q(ratio__gte=1, ratio__lte=5, caliper__gt=0), name="matching_of_a_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"Evaluation {self.pk}"

    @property
    def is_tried_later(self) -> bool:
        return self.first_id is not None

    def plain(self) -> dict[str, Any]:
        """The plan in plain values, for a report: that must not change with a service's new price."""
        service = self.service
        return {
            "service": service.name,
            "provider": service.provider.name,
            "unit_cost": None if service.unit_cost is None else str(service.unit_cost),
            "ages": [service.youngest, service.oldest],
            "question": self.question,
            "outcome": str(self.outcome),
            "window": self.window,
            "covariates": list(self.covariates),
            "exclusions": list(self.exclusions),
            "ratio": self.ratio,
            "caliper": self.caliper,
            "locked_on": clock.london_date(self.locked_at).isoformat(),
            "tried_later": self.is_tried_later,
        }


class ReportState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Report(models.Model):
    """One report on a plan, as of the end of a London day. `result` is the figures, when done.

    `done` of `steps` steps are done, `step` is under way. `data_hash` is the SHA-256 of the frozen
    rows, `code_version` that of the code which made the figures.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="reports")
    as_of = models.DateField()
    is_monthly = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ReportState, default=ReportState.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=80, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    data_hash = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)

    kept_apart = "published counts alone"

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "as_of"],
                condition=Q(is_monthly=True),
                name="one_monthly_report_a_day",
            ),
            models.UniqueConstraint(
                fields=["evaluation", "as_of"],
                condition=Q(state="waiting", is_monthly=False),
                name="one_waiting_report_a_day",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("steps")), name="steps_done"),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk} as of {self.as_of}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {ReportState.WAITING, ReportState.RUNNING}


class FrozenData(models.Model):
    """The rows that a report was computed from, pseudonymised: gzip of JSON {columns, rows}."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="frozen")
    rows = models.BinaryField()

    kept_apart = "pseudonyms, nothing without the portal's key: a report stays open to be checked"

    class Meta:
        verbose_name_plural = "frozen data"

    def __str__(self) -> str:
        return f"Data of report {self.report_id}"


class ReportFiles(models.Model):
    """A report's files as the worker made them: the same bytes whenever they are asked for."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="files")
    pdf = models.BinaryField()
    csv = models.BinaryField()

    kept_apart = "published counts alone"

    class Meta:
        verbose_name_plural = "report files"

    def __str__(self) -> str:
        return f"Files of report {self.report_id}"


class Course(models.TextChoices):
    KEEP = "keep", "Keep it as it is"
    REFINE = "refine", "Refine it"
    STOP = "stop", "Stop it"
    SCALE = "scale", "Offer it to more children"


class Decision(models.Model):
    """What was decided on a report. One that is taken again stands beside the earlier ones."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="decisions")
    course = models.CharField(max_length=8, choices=Course)
    why = models.TextField()
    key = models.UUIDField(unique=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Decision {self.pk}"
