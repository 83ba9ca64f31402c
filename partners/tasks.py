"""What the workers do for partners. A task may run twice and ends in the same state."""

from celery import shared_task

import accounts.commands
import clock
import partners.commands


@shared_task
def warn_of_ends() -> int:
    """Warn of agreements that end, and of what goes on after the end, once a day each."""
    return partners.commands.warn_of_ends(on=clock.today(), by=accounts.commands.system())
