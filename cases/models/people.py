"""A child or young person, and the records that may be the same child."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from cases.models.access import PERMISSIONS
from cases.models.kept import Kept

# No child below this age is a suspect: the law of England and Wales holds them not responsible.
AGE_OF_RESPONSIBILITY = 10


def age_on(born: date, day: date) -> int:
    """Completed years; somebody born on 29 February has their birthday on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def born_about(age: int, day: date) -> date:
    """A birth date for an age alone on that day: the middle of the year in which it must lie."""
    try:
        birthday = day.replace(year=day.year - age)
    except ValueError:  # 29 February
        birthday = day.replace(year=day.year - age, day=28)
    return birthday - timedelta(days=182)


class Sex(models.TextChoices):
    FEMALE = "F", "Female"
    MALE = "M", "Male"
    UNKNOWN = "U", "Not known"


class Person(Kept):
    """A child or young person.

    The `_key` and `_sound` columns are what the search compares with = and ranges: under row-level
    security no expression or trigram index would be used. `facts_version` grows with every fact
    that a reading drinks from, so that a slow run never overwrites a newer reading.
    """

    surname = models.CharField(max_length=80, blank=True)
    forenames = models.CharField(max_length=120, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    birth_date_estimated = models.BooleanField(default=False)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    # Self-defined, kept to measure fairness alone: no reading, list or match depends on it.
    ethnicity = models.CharField(max_length=2, blank=True)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    over_18_agreed = models.BooleanField(default=False)
    is_provisional = models.BooleanField(default=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    facts_version = models.BigIntegerField(default=0)

    surname_key = models.CharField(max_length=80)
    forename_key = models.CharField(max_length=120)
    forename_initial = models.CharField(max_length=1)
    forenames_key = models.CharField(max_length=120)
    surname_sound = models.CharField(max_length=40)
    forename_sound = models.CharField(max_length=40)
    postcode_key = models.CharField(max_length=10)

    people = "pk"

    class Meta:
        verbose_name_plural = "people"
        default_permissions = ()
        permissions = PERMISSIONS
        indexes = [
            models.Index(fields=["date_of_birth"]),
            models.Index(fields=["postcode_key"]),
            models.Index(fields=["surname_key", "forename_key"]),
            models.Index(fields=["surname_sound", "forename_sound"]),
            models.Index(fields=["forename_initial", "date_of_birth"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How the record is named where a child's name must not stand."""
        return f"C-{self.pk}"

    @property
    def name(self) -> str:
        return f"{self.forenames} {self.surname}".strip() or "Name not known"


class LikelyMatch(models.Model):
    """Two records that may be one child. A person decides; no program merges."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="likely_matches")
    other = models.ForeignKey(Person, models.PROTECT, related_name="+")
    weight = models.FloatField()
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    same_child = models.BooleanField(null=True)

    goes_with = ("person", "other")

    class Meta:
        verbose_name_plural = "likely matches"
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="one_match_a_pair"),
            models.CheckConstraint(condition=~Q(person=F("other")), name="match_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.person} and {self.other}"
