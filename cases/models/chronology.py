"""The chronology: everything that happened around a child, in one line of time."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Agency, User
from cases.models.contacts import Contact
from cases.models.people import Person


class EventKind(models.TextChoices):
    CONTACT = "contact", "Contact"
    OBSERVATION = "observation", "Observed"
    FLAG = "flag", "Safeguarding"
    REFERRAL = "referral", "Referral"
    CASE = "case", "Case"
    ACTION = "action", "Action"
    SHARE = "share", "Sharing"
    CONTRIBUTION = "contribution", "Contribution"
    HELP = "help", "Help"
    REVIEW = "review", "Review"
    RECORD = "record", "About the record"


class Events(models.QuerySet["ChronologyEvent"]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        made = super().bulk_create(objs, *args, **kwargs)
        EventDetail.objects.bulk_create(
            [EventDetail(event=event, text=event.detail) for event in made if event.detail]
        )
        return made


class ChronologyEvent(models.Model):
    """One line. `detail` is as typed and for the full record alone; partners see `says`.

    `police_only` lines never cross to a partner. `audience` names agencies that alone may see it
    beside the full record; empty means every holder of the chronology section.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=EventKind)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    says = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey("cases.CaseChild", models.PROTECT, null=True, related_name="events")
    police_only = models.BooleanField(default=True)
    audience = ArrayField(models.BigIntegerField(), default=list, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = Events.as_manager()
    _detail: str | None = None
    words: "EventDetail"

    goes_with = ("contact", "place", "person")

    class Meta:
        indexes = [models.Index(fields=["person", "-occurred_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.says}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new and self.detail:
            EventDetail.objects.create(event=self, text=self.detail)

    @property
    def detail(self) -> str:
        """The words as typed; none where the database keeps them from whoever asks."""
        if self._detail is None:
            try:
                self._detail = self.words.text
            except EventDetail.DoesNotExist:
                self._detail = ""
        return self._detail

    def saying(self, detail: str) -> "ChronologyEvent":
        """The same line, with words that are kept when it is saved."""
        self._detail = detail
        return self


class EventDetail(models.Model):
    """A line's words as they were typed: a row of its own, which the database keeps from partners."""

    event = models.OneToOneField(
        ChronologyEvent, models.PROTECT, primary_key=True, related_name="words"
    )
    text = models.TextField()

    goes_with = ("event",)

    def __str__(self) -> str:
        return f"Words of event {self.event_id}"
