"""Everything pours into the chronology: lower and higher floors write here alike."""

from collections.abc import Iterable
from datetime import datetime

import asking
import audit.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from cases.models import CaseChild, ChronologyEvent, Contact, EventKind, Person


@asking.command
def add_event(
    person: Person,
    kind: EventKind,
    says: str,
    *,
    detail: str = "",
    occurred_at: datetime | None = None,
    contact: Contact | None = None,
    place: CaseChild | None = None,
    police_only: bool = False,
    audience: Iterable[Agency] = (),
    by: User,
) -> ChronologyEvent:
    """Write one line into a child's chronology.

    `says` may be read by every holder of the chronology section (unless `police_only` or narrowed
    to the agencies of `audience`); `detail` only with the full record.
    """
    event = ChronologyEvent(
        person=person,
        kind=kind,
        says=says,
        occurred_at=occurred_at or clock.now(),
        recorded_at=clock.now(),
        contact=contact,
        place=place,
        police_only=police_only,
        audience=[agency.pk for agency in audience],
        agency=by.agency,
        by=by,
    ).saying(detail)
    event.save()
    audit.commands.record(
        Kind.COLLECTION, "add event", persons=[person.pk], records={"event": event.pk}, by=by
    )
    return event


@asking.command
def narrow_event(event: ChronologyEvent, *, to: Agency, by: User) -> None:
    """From now on one agency alone reads a line, beside the full record."""
    event.audience = [to.pk]
    event.save(update_fields=["audience"])
    audit.commands.record(
        Kind.ALTERATION,
        "narrow event",
        persons=[event.person_id],
        records={"event": event.pk},
        by=by,
    )
