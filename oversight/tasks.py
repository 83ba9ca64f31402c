"""What the workers do with the record of use at night. Each may run twice and ends in the same state."""

from datetime import date, timedelta

from celery import shared_task

import accounts.commands
import audit.commands
import clock
import oversight.commands

# So many days are looked through again, for nights on which no worker ran.
DAYS_BACK = 7


@shared_task
def verify_record() -> bool:
    """Check all that was sealed; whoever governs information is told where something was changed."""
    found = audit.commands.verify(by=None)
    oversight.commands.tell_of_verification(found, by=accounts.commands.system())
    return found.is_sound


@shared_task
def look_for_patterns() -> int:
    """Look through the last days, each in a transaction of its own; returns how many are new.

    With that the home postcodes of those who have left have done their work.
    """
    by = accounts.commands.system()
    new = sum(len(oversight.commands.look_for_patterns(on=day, by=by)) for day in _days())
    oversight.commands.forget_home_postcodes(by=by)
    return new


@shared_task
def draw_dip_samples() -> int:
    """On a working day: draw from the last days, the weekend's too; returns how many are new."""
    if not clock.is_working_day(clock.today()):
        return 0
    by = accounts.commands.system()
    return sum(len(oversight.commands.draw_dip_sample(on=day, by=by)) for day in _days())


def _days() -> list[date]:
    return [clock.today() - timedelta(days=n) for n in range(DAYS_BACK, 0, -1)]
