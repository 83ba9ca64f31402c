"""What waits for a review, what came of those before, and whether a home postcode is kept."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Q, QuerySet, Value, When

import asking
import clock
from accounts.models import User
from audit.denied import NotVisible
from audit.models import Entry
from oversight import permissions
from oversight.models import (
    BROKEN_GLASS,
    BY_CHANCE,
    DipSample,
    HomePostcode,
    Outcome,
    PatternKind,
    why_drawn,
)

# How far back the figures go.
FIGURES_OF = timedelta(days=90)


def dip_samples(*, viewer: User) -> QuerySet[DipSample]:
    """What information governance reviews, the viewer's own use left out. NotAllowed (403) for others.

    `flagged`: a pattern, which comes before what was drawn by chance.
    """
    permissions.check_can_read(by=viewer)
    flagged = Case(When(pattern=None, then=Value(False)), default=Value(True))
    return (
        DipSample.objects.exclude(user=viewer)
        .select_related("pattern", "entry", "user__agency", "reviewed_by")
        .annotate(flagged=flagged)
    )


def dip_sample(sample_id: int, *, viewer: User) -> DipSample:
    """One of them. NotVisible (404) for what is not there, and for a look of the viewer's own."""
    found = dip_samples(viewer=viewer).filter(pk=sample_id).first()
    if found is None:
        raise NotVisible("dip sample", sample_id)
    return found


def entries_of(sample: DipSample, *, viewer: User) -> list[Entry]:
    """The entries that a review is of, in the order of time."""
    permissions.check_can_read(by=viewer)
    ids = sample.pattern.entries if sample.pattern else [sample.entry_id or 0]
    return list(Entry.objects.filter(pk__in=ids).order_by("at", "pk"))


def home_postcode_kept_at(user: User, *, viewer: User) -> datetime | None:
    """Since when the digest of somebody's home postcode is kept, never the digest; None: it is not.

    NotAllowed unless the viewer manages people of their agency.
    """
    permissions.check_can_keep_home_postcode(user, by=viewer)
    with asking.task("home postcode kept at"):
        return HomePostcode.objects.filter(user=user).values_list("kept_at", flat=True).first()


@dataclass(frozen=True)
class Waiting:
    """How many wait for the viewer's review, and how many of them longer than they should."""

    samples: int
    late: int


def waiting(*, viewer: User) -> Waiting:
    unreviewed = dip_samples(viewer=viewer).filter(reviewed_at=None)
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    return Waiting(**unreviewed.aggregate(samples=Count("pk"), late=late))


@dataclass(frozen=True)
class Came:
    """What came of the reviews of one kind: how many of each outcome."""

    why: str
    outcomes: list[tuple[str, int]]


def outcomes(*, viewer: User) -> list[Came]:
    """What came of what was reviewed in the last 90 days: as it was drawn, then pattern by pattern."""
    permissions.check_can_read(by=viewer)
    recent = DipSample.objects.filter(reviewed_at__gte=clock.now() - FIGURES_OF)
    counted: Counter[tuple[str, str]] = Counter()
    grouped = recent.values_list("pattern__kind", "entry__ground", "outcome")
    for kind, ground, outcome, number in grouped.annotate(number=Count("pk")):
        why = PatternKind(kind).label if kind else why_drawn(ground or "")
        counted[why, outcome] += number
    return [
        Came(why, [(each.label, counted[why, each.value]) for each in Outcome])
        for why in (BY_CHANCE, BROKEN_GLASS, *PatternKind.labels)
    ]
