"""The address of who was harmed stands in nothing that partners read: refused at its field."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from accounts.models import User
from cases.models import Person
from partners import queries, redaction


def addresses_in(person: Person, texts: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Those of the texts about a child that hold a protected address: {field: what to do}."""
    protected = queries.protected_of(person, viewer=by)
    return {
        field: redaction.NEVER_SHARED
        for field, text in texts.items()
        if redaction.holds(text, protected)
    }


def refuse_addresses(person: Person, texts: Mapping[str, str], *, by: User) -> None:
    """Part of whatever writes what partners read of a child: ValidationError at each field that holds one."""
    if found := addresses_in(person, texts, by=by):
        raise ValidationError(found)
