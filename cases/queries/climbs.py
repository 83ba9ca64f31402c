"""When the duty rota is called next, and whether a call is late."""

from datetime import datetime
from typing import Any

from django.db.models import Case, F, Max, QuerySet, Value, When
from django.db.models.functions import Coalesce

import clock
from accounts.models import User
from cases.models import Flag, Prompt, PromptState
from cases.models.flags import CLIMB

NOBODY = -1


def climb_is_late(*, viewer: User) -> bool:
    """Whether a step of the climb is due about something unanswered, and nobody was called yet.

    Two small queries, for a page that must not wait for the worker to find out.
    """
    climbing = Prompt.objects.filter(state=PromptState.WAITING, climbs=True)
    return _any_late(Flag.objects.filter(answered_at=None)) or _any_late(climbing)


def _any_late(unanswered: QuerySet[Any]) -> bool:
    now = clock.now()
    # The highest step first: the first that holds is the one that should have been called.
    steps = reversed(list(enumerate(CLIMB)))
    due = Case(
        *[When(raised_at__lte=now - wait, then=Value(step)) for step, wait in steps],
        default=Value(NOBODY),
    )
    called = Coalesce(Max("calls__step"), Value(NOBODY))
    return unanswered.annotate(due=due, called=called).filter(called__lt=F("due")).exists()


def next_call_at(flag: Flag, *, viewer: User) -> datetime | None:
    """When the next step of an open flag is called; None after the last one."""
    called = max((call.step for call in flag.calls.all()), default=NOBODY)
    waits = CLIMB[called + 1 :]
    return flag.raised_at + waits[0] if waits and flag.answered_at is None else None
