"""Open a child's record with a reason, for some hours."""

from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError

import accounts.commands
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.access import grants
from cases.commands.people import hold
from cases.models import Opening, Person, ReasonKind, Section

# One shift (default by judgement).
OPEN_FOR = timedelta(hours=8)


@asking.command
def open_record(person: Person, *, kind: str, words: str, by: User) -> Opening:
    """Open the full record of a child to the user for eight hours, with a reason of the list and why.

    NotVisible for whoever could not have matched the child. While it is open, asked again it stays
    the one opening that it is. ValidationError at the field for a reason that is missing.
    """
    # Of this and the end of what lets them, such as their time in the hub, the second learns of the first.
    (by,) = accounts.commands.hold(by, by=by)
    permissions.check_can_open(person, by=by)
    errors = {}
    if kind not in ReasonKind.values:
        errors["kind"] = "Choose why you open this record."
    if not words.strip():
        errors["words"] = "Say why you need to see more of this record."
    if errors:
        raise ValidationError(errors)
    # Of two sends at once, the second waits here for the first.
    hold([person.pk])
    known = Opening.objects.live().filter(person=person, by=by).first()
    if known:
        return known
    now = clock.now()
    opening = Opening.objects.create(
        person=person,
        by=by,
        kind=kind,
        words=words,
        at=now,
        until=now + OPEN_FOR,
        grant_ref=uuid4(),
    )
    grants.open_to(
        by,
        person,
        [Section.FULL],
        ground="reason",
        grant_ref=opening.grant_ref,
        until=opening.until,
    )
    audit.commands.record(
        Kind.CONSULTATION,
        "open record",
        persons=[person.pk],
        records={"opening": opening.pk},
        sections=[Section.FULL],
        ground="reason",
        reason=opening.reason,
        by=by,
    )
    return opening
