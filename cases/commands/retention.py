"""Hold records, list each night what is due for review, decide to keep longer. Nothing is disposed of
here: that comes later."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncMonth

import accounts.commands
import accounts.permissions
import accounts.queries
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import keeping, permissions
from cases.commands.keeping import CHUNK, hold_records, keep_anew
from cases.commands.people import hold
from cases.models import (
    CaseChild,
    Flag,
    Kept,
    KeptLonger,
    LegalHold,
    Person,
    RetentionDue,
    RetentionNight,
)
from cases.retention import NOT_WORKED_OUT
from govuk.dates import date_in_words

# No decision reaches further: after ten years somebody looks again (from memory of the review
# schedule of before 2023, whose longest interval it is).
AT_THE_LATEST = timedelta(days=3652)
PAGE = "/retention"
HELD_ALREADY = (
    "These words hold it already, until another day: release that first, or say what is new."
)


@asking.command
def hold_record(person_id: int, *, reason: str, until: date | None = None, by: User) -> LegalHold:
    """Put a child's record on hold, with all that hangs on it: none of it comes up for review.

    Sent twice, it is one. ValidationError without a reason, for a day that is not to come, or where
    no record has this number.
    """
    permissions.check_can_keep_records(by=by)
    person = Person.objects.filter(pk=person_id).first()
    errors = {}
    if person is None:
        errors["child"] = "No child’s record has this reference. Check it and enter it again."
    if not reason.strip():
        errors["reason"] = "Say why the record must be kept, such as an inquiry or a claim."
    if until is not None and until <= clock.today():
        errors["until"] = "The date must be in the future."
    if errors or person is None:
        raise ValidationError(errors)
    # Of two sends at once, the second waits here for the first.
    hold([person.pk])
    standing_already = LegalHold.objects.filter(person=person, reason=reason.strip())
    if found := standing_already.filter(released_at=None).first():
        if found.until != until:
            raise ValidationError({"reason": HELD_ALREADY})
        return found
    made = LegalHold.objects.create(
        person=person, reason=reason.strip(), until=until, held_at=clock.now(), held_by=by
    )
    listed = RetentionDue.objects.filter(people__contains=[person.pk]).order_by("pk")
    RetentionDue.objects.filter(
        pk__in=list(listed.select_for_update().values_list("pk", flat=True))
    ).delete()
    audit.commands.record(
        Kind.ALTERATION,
        "hold record",
        persons=[person.pk],
        records={"hold": made.pk},
        reason=made.reason,
        by=by,
    )
    return made


@asking.command
def release_record(held: LegalHold, *, reason: str, by: User) -> LegalHold:
    """End a hold. What is due comes up with the next night. Released twice, it stays as it was."""
    permissions.check_can_keep_records(by=by)
    held = LegalHold.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if held.released_at:
        return held
    if not reason.strip():
        raise ValidationError({"reason": "Say why the record need not be held any more."})
    held.released_at, held.released_by, held.release_reason = clock.now(), by, reason.strip()
    held.save(update_fields=["released_at", "released_by", "release_reason"])
    audit.commands.record(
        Kind.ALTERATION,
        "release record",
        persons=[held.person_id],
        records={"hold": held.pk},
        reason=held.release_reason,
        by=by,
    )
    return held


@asking.command
def keep_longer(due: RetentionDue, *, reason: str, review_on: date, by: User) -> KeptLonger:
    """Decide in a review that a record is still needed, and when it is reviewed again.

    ValidationError without a reason, for a day that is not to come or too far off, or when somebody
    was faster.
    """
    permissions.check_can_keep_records(by=by)
    # The record before its line in the list, as whoever puts the child on hold.
    hold_records(keeping.kinds()[due.record], [due.record_id])
    found = RetentionDue.objects.select_for_update().filter(pk=due.pk).first()
    if found is None:
        raise ValidationError("This record is not due any more: somebody has decided or held it.")
    latest = clock.today() + AT_THE_LATEST
    errors = {}
    if not reason.strip():
        errors["reason"] = "Say why the record is still needed."
    if not clock.today() < review_on <= latest:
        errors["review_on"] = f"The date must be after today and by {date_in_words(latest)}."
    if errors:
        raise ValidationError(errors)
    decision = KeptLonger.objects.create(
        record=found.record,
        record_id=found.record_id,
        due_on=found.review_on,
        reason=reason.strip(),
        review_on=review_on,
        decided_at=clock.now(),
        decided_by=by,
    )
    keep_anew(keeping.kinds()[found.record], [found.record_id], by=by)
    found.delete()
    audit.commands.record(
        Kind.ALTERATION,
        "keep longer",
        persons=found.people,
        records={found.record: found.record_id},
        reason=decision.reason,
        by=by,
    )
    return decision


@asking.command
def work_out_missing(*, by: User) -> int:
    """Work out how some of the records are kept that were written past the commands; how many.

    Some at a time, each time in a transaction of its own, so that nobody waits long for a record.
    Asked until it answers 0.
    """
    permissions.check_can_list_due(by=by)
    count = 0
    # Children last, as everywhere.
    for model in sorted(keeping.kinds().values(), key=lambda kind: kind is Person):
        unknown = model._default_manager.filter(category=NOT_WORKED_OUT).order_by("pk")
        ids = list(unknown.values_list("pk", flat=True)[:CHUNK])
        keep_anew(model, ids, by=by)
        count += len(ids)
    if count:
        audit.commands.record(Kind.ALTERATION, "work out missing", records={"count": count}, by=by)
    return count


@asking.command
def list_due(*, on: date, by: User) -> int:
    """List the records that are due for review on a day, and tell information governance how many.

    Asked twice, the list is the same. A record that is still due keeps the day on which it was
    first listed.
    """
    permissions.check_can_list_due(by=by)
    _take_turn()
    spared = _spared(on)
    due = [
        row for record, model in keeping.kinds().items() for row in _due(record, model, spared, on)
    ]
    _list_anew(due)
    RetentionNight.objects.update_or_create(
        on=on, defaults={"figures": _figures(on), "listed_at": clock.now()}
    )
    audit.commands.record(Kind.ALTERATION, "list due", records={"due": len(due)}, by=by)
    _tell(len(due), by=by)
    return len(due)


def _take_turn() -> None:
    """Two lists asked for at once: the second waits here until the first stands."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('list due', 0))")


def _spared(on: date) -> set[int]:
    """Children of whom nothing is due: on hold, in an open case, or with a flag to be answered."""
    return {
        *LegalHold.objects.live(on).values_list("person_id", flat=True),
        *CaseChild.objects.filter(case__closed_at=None).values_list("person_id", flat=True),
        *Flag.objects.filter(answered_at=None).values_list("person_id", flat=True),
    }


def _due(record: str, model: type[Kept], spared: set[int], on: date) -> Iterable[RetentionDue]:
    """The records of one kind whose day has come, and on which nothing hangs that is kept longer."""
    found = model._default_manager.filter(review_on__lte=on)
    for hanging in _hanging_on(model, on):
        found = found.exclude(Exists(hanging))
    rows = found.annotate(of=ArrayAgg(model.people, distinct=True, default=[]))
    for pk, category, review_on, people in rows.values_list("pk", "category", "review_on", "of"):
        if spared.isdisjoint(people):
            yield RetentionDue(
                record=record,
                record_id=pk,
                people=people,
                category=category,
                review_on=review_on,
                listed_on=on,
            )


def _hanging_on(model: type[Kept], on: date) -> Iterable[QuerySet[Any]]:
    """Records of other kinds that point here and are not due yet."""
    for other in keeping.kinds().values():
        if model is Person and other is not Person:
            ways = [other.people]
        else:
            ways = [key.name for key in other._meta.fields if key.related_model is model]
        for way in ways:
            yield other._default_manager.filter(**{way: OuterRef("pk")}, review_on__gt=on)


def _list_anew(due: Iterable[RetentionDue]) -> None:
    """Strike what is not due any more or has changed, add what has come up."""
    wanted = {_told(row): row for row in due}
    listed = RetentionDue.objects.select_for_update().order_by("pk")
    standing_now = {_told(row): row.pk for row in listed}
    gone = [pk for told, pk in standing_now.items() if told not in wanted]
    RetentionDue.objects.filter(pk__in=gone).delete()
    RetentionDue.objects.bulk_create(
        [row for told, row in wanted.items() if told not in standing_now], batch_size=2000
    )


def _told(row: RetentionDue) -> tuple[object, ...]:
    return (row.record, row.record_id, row.category, row.review_on, *sorted(row.people))


def _figures(on: date) -> dict[str, list[list[object]]]:
    """What is kept by kind and category, and what comes up by month in the year to come."""
    kept, coming = [], []
    for record, model in keeping.kinds().items():
        rows = model._default_manager.order_by()
        counts = rows.values_list("category").annotate(of=Count("pk")).order_by("category")
        kept += [[record, category, count] for category, count in counts]
        in_a_year = Counter(
            rows.filter(review_on__gt=on, review_on__lte=on + timedelta(days=366))
            .annotate(month=TruncMonth("review_on"))
            .values_list("month", flat=True)
        )
        coming += [[month.isoformat(), record, n] for month, n in sorted(in_a_year.items())]
    return {"kept": kept, "coming": coming}


def _tell(count: int, *, by: User) -> None:
    """One line for everybody who decides on it, in the place of last night's."""
    accounts.commands.settle(url=PAGE, by=by)
    if not count:
        return
    says = f"{count} records are due for review" if count != 1 else "1 record is due for review"
    for user in accounts.queries.who_can(accounts.permissions.KEEP_RECORDS, viewer=by):
        accounts.commands.notify(user, says, url=PAGE, by=by)
