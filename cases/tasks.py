"""What the workers do for cases."""

from celery import shared_task

import accounts.commands
import cases.commands


@shared_task
def climb() -> int:
    """Call the next on duty about every flag and grave prompt that nobody has answered."""
    return cases.commands.climb(by=accounts.commands.system())
