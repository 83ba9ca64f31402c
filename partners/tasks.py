"""What the workers do for partners."""

from celery import shared_task

import accounts.commands
import partners.commands


@shared_task
def remind_of_withdrawals() -> int:
    """Call again for what should have been decided on the day that help was declined."""
    return partners.commands.remind_of_withdrawals(by=accounts.commands.system())
