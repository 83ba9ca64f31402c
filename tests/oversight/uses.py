"""Entries of the record as pages leave them, for tests of who looks through it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

import audit.commands
import clock
from accounts.models import User
from audit.models import Entry, Kind
from cases.models import Person


def at(hour: int = 9, minute: int = 0, *, days_ago: int = 1) -> datetime:
    """A moment of a London day."""
    day = clock.today() - timedelta(days=days_ago)
    return clock.start_of(day) + timedelta(hours=hour, minutes=minute)


def looked(
    by: User,
    *children: Person,
    when: datetime | None = None,
    ground: str = "pointer",
    verb: str = "search",
    kind: Kind = Kind.CONSULTATION,
    persons: Iterable[int] = (),
) -> Entry:
    with clock.at(when or at()), transaction.atomic():
        return audit.commands.record(
            kind,
            verb,
            persons=[*(child.pk for child in children), *persons],
            ground=ground,
            by=by,
        )
