"""What in the record of use is worth a second look, and what came of it.

References alone stand here: ids of entries, of children and of users. Nothing here is of a child's
record; it is of those who use them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac

import clock
from accounts.models import User
from audit.models import Entry
from cases.access.scope import BREAK_GLASS


class PatternKind(models.TextChoices):
    """What one user's looks on one day may show. None of them says that anything was wrong."""

    OWN_SURNAME = "own surname", "Own surname"
    OWN_ADDRESS = "own address", "Own address"
    NO_TASK = "no task", "No task"
    MANY = "many in an hour", "Many in an hour"
    ELSEWHERE = "outside own area", "Outside own area"
    DENIED = "denied attempts", "Many denied attempts"


SAYS = {
    PatternKind.OWN_SURNAME: "Children looked at who have the user’s own surname: {n}.",
    PatternKind.OWN_ADDRESS: "Children looked at who have, or had, the user’s own home postcode: {n}.",
    PatternKind.NO_TASK: "Searches, and looks by reason, with no contact, referral or task of this "
    "user within 24 hours: {n}.",
    PatternKind.MANY: "Different children looked at within 60 minutes: {n}.",
    PatternKind.ELSEWHERE: "Looks at children who all belong to areas where none of the user’s teams "
    "works: {n}.",
    PatternKind.DENIED: "Attempts that were refused: {n}.",
}


class HomePostcode(models.Model):
    """Where a user lives, to find their looks at children of the same postcode: a keyed digest alone.

    The key is the portal's, as for what was searched for (cases.queries.terms). The user is part of
    what is digested, so that two of one postcode have nothing in common. The database shows these
    rows to commands alone.
    """

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="+")
    digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"home postcode of user {self.user_id}"

    @staticmethod
    def digest_of(user_id: int, postcode_key: str) -> str:
        """Of a postcode as `cases.matching` compares it: capitals, no space."""
        said = repr((user_id, postcode_key))
        return salted_hmac("oversight.home postcode", said, algorithm="sha256").hexdigest()

    def is_at(self, postcode_key: str) -> bool:
        return constant_time_compare(self.digest, self.digest_of(self.user_id, postcode_key))


class Pattern(models.Model):
    """One user's day as one rule found it (oversight.rules). `number` is what the rule counts.

    `usual` is what others of the same roles reach, where the rule compares. `entries` and `persons`
    are ids, the first MOST_KEPT of them.
    """

    MOST_KEPT = 200

    kind = models.CharField(max_length=20, choices=PatternKind)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveIntegerField()
    usual = models.PositiveIntegerField(null=True, blank=True)
    entries = ArrayField(models.BigIntegerField())
    persons = ArrayField(models.BigIntegerField(), default=list, blank=True)
    found_at = models.DateTimeField()

    kept_apart = "ids alone, of the record of use, which outlives what it names"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "user", "day"], name="a_pattern_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"

    @property
    def says(self) -> str:
        """What was counted, in a sentence."""
        return SAYS[PatternKind(self.kind)].format(n=self.number) + (
            f" Others in the same roles reach {self.usual}." if self.usual is not None else ""
        )


class Outcome(models.TextChoices):
    """What a review found."""

    IN_ORDER = "in order", "In order"
    SPOKEN_TO = "spoken to", "Spoken to the user"
    LEARNING = "learning", "Learning for the team"
    MISUSE = "misuse suspected", "Misuse suspected: referred"


BY_CHANCE, BROKEN_GLASS = "By chance", "Broken glass"
DRAWN = {
    BY_CHANCE: "One of the day’s searches and looks by reason, drawn by chance.",
    BROKEN_GLASS: "Somebody broke the glass, or looked through it. Every such look is reviewed.",
}


def why_drawn(ground: str) -> str:
    """Why a look was drawn, by the ground that its entry names."""
    return BROKEN_GLASS if BREAK_GLASS in ground.split(", ") else BY_CHANCE


class DipSample(models.Model):
    """One look, or one pattern, that information governance reviews.

    `entry` is a look drawn by chance, or through broken glass; the key is not enforced, as that of
    `audit.models.SealedEntry`. `user` is whose use it is: nobody reviews their own.
    """

    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    pattern = models.OneToOneField(Pattern, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField()
    drawn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    words = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry=None, pattern__isnull=False)
                | Q(entry__isnull=False, pattern=None),
                name="a_look_or_a_pattern",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", words="", reviewed_at=None, reviewed_by=None)
                | (
                    ~Q(outcome="")
                    & ~Q(words="")
                    & Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                ),
                name="reviewed_with_outcome_and_words",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("user")), name="not_ones_own"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(reviewed_at=None), name="dip_sample_waits"),
            models.Index(fields=["reviewed_at"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"D-{self.pk}"

    @property
    def is_late(self) -> bool:
        return self.reviewed_at is None and self.due_at < clock.now()

    @property
    def why(self) -> str:
        """Why it is here: the pattern's kind, broken glass, or chance."""
        if self.pattern:
            return PatternKind(self.pattern.kind).label
        return why_drawn(self.entry.ground if self.entry else "")

    @property
    def says(self) -> str:
        if self.pattern:
            return self.pattern.says
        return DRAWN[self.why]
