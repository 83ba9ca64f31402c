"""Tell people on their home pages of something about a child: those who may know of the child now."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

import accounts.commands
from accounts.models import User
from cases.access import scope
from cases.commands.people import hold
from cases.models import Person, Restriction

RING_THEM = (
    "This record is restricted or sealed: nothing of it is told in the portal. Ring them yourself, or "
    "ask the record’s owner to."
)


def tell_of(
    about: Person | Iterable[Person], users: Iterable[User], text: str, *, url: str, by: User
) -> list[User]:
    """A line about a child, by reference, for those of these who may know of them; whom it was put to.

    Of several children: for those who may know of one of them. Of a hidden child of whom none of them
    may know it goes to whoever keeps the record, who answers for it in person. Theirs leads to the
    record's page: the others' may not be theirs to open.
    """
    ids = {about.pk} if isinstance(about, Person) else {person.pk for person in about}
    told = [user for user in users if not ids <= _hidden_from(user, ids)]
    for user in told:
        accounts.commands.notify(user, text, url=url, by=by)
    if told:
        return told
    kept = Restriction.objects.live().filter(person__in=ids).select_related("owner").order_by("pk")
    for restriction in kept:
        tell_owner(restriction, text, by=by)
    return [restriction.owner for restriction in kept]


def _hidden_from(user: User, ids: set[int]) -> set[int]:
    hidden = scope.hidden_from(user).filter(person__in=ids)
    return set(hidden.values_list("person", flat=True))


def tell_owner(restriction: Restriction, text: str, *, by: User) -> None:
    """A line on the home page of whoever keeps the record; `text` names references, never the child."""
    accounts.commands.notify(restriction.owner, text, url=f"/restrictions/{restriction.pk}", by=by)


def refuse_hidden(person: Person, *, field: str = "agency", by: User) -> None:
    """Part of whatever tells another agency of a child: of a restricted or sealed one nobody there would
    be shown it, and it would open by itself the day the record does. ValidationError at `field`, for
    whoever stands on its list: nobody else comes so far."""
    hold([person.pk])
    if scope.restricted_or_sealed([person.pk]):
        raise ValidationError({field: RING_THEM})
