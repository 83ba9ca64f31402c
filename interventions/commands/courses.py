"""What every command about a child's course of help does: wait its turn, and write it down."""

from datetime import datetime

import audit.commands
import cases.commands
from accounts.models import User
from audit.models import Kind
from cases.models import CaseChild, EventKind
from interventions import permissions
from interventions.models import Enrolment


def take_turn(enrolment: Enrolment, *, by: User) -> Enrolment:
    """The enrolment, locked: of two who write to it at once, the second waits for the first.

    The child's place is held too, as it is by a closing, which ends every seat: whoever waited for
    that has none any more. NotVisible or NotAllowed for whoever may not record this child's help.
    """
    permissions.check_can_deliver(enrolment.place, by=by)
    place = CaseChild.objects.select_for_update(no_key=True).get(pk=enrolment.place_id)
    # Asked again after the wait: the seat may have ended meanwhile.
    permissions.check_can_deliver(place, by=by)
    courses = Enrolment.objects.select_related(
        "place__case__lead_worker", "place__person", "service__provider", "service__approach"
    )
    return courses.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)


def write_down(
    enrolment: Enrolment,
    verb: str,
    says: str,
    *,
    detail: str = "",
    occurred_at: datetime | None = None,
    kind: Kind = Kind.COLLECTION,
    by: User,
) -> None:
    """One line in the child's chronology and one entry in the record of use.

    `says` is read by partners to whom the child's help is open: never a narrative.
    """
    place = enrolment.place
    cases.commands.add_event(
        place.person,
        EventKind.HELP,
        says[:200],
        detail=detail,
        occurred_at=occurred_at,
        place=place,
        by=by,
    )
    audit.commands.record(
        kind,
        verb,
        persons=[place.person_id],
        records={"enrolment": enrolment.pk, "place": place.pk},
        by=by,
    )
