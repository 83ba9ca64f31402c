"""What the workers do for insights. A task may run twice and ends in the same state."""

from datetime import date

from celery import shared_task

import accounts.commands
import clock
import insights.commands
import insights.queries


@shared_task
def take_snapshot(on: str) -> None:
    """Keep the figures of a day, YYYY-MM-DD: asked for when the nightly run has ended."""
    insights.commands.take_snapshot(on=date.fromisoformat(on), by=accounts.commands.system())


@shared_task
def take_missing_snapshot() -> None:
    """Keep today's figures where the run's message was lost."""
    by = accounts.commands.system()
    if not insights.queries.is_taken(clock.today(), viewer=by):
        insights.commands.take_snapshot(on=clock.today(), by=by)
