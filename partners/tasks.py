"""What the workers do for partners."""

from celery import shared_task

import accounts.commands
import partners.commands


@shared_task
def chase() -> int:
    """Tell who must know of notices that nobody has opened, or that nobody sees to."""
    return partners.commands.chase_notices(by=accounts.commands.system())
