"""Put somebody on the team around a child, and let them leave it."""

from collections.abc import Collection

from django.core.exceptions import ValidationError

import accounts.commands
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.access import grants
from cases.commands.cases import hold_open, seat
from cases.commands.chronology import add_event
from cases.commands.safe_to_tell import refuse_unless_safe
from cases.models import CaseChild, EventKind, TeamPlace


@asking.command
def give_seat(
    place: CaseChild,
    user: User,
    *,
    role: str,
    safe_to_tell_read: Collection[int] = (),
    by: User,
) -> TeamPlace:
    """Whoever runs the case puts somebody, of any agency, on the team around a child. Twice, it is once.

    From then on they read and write the child's plan. ValidationError at the field for what is missing,
    for whoever has left the agency, cannot work with a plan or must not know of the child, once the child
    has left the case, and where whom it is safe to tell was not read.
    """
    permissions.check_can_seat(place, by=by)
    if not role.strip():
        raise ValidationError({"role": "Say what they are to the child."})
    user = accounts.commands.hold_active(user, field="user", by=by)
    if not permissions.can_sit(user):
        raise ValidationError({"user": f"{user} cannot work with a plan: choose somebody else."})
    place = hold_open(place, by=by)
    place.refuse_if_left(field="user")
    if seated := place.team_places.filter(user=user, until=None).first():
        return seated
    refuse_unless_safe(
        place.person, safe_to_tell_read=safe_to_tell_read, to=[user.agency], field="user", by=by
    )
    given = seat(place, user, role=role, by=by)
    _tell(given, f"{user} is on the team", by=by)
    accounts.commands.notify(
        user,
        f"You are on the team around a child in {place.case.reference}",
        url=f"/cases/{place.case.reference}",
        by=by,
    )
    return given


@asking.command
def end_seat(held: TeamPlace, *, by: User) -> TeamPlace:
    """In this second somebody sees nothing more by their seat. Ended already: it stays as it was.

    What they were given to do is theirs still, by itself. ValidationError for the lead worker's.
    """
    permissions.check_can_end_seat(held, by=by)
    place = hold_open(held.place, by=by)
    found = TeamPlace.objects.select_for_update(of=("self",), no_key=True)
    held = found.select_related("user__agency").get(pk=held.pk)
    if held.until:
        return held
    if held.user_id == place.case.lead_worker_id:
        raise ValidationError("The lead worker keeps their seat while they lead the case.")
    held.place, held.until = place, clock.now()
    held.save(update_fields=["until"])
    grants.end(held.grant_ref)
    _tell(held, f"{held.user} has left the team", by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "end seat",
        persons=[place.person_id],
        records={"place": place.pk, "user": held.user_id},
        by=by,
    )
    return held


def _tell(held: TeamPlace, says: str, *, by: User) -> None:
    """For the full record and the agency that runs the case: nobody else learns who helps."""
    add_event(
        held.place.person,
        EventKind.CASE,
        says,
        detail=held.role,
        place=held.place,
        audience=[held.place.case.team.agency],
        by=by,
    )
