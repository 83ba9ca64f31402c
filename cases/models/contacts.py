"""A contact: somebody met a child, and wrote down what they saw."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Area, User
from cases.models.kept import Kept
from cases.models.people import Person


class ContactType(models.TextChoices):
    ANTI_SOCIAL_BEHAVIOUR = "Anti-social behaviour"
    DOMESTIC_ABUSE = "Domestic abuse - child present"
    MISSING_PERSON = "Missing person"
    CHILD_CONCERN = "Child concern"
    SCHOOL_INCIDENT = "School incident"
    VICTIM_OF_CRIME = "Victim of crime"
    STOP_AND_SEARCH = "Stop and search"
    MENTAL_HEALTH = "Mental health"
    ARREST = "Arrest"
    OTHER = "Other"


class Handling(models.TextChoices):
    SHARE = "share", "May be shared with partners who work with this child"
    POLICE_ONLY = "police only", "Police only"


class Safe(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not known", "Not known"


class ChildRole(models.TextChoices):
    """What the child was in this one contact: never a label on the child."""

    AT_RISK = "at risk", "At risk"
    VICTIM = "victim", "Victim"
    WITNESS = "witness", "Witness"
    FAMILY = "family", "Family of somebody involved"
    SUSPECT = "suspect", "Suspect"


class NextStep(models.TextChoices):
    NOTHING_MORE = "nothing more", "Nothing more for now"
    REFER = "refer", "Refer for early help"


class Contact(Kept):
    """One contact with one or more children.

    `source` and `source_ref` name it where it came from: sent again with a newer text it is an
    amendment. A contact typed here carries the key of its draft instead: sent twice, it is one.
    A capture without `completed_at` is still to be completed by its author, or, once they have left
    the team, by its supervisor. `completed_by` is None where it came complete.
    """

    source = models.CharField(max_length=20)
    source_ref = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    contact_type = models.CharField(max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    area_given = models.CharField(max_length=20, blank=True)
    location = models.CharField(max_length=200, blank=True)
    crime_ref = models.CharField(max_length=30, blank=True)
    narrative = models.TextField(blank=True)
    handling = models.CharField(max_length=12, choices=Handling, default=Handling.POLICE_ONLY)
    safe_now = models.CharField(max_length=10, choices=Safe, blank=True)
    # Five short prompts: appearance, behaviour, communication, danger, environment.
    noticed = models.JSONField(default=dict, blank=True)
    told_family = models.CharField(max_length=10, blank=True)
    told_family_why_not = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=20, choices=NextStep, blank=True)
    # Why no referral was made though something observed asks whether to refer.
    not_referred_why = models.CharField(max_length=300, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    officer = models.CharField(max_length=30, blank=True)

    people = "children__person"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_ref"], name="one_contact_a_reference")
        ]
        indexes = [
            models.Index(fields=["recorded_by", "completed_at"]),
            models.Index(fields=["occurred_at"]),
        ]

    def __str__(self) -> str:
        return f"Contact {self.pk}"

    @property
    def is_police_only(self) -> bool:
        return self.handling == Handling.POLICE_ONLY

    def is_of(self, user: User) -> bool:
        """Whether the user recorded it, or completed it for somebody who had left."""
        return user.pk in {self.recorded_by_id, self.completed_by_id}


class ContactText(models.Model):
    """Each text that a source sent under one reference, as it was, with the hash of its content."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="texts")
    content_hash = models.CharField(max_length=64)
    narrative = models.TextField(blank=True)
    received_at = models.DateTimeField()

    goes_with = ("contact",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "content_hash"], name="one_text_a_content")
        ]

    def __str__(self) -> str:
        return f"Text of contact {self.contact_id}"


class ContactChild(models.Model):
    """A child in a contact: what they were in it, and what they said or showed.

    No suspect below 10 on the day, and none without a birth date, known or estimated: triggers on
    this table, on the contact's moment and on the child's birth date refuse it, whoever writes.
    """

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="children")
    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=10, choices=ChildRole, default=ChildRole.AT_RISK)
    voice = models.TextField(blank=True)
    voice_why_not = models.CharField(max_length=300, blank=True)
    suspect_outcome = models.CharField(max_length=200, blank=True)

    goes_with = ("contact", "person")

    class Meta:
        verbose_name_plural = "contact children"
        constraints = [
            models.UniqueConstraint(fields=["contact", "person"], name="a_child_once_a_contact"),
            models.CheckConstraint(
                condition=~Q(role=ChildRole.SUSPECT) | ~Q(suspect_outcome=""),
                name="a_suspect_shows_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.contact}"


class ContactDraft(models.Model):
    """A half-typed form, saved as it is typed; its author's alone. Its key makes a send happen once."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    # Which form it is: "contact", or "completion of 12".
    form = models.CharField(max_length=40)
    fields = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")

    goes_with = ("contact",)
    kept_apart = "one that was never sent is its author's alone and has no record to go with"

    class Meta:
        indexes = [models.Index(fields=["author", "sent_at"])]

    def __str__(self) -> str:
        return f"Draft {self.key}"
