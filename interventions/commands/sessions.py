"""Log the sessions of a course: kept, missed or called off."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError

import asking
import clock
from accounts.models import User
from interventions.commands.courses import take_turn, write_down
from interventions.models import KEPT, Attendance, Enrolment, Session

# The longest day out (default by judgement).
LONGEST = 720


@asking.command
def log_session(
    enrolment: Enrolment,
    *,
    held_at: datetime,
    attendance: str,
    minutes: int | None = None,
    note: str = "",
    by: User,
) -> Session:
    """Write down one session. `minutes` only where it was kept.

    The same moment twice is one: sent twice it answers the first; ValidationError at `held_at`
    where what is said of that moment differs, and for a moment outside the course or to come.
    Nothing is added to a course that has ended.
    """
    enrolment = take_turn(enrolment, by=by)
    said = {"attendance": attendance, "minutes": minutes, "note": note.strip()}
    known = enrolment.sessions.filter(held_at=held_at).first()
    if known and said == {field: getattr(known, field) for field in said}:
        return known
    errors = dict(_misfits(enrolment, held_at, attendance, minutes))
    if known:
        errors["held_at"] = "A session at this moment is recorded, and says something else."
    if errors:
        raise ValidationError(errors)
    session = Session.objects.create(
        enrolment=enrolment, held_at=held_at, recorded_at=clock.now(), recorded_by=by, **said
    )
    label = Attendance(attendance).label.lower()
    write_down(
        enrolment,
        "log session",
        f"Session of {enrolment.service}: {label}",
        detail=session.note,
        occurred_at=held_at,
        by=by,
    )
    return session


def _misfits(
    enrolment: Enrolment, held_at: datetime, attendance: str, minutes: int | None
) -> Iterable[tuple[str, str]]:
    if not enrolment.is_live:
        yield "held_at", "This help has ended: nothing more can be added to its sessions."
    elif held_at > clock.now():
        yield "held_at", "The session must not be in the future."
    elif clock.london_date(held_at) < enrolment.starts_on:
        yield "held_at", f"The session must be on {enrolment.starts_on:%-d %B %Y} or later."
    if attendance not in Attendance.values:
        yield "attendance", "Choose whether it was kept."
    if minutes is not None and attendance not in KEPT:
        yield "minutes", "Leave the minutes out: the session was not kept."
    elif minutes is not None and not 1 <= minutes <= LONGEST:
        yield "minutes", f"The minutes must be between 1 and {LONGEST}."
