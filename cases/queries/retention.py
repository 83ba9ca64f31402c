"""What is due for review and what is held, for information governance: by reference, never by name."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

import clock
from accounts.models import User
from audit.denied import NotVisible
from cases import permissions, retention
from cases.models import LegalHold, RetentionDue, RetentionNight
from govuk.dates import MONTHS

NOT_WORKED_OUT = "Not worked out yet"


@dataclass(frozen=True)
class Line:
    """One line of a table: `counts` in the order of the night's kinds."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Night:
    """The figures of the last night: what is kept by category, and what comes up by month."""

    on: date
    listed_at: datetime
    kinds: tuple[str, ...]
    kept: list[Line]
    coming: list[Line]


def retention_rules(*, viewer: User) -> list[retention.Category]:
    """Each category with its length, its source and the status of that."""
    permissions.check_can_keep_records(by=viewer)
    return list(retention.default().values())


def category_label(name: str, *, viewer: User) -> str:
    rules = retention.default()
    return rules[name].label if name in rules else NOT_WORKED_OUT


def retention_night(*, viewer: User) -> Night | None:
    """The last night's figures; None before the first."""
    permissions.check_can_keep_records(by=viewer)
    night = RetentionNight.objects.order_by("-on").first()
    if night is None:
        return None
    kept, coming = night.figures["kept"], night.figures["coming"]
    kinds = tuple(sorted({record for record, _, _ in kept} | {record for _, record, _ in coming}))
    by_category: dict[str, dict[str, int]] = defaultdict(dict)
    for record, category, count in kept:
        by_category[category][record] = count
    by_month: dict[date, dict[str, int]] = defaultdict(dict)
    for month, record, count in coming:
        by_month[date.fromisoformat(month)][record] = count
    order = [*retention.default(), retention.NOT_WORKED_OUT]
    return Night(
        on=night.on,
        listed_at=night.listed_at,
        kinds=kinds,
        kept=[
            _line(category_label(name, viewer=viewer), by_category[name], kinds)
            for name in order
            if name in by_category
        ],
        coming=[_line(_month(day), by_month[day], kinds) for day in sorted(by_month)],
    )


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _line(name: str, counts: dict[str, int], kinds: tuple[str, ...]) -> Line:
    return Line(name, tuple(counts.get(kind, 0) for kind in kinds))


def records_due(*, viewer: User) -> QuerySet[RetentionDue]:
    """What is due for review, longest waiting first; never what is held, from that second on."""
    permissions.check_can_keep_records(by=viewer)
    held = list(LegalHold.objects.live(clock.today()).values_list("person_id", flat=True))
    return RetentionDue.objects.exclude(people__overlap=held).order_by("review_on", "pk")


def record_due(due_id: int, *, viewer: User) -> RetentionDue:
    """One of them. NotVisible where it is not due, or not any more."""
    found = records_due(viewer=viewer).filter(pk=due_id).first()
    if found is None:
        raise NotVisible("record due", due_id)
    return found


def legal_holds(*, viewer: User) -> QuerySet[LegalHold]:
    """The holds that stand now, newest first."""
    permissions.check_can_keep_records(by=viewer)
    return LegalHold.objects.live(clock.today()).select_related("held_by")


def legal_hold(hold_id: int, *, viewer: User) -> LegalHold:
    """One hold, ended or not. NotVisible where there is none."""
    permissions.check_can_keep_records(by=viewer)
    holds = LegalHold.objects.select_related("held_by", "released_by")
    found = holds.filter(pk=hold_id).first()
    if found is None:
        raise NotVisible("legal hold", hold_id)
    return found
