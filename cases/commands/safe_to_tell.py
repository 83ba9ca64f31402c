"""Say whom it is safe to tell about a child; refuse a send by whoever has not read it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from cases import permissions
from cases.commands.people import hold
from cases.models import Person, SafeToTell

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
    return kept


def refuse_unless_safe(
    person: Person,
    *,
    safe_to_tell_read: int | None,
    to: Iterable[Agency] = (),
    field: str = "agency",
    by: User,
) -> None:
    """Part of every send about a child, before it sends: whom it is safe to tell has been read.

    `safe_to_tell_read` is the version that the sender was shown and says to have read. Until the
    send's transaction ends nobody writes another one. ValidationError at "safe_to_tell_read" where
    the version that counts is another; at `field` where a receiver must not be told.
    """
    hold([person.pk])
    current = _current(person)
    if current is None:
        return
    errors = {}
    if safe_to_tell_read != current.pk:
        errors["safe_to_tell_read"] = NEWER if safe_to_tell_read else UNREAD
    if unsafe := [agency for agency in to if agency.pk in current.agencies_not_told]:
        errors[field] = f"Safe to tell says that {unsafe[0]} must not be told: choose another."
    if errors:
        raise ValidationError(errors)


def _current(person: Person) -> SafeToTell | None:
    return SafeToTell.objects.filter(person=person, replaced_at=None).first()
