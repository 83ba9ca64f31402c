"""The readings of a child, for the full record alone."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

import clock
from accounts.models import User
from cases.access.scope import Sight
from cases.models import Lens
from risk.models import Model, ReadingHistory
from risk.queries import facts
from risk.scoring import LENSES, read


@dataclass(frozen=True)
class LensNow:
    """One lens: its words, points (unrounded, shown to one decimal) and band."""

    lens: str
    label: str
    points: float
    band: str


@dataclass(frozen=True)
class CurrentReading:
    """The three readings as of today, never added together; strengths stand beside them."""

    as_of: date
    model: int
    lenses: tuple[LensNow, ...]
    strengths: float
    breadth: int


def current_reading(sight: Sight, *, viewer: User) -> CurrentReading | None:
    """The child's readings today, from the facts of this moment, for lead agency and hub alone.

    Over all facts, police-only ones too. None for a partner, for who is not read (over 25; from 18
    without the agreement), and with no model live.
    """
    model = Model.objects.first()
    if model is None or not sight.readings:
        return None
    today = clock.today()
    seen = facts.observations(sight.person, today)
    found = read(facts.subject(sight.person), seen, model.rules(), today)
    if found is None:
        return None
    lenses = [found.lenses[lens] for lens in LENSES]
    return CurrentReading(
        as_of=today,
        model=model.number,
        lenses=tuple(LensNow(x.lens, Lens(x.lens).label, x.reading, x.band) for x in lenses),
        strengths=found.strengths,
        breadth=found.breadth,
    )


def history(sight: Sight, *, viewer: User) -> QuerySet[ReadingHistory]:
    """How the readings stood whenever a band changed or one had moved by 1.0, newest first.

    Empty for whoever sees no readings. Before the first row nothing was recorded.
    """
    if not sight.readings:
        return ReadingHistory.objects.none()
    rows = ReadingHistory.objects.filter(person=sight.person).select_related("model")
    return rows.order_by("-read_at", "-pk")
