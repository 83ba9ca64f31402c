"""Break-glass: a restricted record opened for an hour, told at once, reviewed within five working days."""

from datetime import date, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError

import accounts.commands
import accounts.queries
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.access import grants, scope
from cases.commands.searches import keep_searches
from cases.matching.keys import Described
from cases.models import (
    BreakGlass,
    Came,
    Person,
    Restriction,
    RestrictionKind,
    ReviewOutcome,
    Section,
)
from cases.queries.terms import digest
from govuk.dates import date_in_words

OPEN_FOR = timedelta(minutes=60)
REVIEW_WITHIN = 5  # working days


@asking.command
def break_glass(
    *, surname: str, forenames: str, date_of_birth: date, reason: str, by: User
) -> list[BreakGlass]:
    """Try to open a restricted record; each hit opens it in full for 60 minutes, or there is none.

    A hit is exact: surname, first name and birth date as the search compares them, so that no glass
    is broken over a guess. A sealed record is never hit. Every try is kept for review, and none is
    refused for being one of many. ValidationError at the field for what is missing.
    """
    # Of this and the end of what lets them, such as their time on the rota, the second learns of the first.
    (by,) = accounts.commands.hold(by, by=by)
    permissions.check_can_break_glass(by=by)
    described = Described(surname, forenames, date_of_birth)
    _check(described, reason)
    hits = list(_restricted(described))
    opened: list[Person | None] = [*hits] or [None]
    tries = [_try(described, reason, person, by=by) for person in opened]
    keep_searches([described], kind=Came.BREAK_GLASS, by=by)
    audit.commands.record(
        Kind.CONSULTATION,
        "break glass",
        persons=[person.pk for person in hits],
        records={"tries": [tried.pk for tried in tries], "terms": [digest(described)]},
        ground=scope.BREAK_GLASS,
        reason=reason,
        by=by,
    )
    for tried in tries:
        if tried.person is not None:
            _open(tried, tried.person, by=by)
    return [tried for tried in tries if tried.person is not None]


def _check(described: Described, reason: str) -> None:
    errors = {}
    if not described.keys.surname_key:
        errors["surname"] = "Enter the surname."
    if not described.keys.forename_key:
        errors["forenames"] = "Enter the first name."
    if described.date_of_birth is None:
        errors["date_of_birth"] = "Enter the date of birth."
    if not reason.strip():
        errors["reason"] = "Say why you need this record now."
    if errors:
        raise ValidationError(errors)


def _restricted(described: Described) -> list[Person]:
    restricted = Restriction.objects.live().filter(kind=RestrictionKind.RESTRICTED)
    found = Person.objects.filter(
        surname_key=described.keys.surname_key,
        forename_key=described.keys.forename_key,
        date_of_birth=described.date_of_birth,
        pk__in=restricted.values("person"),
    )
    return list(found.order_by("pk"))


def _try(described: Described, reason: str, person: Person | None, *, by: User) -> BreakGlass:
    now = clock.now()
    return BreakGlass.objects.create(
        by=by,
        at=now,
        digest=digest(described),
        reason=reason,
        person=person,
        grant_ref=uuid4() if person else None,
        until=now + OPEN_FOR if person else None,
        review_due_at=clock.add_working_days(now, REVIEW_WITHIN),
    )


def _open(tried: BreakGlass, person: Person, *, by: User) -> None:
    """Open the record, and tell its owner and information governance."""
    assert tried.grant_ref is not None, "a hit has its period, says a constraint"
    grants.open_to(
        by,
        person,
        [Section.FULL],
        ground=scope.BREAK_GLASS,
        grant_ref=tried.grant_ref,
        until=tried.until,
    )
    restriction = Restriction.objects.live().select_related("owner").get(person=person)
    accounts.commands.notify(
        restriction.owner,
        f"Break-glass {tried.reference} opened record {restriction.reference}",
        url=f"/restrictions/{restriction.pk}",
        by=by,
    )
    due = date_in_words(clock.london_date(tried.review_due_at))
    for user in accounts.queries.information_governance(viewer=by):
        accounts.commands.notify(
            user,
            f"Break-glass {tried.reference}: review it by {due}",
            url=f"/break-glass/reviews/{tried.pk}",
            by=by,
        )


@asking.command
def review_break_glass(tried: BreakGlass, *, outcome: str, words: str, by: User) -> BreakGlass:
    """Say what was found of a try. Reviewed twice, the first stands. ValidationError at the field."""
    permissions.check_can_review_break_glass(tried, by=by)
    tried = BreakGlass.objects.select_for_update(of=("self",)).get(pk=tried.pk)
    if tried.reviewed_at:
        return tried
    errors = {}
    if outcome not in ReviewOutcome.values:
        errors["outcome"] = "Choose what you found."
    if not words.strip():
        errors["words"] = "Say what you found, and what was done."
    if errors:
        raise ValidationError(errors)
    tried.outcome, tried.words = outcome, words
    tried.reviewed_at, tried.reviewed_by = clock.now(), by
    tried.save(update_fields=["outcome", "words", "reviewed_at", "reviewed_by"])
    accounts.commands.settle(url=f"/break-glass/reviews/{tried.pk}", by=by)
    audit.commands.record(
        Kind.ALTERATION, "review break-glass", records={"try": tried.pk}, reason=outcome, by=by
    )
    return tried
