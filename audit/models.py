"""The record of every use. Append-only: the database itself refuses update, delete and truncate."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Kind(models.TextChoices):
    """What was done with the data, in the words of design and law."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    DENIED = "denied"


class Entry(models.Model):
    """One use: who, when, what, of which children, on which ground. No names, no narrative.

    User and agency are plain values, so that an entry outlives both and this app stands on the
    ground floor. `persons` are ids of children; `records` names the other records touched,
    such as {"contact": 12}.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    verb = models.CharField(max_length=80)
    user_id = models.BigIntegerField(null=True)
    username = models.CharField(max_length=150, blank=True)
    agency = models.CharField(max_length=120, blank=True)
    persons = ArrayField(models.BigIntegerField(), default=list, blank=True)
    records = models.JSONField(default=dict, blank=True)
    sections = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    ground = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    request_id = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)

    kept_apart = "append-only: outlives what it names"

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["user_id", "at"]),
            models.Index(fields=["at"]),
            # The console's filters. A rare word is found by its own index, a common one along `at`.
            models.Index(fields=["kind", "at"]),
            models.Index(fields=["verb", "at"]),
            models.Index(fields=["ground", "at"]),
            models.Index(fields=["agency", "at"]),
            GinIndex(fields=["persons"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.verb}"


class Seal(models.Model):
    """One batch of entries that were committed, sealed and chained to the batch before.

    Entries are numbered by `SealedEntry` in the order of sealing, since an id's order is not the
    order of commits. What each hash covers stands in `audit.canonical`.

    `seen`, `writing` and `settled` are how the sealer misses nobody (`audit.sealing`): every entry
    whose id is at most `settled` is sealed by now, or was rolled back.
    """

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 ... without gaps
    form = models.SmallIntegerField()  # which of audit.canonical.FORMS its entries were hashed in
    first = models.BigIntegerField()  # the positions that it covers: first to last
    count = models.IntegerField()
    batch_hash = models.CharField(max_length=64)
    chain_hash = models.CharField(max_length=64)
    complete = models.BooleanField()  # nothing that was committed was left for the next batch
    seen = models.BigIntegerField()
    writing = ArrayField(models.CharField(max_length=40), default=list)
    settled = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    sealed_by = models.CharField(max_length=150, blank=True)  # nobody: the minute's task

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1, first__gte=1, count__gte=1), name="seal_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.number}, entries {self.first} to {self.last}"

    @property
    def last(self) -> int:
        """The position of its last entry."""
        return self.first + self.count - 1


class SealedEntry(models.Model):
    """An entry's place in the sealed order, and its digest: 1, 2, 3 ... without gaps.

    The key to the entry is not enforced: a check of each would write to the entries' own rows, and
    an entry that is gone is found by `verify_audit`.
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, related_name="sealed", db_constraint=False
    )
    digest = models.BinaryField(max_length=32)

    kept_apart = "digests alone"

    def __str__(self) -> str:
        return f"{self.position}: entry {self.entry_id}"


class Anchoring(models.Model):
    """How it stands with one place outside that heads of the chain are sent to.

    For showing and for knowing what is due. It proves nothing: what proves is kept in that place.
    """

    place = models.CharField(max_length=300, unique=True)
    number = models.BigIntegerField(default=0)  # the last batch that was anchored there
    anchored_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)  # the last try, where it failed
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.place}: batch {self.number}"


class Verification(models.Model):
    """One check of everything that was sealed, and what it found, in sentences.

    For showing. It proves nothing: whoever can rewrite the record can write here too. `findings`
    are the first few of `found`; `cautions` are no faults.
    """

    at = models.DateTimeField(db_index=True)
    entries = models.BigIntegerField()
    batches = models.BigIntegerField()
    anchors = models.IntegerField()  # heads that were compared
    found = models.IntegerField()
    findings = models.JSONField(default=list, blank=True)
    cautions = models.JSONField(default=list, blank=True)

    kept_apart = "counts, and sentences about the record of use"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.found or 'nothing'} found"

    @property
    def is_sound(self) -> bool:
        return self.found == 0
