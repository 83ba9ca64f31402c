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

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["user_id", "at"]),
            models.Index(fields=["at"]),
            GinIndex(fields=["persons"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.verb}"
