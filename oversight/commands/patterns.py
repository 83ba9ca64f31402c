"""Look through a day that has ended, rule by rule, and put what is found up for review."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from oversight import permissions, rules, sql
from oversight.models import DipSample, HomePostcode, Pattern, PatternKind

# Whoever looks through the record, or draws from it, takes turns.
TURN = 20261129
# Default by judgement, as for a look through broken glass (design/access.md).
WORKING_DAYS_TO_REVIEW = 5


@asking.command
def look_for_patterns(*, on: date, by: User) -> list[Pattern]:
    """Keep what a London day shows, each pattern with its place in the queue; answers the new ones.

    Looks without a task are those of the day before: what explains one may come within 24 hours.
    The same day again finds the same: what is kept stays as it was, reviewed or not. Two at once
    take turns. ValidationError for a day that has not ended.
    """
    permissions.check_can_watch(by=by)
    refuse_unless_ended(on)
    take_turn()
    found = [pattern for kind, day, each in _found(on) for pattern in _kept(kind, day, each)]
    counted = {kind.value: sum(p.kind == kind for p in found) for kind in PatternKind}
    records = {"day": on.isoformat()} | {kind: n for kind, n in counted.items() if n}
    audit.commands.record(Kind.COLLECTION, "look for patterns", records=records, by=by)
    return found


def refuse_unless_ended(on: date) -> None:
    if on >= clock.today():
        raise ValidationError({"on": "The day must have ended."})


def take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [TURN])


def _found(on: date) -> Iterable[tuple[PatternKind, date, list[sql.Found]]]:
    before = on - timedelta(days=1)
    people = User.objects.filter(pk__in=sql.active(on))
    keys = {user.pk: rules.surname_keys(user.name) for user in people}
    yield PatternKind.OWN_SURNAME, on, sql.own_surname(on, keys)
    homes = {home.user_id: home for home in HomePostcode.objects.filter(user__in=people)}
    yield PatternKind.OWN_ADDRESS, on, sql.own_address(on, homes)
    yield PatternKind.NO_TASK, before, sql.no_task(before)
    yield PatternKind.MANY, on, sql.many(on, {user.pk: frozenset(user.roles) for user in people})
    yield PatternKind.ELSEWHERE, on, sql.elsewhere(on)
    yield PatternKind.DENIED, on, sql.denied(on)


def _kept(kind: PatternKind, day: date, found: Iterable[sql.Found]) -> Iterable[Pattern]:
    """Only those that were not known: an older one may have been reviewed by now."""
    now = clock.now()
    for each in found:
        pattern, is_new = Pattern.objects.get_or_create(
            kind=kind,
            user_id=each.user_id,
            day=day,
            defaults={
                "number": each.number,
                "usual": each.usual,
                "entries": sorted(each.entries)[: Pattern.MOST_KEPT],
                "persons": sorted(each.persons)[: Pattern.MOST_KEPT],
                "found_at": now,
            },
        )
        if is_new:
            due = clock.add_working_days(now, WORKING_DAYS_TO_REVIEW)
            DipSample.objects.create(
                pattern=pattern, user_id=each.user_id, day=day, drawn_at=now, due_at=due
            )
            yield pattern
