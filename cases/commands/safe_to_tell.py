"""Say whom it is safe to tell about a child; refuse a send by whoever has not read it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import Agency, User
from audit.denied import NotVisible
from audit.models import Kind
from cases import permissions
from cases.access import scope
from cases.commands.people import hold
from cases.models import CaseChild, Person, SafeToTell
from cases.signals import agencies_not_told_changed, telling_agency

UNREAD = "Read who may be told, and how, before you send anything."
NEWER = "Who may be told has changed since you opened this page. Read it again before you send."


@asking.command
def record_safe_to_tell(
    person: Person,
    *,
    shown: int | None,
    parental_responsibility: str = "",
    safe_ways: str,
    people_not_told: str = "",
    agencies_not_told: Iterable[Agency] = (),
    court_orders: str = "",
    by: User,
) -> SafeToTell:
    """Keep a new version of whom it is safe to tell, and how; those before it stay as history.

    `shown` is the version that the author saw while writing, None where there was none. The same
    words twice are one version. ValidationError where somebody else has written in between.
    """
    permissions.check_can_keep_standing(person, by=by)
    if not safe_ways.strip():
        raise ValidationError({"safe_ways": "Say how it is safe to make contact."})
    said: dict[str, Any] = {
        "parental_responsibility": parental_responsibility,
        "safe_ways": safe_ways,
        "people_not_told": people_not_told,
        "agencies_not_told": sorted({agency.pk for agency in agencies_not_told}),
        "court_orders": court_orders,
    }
    # Of two at once, the second waits here and finds that the first has written.
    hold([person.pk])
    current = _current(person)
    if current and all(getattr(current, name) == words for name, words in said.items()):
        return current
    if (current.pk if current else None) != shown:
        raise ValidationError(
            "Somebody has changed this since you opened the page. Read what stands there now, "
            "then write yours again."
        )
    now = clock.now()
    if current:
        current.replaced_at = now
        current.save(update_fields=["replaced_at"])
    orders = said.pop("court_orders")
    kept = SafeToTell(person=person, **said, recorded_at=now, recorded_by=by).ordering(orders)
    kept.save()
    audit.commands.record(
        Kind.COLLECTION,
        "record safe to tell",
        persons=[person.pk],
        records={"safe to tell": kept.pk},
        by=by,
    )
    agencies_not_told_changed.send(
        sender=SafeToTell, person=person, agencies=kept.agencies_not_told, by=by
    )
    return kept


def refuse_unless_safe(
    person: Person,
    *,
    safe_to_tell_read: int | Collection[int] | None,
    to: Iterable[Agency] = (),
    place: CaseChild | None = None,
    despite_decision: bool = False,
    field: str = "agency",
    instead: str = "choose another",
    by: User,
) -> None:
    """Part of every send about a child, before it sends: whom it is safe to tell has been read.

    `safe_to_tell_read` is the version that the sender was shown and says to have read, or of several
    children the versions. Until the send's transaction ends nobody writes another one. Nothing is
    asked of whoever is not shown it. ValidationError at "safe_to_tell_read" where the version that
    counts is another; at `field` where a receiver must not be told, or where it was decided not to share
    the child with them (of `place` alone, where one is given), with what to do `instead`. Only what
    cannot wait goes `despite_decision`.
    """
    hold([person.pk])
    to = list(to)
    if errors := _unsafe(person, safe_to_tell_read, to, field, instead, by):
        raise ValidationError(errors)
    if not despite_decision:
        refuse_decided(person, place=place, to=to, field=field, instead=instead, by=by)


def _unsafe(
    person: Person,
    safe_to_tell_read: int | Collection[int] | None,
    to: list[Agency],
    field: str,
    instead: str,
    by: User,
) -> dict[str, str]:
    """What of whom it is safe to tell keeps a send from going: {field: what to do}."""
    current = _current(person)
    if current is None:
        return {}
    said = {safe_to_tell_read} if isinstance(safe_to_tell_read, int) else safe_to_tell_read
    errors = {}
    if current.pk not in (said or ()) and _is_shown(current, by):
        errors["safe_to_tell_read"] = NEWER if said else UNREAD
    if unsafe := [agency for agency in to if agency.pk in current.agencies_not_told]:
        errors[field] = _refusal(unsafe[0], instead)
    return errors


def refuse_decided(
    person: Person,
    *,
    place: CaseChild | None,
    to: Iterable[Agency],
    field: str,
    instead: str = "choose somebody of another agency",
    by: User,
) -> None:
    """Part of whatever tells agencies something of a child, or opens it to their people, beside whom it is
    safe to tell: ValidationError at `field` where it was decided not to share the child with one of them.

    Until the transaction ends nobody decides so.
    """
    hold([person.pk])
    for agency in to:
        answers = telling_agency.send(
            sender=Person, person=person, place=place, agency=agency, by=by
        )
        if said := [words for _, words in answers if words]:
            raise ValidationError({field: f"{said[0].removesuffix('.')}, or {instead}."})


def refuse_not_told(person: Person, agency: Agency, *, field: str, by: User) -> None:
    """Part of whatever opens something of a child to one of an agency's people: ValidationError at
    `field` where the agency must not be told."""
    hold([person.pk])
    current = _current(person)
    if current and agency.pk in current.agencies_not_told:
        raise ValidationError({field: _refusal(agency, "choose somebody of another agency")})


def not_told(person_ids: Iterable[int], *, by: User) -> dict[int, frozenset[int]]:
    """Part of whatever opens something of several children again: {child: the agencies that must not be
    told}, by id, of those of whom somebody has said so. Until the transaction ends nobody says another.
    """
    asked = set(person_ids)
    hold(asked)
    current = SafeToTell.objects.filter(person__in=asked, replaced_at=None)
    return {each.person_id: frozenset(each.agencies_not_told) for each in current}


def _refusal(agency: Agency, instead: str) -> str:
    return f"Safe to tell says that {agency} must not be told: {instead}."


def _is_shown(current: SafeToTell, by: User) -> bool:
    """Whether somebody is shown whom it is safe to tell, as cases.queries.safe_to_tell decides it."""
    try:
        sight = scope.sight(by, current.person_id)
    except NotVisible:
        return False
    if by.agency_id not in current.agencies_not_told:
        return True
    return sight.everything or permissions.runs_case_of(sight.person, by=by)


def _current(person: Person) -> SafeToTell | None:
    return SafeToTell.objects.filter(person=person, replaced_at=None).first()
