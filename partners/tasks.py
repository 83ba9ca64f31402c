"""What the workers do for partners."""

from celery import shared_task

import accounts.commands
import partners.commands


@shared_task
def chase() -> int:
    """Tell who must know of notices that nobody has opened, or that nobody sees to."""
    return partners.commands.chase_notices(by=accounts.commands.system())


def remind_of_withdrawals() -> int:
    """Call again for what should have been decided on the day that help was declined."""
    return partners.commands.remind_of_withdrawals(by=accounts.commands.system())
