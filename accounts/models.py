"""Who works here: agencies, teams, users and what their role lets them do, who is on duty."""

from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Area(models.Model):
    """A place that teams work in and contacts happen in, by the force's own code."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class AgencyKind(models.TextChoices):
    POLICE = "police"
    CHILDRENS_SERVICES = "children's services"
    EARLY_HELP = "early help"
    SCHOOL = "school"
    HEALTH = "health"
    YOUTH_JUSTICE = "youth justice"
    HOUSING = "housing"
    PROBATION = "probation"
    CHARITY = "charity"


class Agency(models.Model):
    """An organisation. The lead agency holds the full records; the others are partners.

    `group` carries the agency's object permissions: a share is written to it.
    """

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=AgencyKind)
    is_lead = models.BooleanField(default=False)
    phone = models.CharField(max_length=30, blank=True)
    group = models.OneToOneField(Group, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What one may do, wherever one has a ground. The permissions are in permissions.py."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    TRIAGE_WORKER = "triage worker"
    LEAD_WORKER = "lead worker"
    PARTNER_PRACTITIONER = "partner practitioner"
    PARTNER_MANAGER = "partner manager"
    COMMANDER = "commander"
    COMMISSIONER = "commissioner"
    ANALYST = "analyst"
    INFORMATION_GOVERNANCE = "information governance"
    ADMINISTRATOR = "administrator"
    # A machine: an API client of an agency (rest.models.Client). It signs in nowhere.
    API_CLIENT = "API client"
    SYSTEM = "system"


class User(AbstractUser):
    """A person who signs in, of one agency, with roles. There is no standing superuser."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=30, choices=Role), default=list, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    # The last day on which their training holds; None: none is asked of them.
    trained_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def agency_name(self) -> str:
        return self.agency.name


class Team(models.Model):
    """People who share work. A hub team is multi-agency: members may come from any agency; so is an
    emergency duty team, which stands in for the hub out of working hours.

    `supervisor` takes over what members held when they leave. `group` carries the team's object
    permissions; `area` None means the whole force.
    """

    name = models.CharField(max_length=120, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    is_hub = models.BooleanField(default=False)
    is_duty_team = models.BooleanField(default=False)
    supervisor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.OneToOneField(Group, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_hub=False) | Q(is_duty_team=False), name="hub_or_duty_team"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_multi_agency(self) -> bool:
        return self.is_hub or self.is_duty_team


class Membership(models.Model):
    """A user's time in a team; a live one has no end."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team"], condition=Q(until=None), name="one_live_membership"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class DutyPost(models.Model):
    """One line of the duty rota: who answers at a step of the climb, where and at which hours.

    Steps: 0 is called as a flag rises, 1 after 15 minutes, 2 after 1 hour, 3 after 4 hours.
    Hours are London's, `from_hour` inclusive and `until_hour` exclusive; a post from 20 to 8 runs
    over midnight; equal hours mean a whole day. `weekdays`, 0 for Monday, are the days on which its
    hours begin; none said: every day. `area` None covers the whole force.
    """

    name = models.CharField(max_length=80)
    step = models.PositiveSmallIntegerField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    from_hour = models.PositiveSmallIntegerField(default=0)
    until_hour = models.PositiveSmallIntegerField(default=0)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    kept_apart = "nothing of children"

    class Meta:
        ordering = ["step", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(step__lte=3), name="duty_step_0_to_3"),
            models.CheckConstraint(
                condition=Q(from_hour__lte=23, until_hour__lte=23), name="duty_hours_0_to_23"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(range(7))), name="duty_weekdays_0_to_6"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.user}"


class Notification(models.Model):
    """A line on somebody's home page. It names references, never a child."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    # As long as the names in it, and a line is never what keeps a decision from being made.
    text = models.TextField()
    url = models.CharField(max_length=200)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"])]

    def __str__(self) -> str:
        return self.text


class SignInAttempt(models.Model):
    """A failed sign-in, by what was typed and where from: too many of them lock for a while."""

    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["username", "at"])]

    def __str__(self) -> str:
        return f"{self.username} at {self.at:%Y-%m-%d %H:%M}"
