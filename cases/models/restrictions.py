"""Restricted and sealed records: who alone may see them, and who came near them without knowing.

While a restriction is live the child does not exist for anybody who is not on its named list.
"""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from cases.models.contacts import Contact
from cases.models.people import Person, Sex


class RestrictionKind(models.TextChoices):
    """Restricted: staff's own families, witnesses. Sealed: adoption, protected persons."""

    RESTRICTED = "restricted", "Restricted"
    SEALED = "sealed", "Sealed"


class Restrictions(models.QuerySet["Restriction"]):
    def live(self) -> "Restrictions":
        return self.filter(until=None)

    def sealed(self) -> "Restrictions":
        return self.live().filter(kind=RestrictionKind.SEALED)


class Restriction(models.Model):
    """From when a child's record is for its named list alone, whose it is, and why.

    It ends when a person lifts it (`until`, `ended_by`), never by date: a record that opened by itself
    would open unseen.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="restrictions")
    kind = models.CharField(max_length=10, choices=RestrictionKind)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    why = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(null=True, blank=True)
    why_sealed = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why_ended = models.CharField(max_length=500, blank=True)

    objects = Restrictions.as_manager()

    goes_with = ("person",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until=None), name="one_live_restriction"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="restricted_with_a_reason"),
            models.CheckConstraint(
                condition=Q(until=None, ended_by=None)
                | (Q(until__gte=F("starts_at"), ended_by__isnull=False) & ~Q(why_ended="")),
                name="lifted_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How it is named where nothing may tell of the child."""
        return f"X-{self.pk}"

    @property
    def child(self) -> str:
        """The child's record by reference: whoever restricts may not see more of it."""
        return f"C-{self.person_id}"

    @property
    def is_live(self) -> bool:
        return self.until is None

    @property
    def is_sealed(self) -> bool:
        return self.kind == RestrictionKind.SEALED


class HiddenNow(models.Model):
    """Which children are restricted or sealed at this moment: ids and no more, a view of the database.

    For the rule that keeps them from everybody else. Who may read a restriction itself is narrower.
    """

    person = models.OneToOneField(
        Person, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=RestrictionKind)

    goes_with = ("person",)

    class Meta:
        managed = False
        db_table = "cases_hiddennow"

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"


class NamedPlace(models.Model):
    """Somebody's place on the named list of a restriction: one period, with its access row.

    Flags of the child climb within the list: `reachable_at_any_hour` are called first.
    """

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="places")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reachable_at_any_hour = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    grant_ref = models.UUIDField(unique=True)

    goes_with = ("restriction",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["restriction", "user"], condition=Q(until=None), name="one_live_named_place"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("starts_at")), name="named_place_window"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on the list of {self.restriction_id}"


class Came(models.TextChoices):
    """How somebody came near a hidden record."""

    SEARCH = "search", "A search"
    CONTACT = "contact", "A new contact"
    BREAK_GLASS = "break-glass", "A try to break the glass"


class KeptSearch(models.Model):
    """What somebody described, kept until a task has looked for it among hidden records, then deleted.

    Kept for every search and every child of every new contact, hit or not, so that neither answer nor
    time differs. The record of use keeps the digest alone. While a worker runs it is here for a minute
    at most; while none runs, until one does: nothing is deleted before somebody has looked.
    """

    kind = models.CharField(max_length=12, choices=Came)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    surname = models.CharField(max_length=80, blank=True)
    forenames = models.CharField(max_length=120, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=10, blank=True)

    goes_with = ("contact",)
    kept_apart = "a search that a task has looked for is deleted at once"

    class Meta:
        verbose_name_plural = "kept searches"

    def __str__(self) -> str:
        return f"Kept search {self.pk}"


class HitOutcome(models.TextChoices):
    """What the owner of a hidden record decided. LINKED is for a contact alone, of a restricted child."""

    LINKED = "linked", "It is the child: take what the contact tells into the record"
    ANSWERED = "answered in person", "It is the child: I answer whoever asked in person"
    NOT_THE_CHILD = "not the child", "It is somebody else"
    KNOWN = "known already", "It is the child, and nothing is to be done"


class PrivateHit(models.Model):
    """A search or a new contact that would have found a hidden record: told to its owner alone."""

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="hits")
    kind = models.CharField(max_length=12, choices=Came)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    found_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    certainty = models.CharField(max_length=10)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=HitOutcome, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    goes_with = ("restriction", "contact")

    class Meta:
        constraints = [
            # The same search looked for twice, as when a message comes twice, is one hit.
            models.UniqueConstraint(
                fields=["restriction", "kind", "by", "at", "digest", "contact"],
                nulls_distinct=False,
                name="one_hit_a_search",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, outcome="")
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(reason="")
                ),
                name="hit_decided_by_somebody_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["restriction", "-at"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"H-{self.pk}"


class PrivateLinks(models.QuerySet["PrivateLink"]):
    def live(self) -> "PrivateLinks":
        return self.filter(until=None)


class PrivateLink(models.Model):
    """The record that a contact made (`told`) is a restricted child (`person`): said by the owner of the
    restriction, and known to the named list alone.

    Nothing of `told` changes by it. What its contacts tell is taken into the child's record until it
    ends: the owner says that it was somebody else (`why_ended`), or the restriction ends or is sealed.
    """

    hit = models.OneToOneField(PrivateHit, models.PROTECT, related_name="link")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    told = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(max_length=300, blank=True)

    objects = PrivateLinks.as_manager()

    goes_with = ("hit", "person", "told")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "told"], condition=Q(until=None), name="one_live_link_a_pair"
            ),
            models.CheckConstraint(condition=~Q(person=F("told")), name="link_two_records"),
        ]

    def __str__(self) -> str:
        return f"Link of {self.hit_id}"
