"""What the workers do for the API."""

from celery import shared_task

import accounts.commands
import rest.commands


@shared_task
def forget_answers() -> int:
    """Answers kept for 7 days, and tokens that have expired, are deleted."""
    return rest.commands.forget_answers(by=accounts.commands.system())
