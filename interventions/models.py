"""Help: what is known to work, who offers it here, which child takes part, and what changed."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Func, Max, Q

from accounts.models import Agency, User
from cases.models import CaseChild
from interventions.evidence import NOT_FOR_ONE_CHILD


class Approach(models.Model):
    """A kind of help with its published ratings (data/evidence.yaml).

    `ratings` is a list of {scheme, status, ...}: status says whether a rating was found in a source
    or recalled from memory and still to be checked. `harms`: the evidence says that it can do harm;
    nobody is enrolled in it without a reason of their own. Ages are completed years, inclusive.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    ages = models.CharField(max_length=20)
    tier = models.CharField(max_length=30)
    builds = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    addresses = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    ratings = models.JSONField(default=list)
    harms = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    kept_apart = "nothing of children"

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "approaches"

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_one_child(self) -> bool:
        """Whether a child can take part: not in a tactic for places, systems, groups or staff."""
        return self.tier not in NOT_FOR_ONE_CHILD


class Services(models.QuerySet["Service"]):
    def with_taken(self) -> "Services":
        """Each with `taken`: how many of its places are taken now."""
        # Counted by the database for anybody: whose they are is shown to nobody by it.
        taken: Any = Func(F("pk"), function="portal_taken", output_field=models.IntegerField())
        return self.annotate(taken=taken)


class Service(models.Model):
    """Help that a provider offers here. `capacity`: places at one time, None where there is no limit.

    `unit_cost`: pounds for one child's whole course, None where it is not known. Ages are completed
    years, inclusive. `key` is the directory's identifier, the same for ever.
    """

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    provider = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    approach = models.ForeignKey(Approach, models.PROTECT, related_name="services")
    description = models.TextField(blank=True)
    youngest = models.PositiveSmallIntegerField()
    oldest = models.PositiveSmallIntegerField()
    capacity = models.PositiveIntegerField(null=True, blank=True)
    unit_cost = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = Services.as_manager()
    taken: int

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="one_service_a_name"),
            models.CheckConstraint(condition=Q(oldest__gte=F("youngest")), name="service_ages"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def free_places(self) -> int | None:
        """How many more may join now, of those read `with_taken`; None where there is no limit."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)


class EndReason(models.TextChoices):
    COMPLETED = "completed", "Completed as planned"
    GOALS_MET = "goals met early", "Goals met early"
    FAMILY_STOPPED = "family stopped", "The child or family chose to stop"
    NOT_ENGAGED = "not engaged", "Not engaged, after at least three tries"
    MOVED = "moved away", "Moved away"
    STEPPED_UP = "stepped up", "Needs more than this: stepped up"
    SERVICE_STOPPED = "service stopped", "The service could not go on"


class Attendance(models.TextChoices):
    ATTENDED = "attended", "Attended"
    LATE = "late", "Attended, late"
    MISSED = "missed", "Did not come"
    CANCELLED_FAMILY = "cancelled by family", "Cancelled by the child or family"
    CANCELLED_SERVICE = "cancelled by service", "Cancelled by the service"


KEPT = (Attendance.ATTENDED, Attendance.LATE)


class Enrolments(models.QuerySet["Enrolment"]):
    def live(self) -> "Enrolments":
        return self.filter(ended_on=None)

    def with_sessions(self) -> "Enrolments":
        """Each with `kept` and `planned`, numbers of sessions, and `last_session_at`.

        One that the service called off is nobody's absence and is not among the planned.
        """
        called_off = Q(sessions__attendance=Attendance.CANCELLED_SERVICE)
        return self.annotate(
            kept=Count("sessions", filter=Q(sessions__attendance__in=KEPT)),
            planned=Count("sessions", filter=~called_off),
            last_session_at=Max("sessions__held_at"),
        )


class Enrolment(models.Model):
    """One child's course of one service, from a place in a case. `starts_on` is the first day.

    `source` is 'form' for what was typed here and 'demo' for rows made for the demo.
    `override_reason`: why, in spite of evidence of harm or an age outside the service's.
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, related_name="enrolments")
    goal = models.CharField(max_length=300)
    starts_on = models.DateField()
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    override_reason = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=20, default="form")
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)
    end_note = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    goes_with = ("place",)
    objects = Enrolments.as_manager()
    kept: int
    planned: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "service"],
                condition=Q(ended_on=None),
                name="one_live_enrolment_a_service",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="")
                | (Q(ended_on__gte=F("starts_on")) & ~Q(end_reason="")),
                name="ended_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["service", "starts_on"])]

    def __str__(self) -> str:
        return f"Enrolment {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.ended_on is None


class Session(models.Model):
    """One meeting of a course: planned for a moment, kept or missed. `minutes` only where kept."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="sessions")
    held_at = models.DateTimeField()
    attendance = models.CharField(max_length=20, choices=Attendance)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("enrolment",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "held_at"], name="one_session_a_moment")
        ]

    def __str__(self) -> str:
        return f"Session {self.pk}"


class Scale(models.Model):
    """A measure of how somebody is doing. Of copyrighted scales only scores are kept, never the items.

    `reliable_change`: points by which a score must move to be more than noise, None where nobody
    says. `status`: whether these facts were found in a source, recalled, or are a default by judgement.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    lowest = models.DecimalField(max_digits=6, decimal_places=2)
    highest = models.DecimalField(max_digits=6, decimal_places=2)
    higher_is_better = models.BooleanField()
    respondents = ArrayField(models.CharField(max_length=20))
    reliable_change = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    rights = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=20)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Respondent(models.TextChoices):
    CHILD = "child", "The child or young person"
    PARENT = "parent", "A parent or carer"
    TEACHER = "teacher", "A teacher"
    WORKER = "worker", "A worker"


class Stage(models.TextChoices):
    BASELINE = "baseline", "At the start"
    FOLLOW_UP = "follow-up", "Later"


class Measure(models.Model):
    """One score on one scale, by one respondent, at the start or later. One baseline a respondent."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="measures")
    scale = models.ForeignKey(Scale, models.PROTECT, related_name="+")
    respondent = models.CharField(max_length=20, choices=Respondent)
    stage = models.CharField(max_length=10, choices=Stage)
    taken_on = models.DateField()
    score = models.DecimalField(max_digits=6, decimal_places=2)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("enrolment",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "scale", "respondent", "taken_on"], name="one_score_a_day"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "scale", "respondent"],
                condition=Q(stage="baseline"),
                name="one_baseline_a_respondent",
            ),
        ]

    def __str__(self) -> str:
        return f"Measure {self.pk}"


class Helped(models.TextChoices):
    A_LOT = "a lot", "It helped a lot"
    A_LITTLE = "a little", "It helped a little"
    NO_CHANGE = "no change", "It changed nothing"
    WORSE = "worse", "It made things worse"
    NOT_SAID = "not said", "They did not say"


class Feedback(models.Model):
    """What the young person says about the help, in their own words, or why they were not asked."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="feedback")
    given_on = models.DateField()
    helped = models.CharField(max_length=12, choices=Helped)
    words = models.TextField(blank=True)
    why_not_asked = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("enrolment",)

    class Meta:
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return f"Feedback {self.pk}"
