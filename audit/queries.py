"""Read the record of use."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

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


# Pages that name a child in a list, and open nothing of them.
LISTS = ("home", "shared")


def opened(*, viewer: object, person: object, agency: object, since: object) -> QuerySet[Entry]:
    """The entries that show a child to somebody of an agency, by its name, since a moment.

    Each may be a value or a reference to an outer query. The caller checks who may ask.
    """
    shown = Entry.objects.filter(
        kind__in=(Kind.CONSULTATION, Kind.DISCLOSURE),
        persons__contains=[person],
        agency=agency,
        at__gte=since,
    )
    return shown.exclude(verb__in=LISTS)


@dataclass(frozen=True)
class Refused:
    """Attempts that were refused: to see or do something while signed in, and to sign in."""

    inside: int
    sign_ins: int


def refused(*, viewer: object, since: datetime) -> Refused:
    """How many attempts have been refused since a moment. The caller checks who may ask."""
    signing_in = Q(verb="sign in")
    counted = Entry.objects.filter(kind=Kind.DENIED, at__gte=since).aggregate(
        inside=Count("pk", filter=~signing_in), sign_ins=Count("pk", filter=signing_in)
    )
    return Refused(**counted)
