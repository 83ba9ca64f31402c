"""Ticked words that wait, child by child, and what each may be confirmed as."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Case, Count, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

import asking
import clock
from accounts.models import User
from cases.models import Indicator, IndicatorKind, Person, Prompt
from cases.queries.prompts import prompts, put_contacts

# Children on one page.
A_PAGE = 10
# Stands for 'no clock runs' in the order: after every clock that does.
NO_CLOCK = datetime(9999, 1, 1, tzinfo=UTC)


class Rank(NamedTuple):
    """Where a child stands in the list: gravest first, then the clock that runs out first.

    `gravity`: 2 climbs like a flag, 1 would raise a flag, 0 neither.
    """

    gravity: int
    due_at: datetime
    person_id: int


@dataclass(frozen=True)
class ChildWaiting:
    """One child's words that wait, gravest first."""

    person: Person
    prompts: Sequence[Prompt]


@dataclass(frozen=True)
class WaitingPage:
    """Children in their order; `next_after` stands only where more of them follow."""

    children: Sequence[ChildWaiting]
    next_after: Rank | None


@dataclass(frozen=True)
class Waiting:
    """How many words wait for the viewer, how many of them grave, how many late."""

    words: int
    grave: int
    late: int


def children_waiting(*, viewer: User, after: Rank | None = None) -> WaitingPage:
    """A page of the children whose ticked words wait for the viewer, after a rank."""
    gravity = Case(
        When(climbs=True, then=Value(2)), When(is_grave=True, then=Value(1)), default=Value(0)
    )
    waiting = prompts(viewer=viewer)
    ranked = (
        waiting.order_by()
        .values("person_id")
        .annotate(gravity=Max(gravity), due=Coalesce(Min("due_at"), Value(NO_CLOCK)))
        .order_by("-gravity", "due", "person_id")
    )
    if after is not None:
        same = Q(gravity=after.gravity)
        ranked = ranked.filter(
            Q(gravity__lt=after.gravity)
            | same & Q(due__gt=after.due_at)
            | same & Q(due=after.due_at, person_id__gt=after.person_id)
        )
    with asking.task("children waiting"):
        found = [Rank(row["gravity"], row["due"], row["person_id"]) for row in ranked[: A_PAGE + 1]]
        shown = found[:A_PAGE]
        children = _with_words(waiting, [rank.person_id for rank in shown])
    put_contacts([prompt for child in children for prompt in child.prompts], viewer=viewer)
    return WaitingPage(
        children=children,
        next_after=shown[-1] if len(found) > A_PAGE else None,
    )


def _with_words(waiting: QuerySet[Prompt], person_ids: list[int]) -> list[ChildWaiting]:
    words: dict[int, list[Prompt]] = {person_id: [] for person_id in person_ids}
    for prompt in waiting.filter(person__in=person_ids):
        words[prompt.person_id].append(prompt)
    return [ChildWaiting(found[0].person, found) for found in words.values() if found]


def prompts_waiting(*, viewer: User) -> Waiting:
    """The figures of the viewer's list of prompts."""
    with asking.task("prompts waiting"):
        counted = prompts(viewer=viewer).aggregate(
            words=Count("pk"),
            grave=Count("pk", filter=Q(is_grave=True)),
            late=Count("pk", filter=Q(due_at__lt=clock.now())),
        )
    return Waiting(**counted)


def meanings(
    prompt: Prompt, among: Iterable[Indicator], *, viewer: User
) -> tuple[list[Indicator], list[Indicator]]:
    """What a ticked word may be confirmed as: the nearest (of its domain), and all that it may be.

    A word that names a whole domain and no indicator, such as 'exploitation', is one of that
    domain's alone. Any other is an indicator of its own kind.
    """
    known = list(among)
    if prompt.indicator is None:
        named = [i for i in known if i.domain == prompt.word and i.kind == IndicatorKind.RISK]
        return (named, named) if named else (known, known)
    kind, domain = prompt.indicator.kind, prompt.indicator.domain
    allowed = [indicator for indicator in known if indicator.kind == kind]
    return [indicator for indicator in allowed if indicator.domain == domain], allowed
