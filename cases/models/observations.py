"""What was observed: facts, and prompts that wait for a person to make them facts or drop them."""

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from cases.models.catalogue import Confidence, Indicator, Severity
from cases.models.contacts import Contact
from cases.models.people import Person


class Observation(models.Model):
    """An indicator seen in a child's life. These columns are its latest state.

    Voiding, ending, re-confirming and changing severity add ObservationState rows, so that any past
    day can be read again as it was known then. `ended_on` and `confirmed_on` belong to enduring
    indicators alone.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="observations")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    observed_on = models.DateField()
    recorded_at = models.DateTimeField()
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.CLEAR)
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.CONFIRMED)
    ended_on = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=20)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="observations")
    note = models.CharField(max_length=500, blank=True)
    police_only = models.BooleanField(default=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The same fact on the record that a contact made of a restricted child (cases.models.PrivateLink).
    taken_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )

    goes_with = ("contact", "person", "taken_from")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(severity__range=(1, 3)), name="severity_1_to_3"),
            # Few were taken: no index over all of them.
            models.UniqueConstraint(
                fields=["taken_from", "person"],
                condition=Q(taken_from__isnull=False),
                name="a_fact_taken_once",
            ),
        ]
        # All that the nightly sum needs, in the index's own order: person by person.
        indexes = [
            models.Index(
                fields=["person", "indicator"],
                include=[
                    *("observed_on", "severity", "confidence"),
                    *("ended_on", "confirmed_on", "voided_at"),
                ],
                name="observation_sum",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} of {self.person_id} on {self.observed_on}"


class ObservationState(models.Model):
    """How an observation stood from `recorded_at` on, until the next of its states.

    Rows stand only where something changed: the first change writes the state before it too.
    """

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="states")
    recorded_at = models.DateTimeField()
    severity = models.PositiveSmallIntegerField()
    confidence = models.CharField(max_length=10)
    ended_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    voided = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("observation",)

    class Meta:
        indexes = [models.Index(fields=["observation", "-recorded_at", "-id"])]

    def __str__(self) -> str:
        return f"State of observation {self.observation_id} from {self.recorded_at:%Y-%m-%d}"


class PromptState(models.TextChoices):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class Prompt(models.Model):
    """A word that somebody ticked elsewhere: unscored until a person confirms or drops it.

    `is_grave`: confirmed, it would raise a safeguarding flag. A grave one of the last 7 days climbs
    the duty rota like a flag (`climbs`); an older one is due by the end of the next working day.
    `indicator` is None where no code says just this word.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="prompts")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="prompts")
    word = models.CharField(max_length=60)
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="+")
    is_grave = models.BooleanField(default=False)
    climbs = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=PromptState, default=PromptState.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    observation = models.OneToOneField(
        Observation, models.PROTECT, null=True, related_name="prompt"
    )

    # As cases.queries hands it out: the contact, None where it is not the viewer's to read.
    told_in: Contact | None

    goes_with = ("contact", "observation", "person")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "person", "word"], name="a_word_once"),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(decided_at__isnull=False), name="decided_when"
            ),
        ]
        indexes = [models.Index(fields=["state", "-is_grave", "due_at"])]

    def __str__(self) -> str:
        return f"{self.word}: {self.state}"
