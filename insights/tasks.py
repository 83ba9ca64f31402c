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


@shared_task
def write_evaluation(report_id: int) -> None:
    """Write a report that somebody asked for."""
    by = accounts.commands.system()
    insights.commands.write_evaluation(insights.queries.report(report_id, viewer=by), by=by)


@shared_task
def write_due_evaluations() -> None:
    """Write last month's report of every plan that wants one. One that fails holds up no other."""
    by = accounts.commands.system()
    failed = []
    for report in insights.commands.ask_for_monthly_reports(on=clock.today(), by=by):
        try:
            insights.commands.write_evaluation(report, by=by)
        except Exception:
            # What went wrong is kept on the report, and said at the end.
            failed.append(report.pk)
    if failed:
        raise RuntimeError(f"reports that failed: {failed}")
