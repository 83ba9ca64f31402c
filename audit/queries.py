"""Read the record of use."""

from datetime import date

from django.db.models import QuerySet

import clock
from audit.models import Entry, Kind


def trail(
    *,
    viewer: object,
    person: int | None = None,
    username: str = "",
    day: date | None = None,
    refused: bool = True,
) -> QuerySet[Entry]:
    """Entries, newest first, by child, by user, by London day. The caller checks who may ask.

    `refused`: with the attempts that were refused.
    """
    entries = Entry.objects.order_by("-at", "-pk")
    if not refused:
        entries = entries.exclude(kind=Kind.DENIED)
    if person is not None:
        entries = entries.filter(persons__contains=[person])
    if username:
        entries = entries.filter(username=username)
    if day is not None:
        entries = entries.filter(at__gte=clock.start_of(day), at__lt=clock.end_of(day))
    return entries
