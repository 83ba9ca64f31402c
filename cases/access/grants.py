"""Write access rows. Only the commands of cases, partners and referrals come here (a contract).

Each call runs inside the transaction of the decision that it carries out.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import Group, Permission
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Greatest

import asking
import clock
from accounts.models import User
from cases.models import (
    CaseChild,
    Person,
    PersonGroupPermission,
    PersonUserPermission,
    PlaceGroupPermission,
    PlaceUserPermission,
)

TABLES: dict[tuple[type, type], Any] = {
    (Person, User): PersonUserPermission,
    (Person, Group): PersonGroupPermission,
    (CaseChild, User): PlaceUserPermission,
    (CaseChild, Group): PlaceGroupPermission,
}


def open_to(
    holder: User | Group,
    on: Person | CaseChild,
    sections: Iterable[str],
    *,
    ground: str,
    grant_ref: UUID,
    starts_at: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Open sections of a child, or of a child's place, from now until a moment (exclusive).

    `starts_at`: from then, where it is still to come. `grant_ref` names the period; what begins
    again gets a new one. Calling twice changes nothing.
    """
    # Not type(): a request's user is a lazy stand-in that answers with the user's class.
    table = TABLES[on.__class__, holder.__class__]
    field = "user" if isinstance(holder, User) else "group"
    permissions = _to_see(sections, on)
    table.objects.bulk_create(
        [
            table(
                **{field: holder},
                content_object=on,
                permission=permission,
                starts_at=max(clock.now(), starts_at or clock.now()),
                until=until,
                ground=ground,
                grant_ref=grant_ref,
            )
            for permission in permissions
        ],
        ignore_conflicts=True,
    )


def set_until(grant_ref: UUID, until: datetime | None) -> None:
    """Move the end of a period that has not ended yet. What has ended stays ended.

    One that was to begin later than its new end never begins.
    """
    _rewrite([grant_ref], until)


def end(*grant_refs: UUID) -> None:
    """Close these periods in this second, for answers too that are being made: all of one call at once."""
    _rewrite(grant_refs, clock.now())


def _rewrite(grant_refs: Iterable[UUID], until: datetime | None) -> None:
    """Wait for whoever reads by these rows, then move their end."""
    rows = [
        table.objects.filter(_live(), grant_ref__in=list(grant_refs)) for table in TABLES.values()
    ]
    _withdraw(rows)
    end = Value(until, DateTimeField()) if until is None else Greatest("starts_at", Value(until))
    for each in rows:
        each.update(until=end)


def _live() -> Q:
    """What runs, or is yet to begin."""
    return Q(until=None) | (Q(until__gt=clock.now()) & Q(until__gt=F("starts_at")))


def _withdraw(rows: Iterable[Any]) -> None:
    users: set[int] = set()
    groups: set[int] = set()
    for each in rows:
        by_user = hasattr(each.model, "user_id")
        (users if by_user else groups).update(
            each.values_list("user_id" if by_user else "group_id", flat=True)
        )
    asking.withdraw(users=users, groups=groups)


def end_all(place: CaseChild) -> None:
    """Close everything that is open on a place, to anybody, in this second. What was to begin never does."""
    tables = (PlaceUserPermission, PlaceGroupPermission)
    rows = [table.objects.filter(_live(), content_object=place) for table in tables]
    _withdraw(rows)
    for each in rows:
        each.update(until=Greatest("starts_at", Value(clock.now())))


def end_of(user: User) -> None:
    """Close in this second every period that was written to this user: they have left, and the
    caller holds their sight. What was to begin never does."""
    for table in (PersonUserPermission, PlaceUserPermission):
        table.objects.filter(_live(), user=user).update(
            until=Greatest("starts_at", Value(clock.now()))
        )


def end_sections(holder: Group, places: Iterable[CaseChild], sections: Iterable[str]) -> None:
    """Close some sections of places to a group in this second; what else it sees of them stays."""
    held = PlaceGroupPermission.objects.filter(
        _live(),
        group=holder,
        content_object__in=list(places),
        permission__codename__in=[f"see_{section}" for section in sections],
    )
    asking.withdraw(groups=[holder.pk])
    held.update(until=clock.now())


def open_since(
    holder: Group,
    places: Iterable[tuple[CaseChild, datetime]],
    sections: Iterable[str],
    *,
    ground: str,
) -> None:
    """Open sections of many places, each from its own moment in the past: what a team held since then.

    Each place is a period of its own. Called twice, everything is opened twice.
    """
    permissions = _to_see(sections, CaseChild)
    PlaceGroupPermission.objects.bulk_create(
        [
            PlaceGroupPermission(
                group=holder,
                content_object=place,
                permission=permission,
                starts_at=starts_at,
                ground=ground,
                grant_ref=ref,
            )
            for place, starts_at in places
            for ref in [uuid4()]
            for permission in permissions
        ],
        batch_size=1000,
    )


def _to_see(sections: Iterable[str], on: Person | CaseChild | type[CaseChild]) -> list[Permission]:
    """Guardian's permissions to see these sections of a child, or of a place."""
    return list(
        Permission.objects.filter(
            content_type__app_label="cases",
            content_type__model=on._meta.model_name,
            codename__in=[f"see_{section}" for section in sections],
        )
    )
