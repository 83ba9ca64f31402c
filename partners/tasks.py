"""What the workers do for partners. A task may run twice and ends in the same state."""

from celery import shared_task

import accounts.commands
import clock
import partners.commands


@shared_task
def chase() -> int:
    """Tell who must know of notices that nobody has opened, or that nobody sees to."""
    return partners.commands.chase_notices(by=accounts.commands.system())


@shared_task
def remind_of_withdrawals() -> int:
    """Call again for what should have been decided on the day that help was declined."""
    return partners.commands.remind_of_withdrawals(by=accounts.commands.system())


@shared_task
def warn_of_ends() -> int:
    """Warn of agreements that end, and of what goes on after the end, once a day each."""
    return partners.commands.warn_of_ends(on=clock.today(), by=accounts.commands.system())
