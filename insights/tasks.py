"""What the workers do for insights. A task may run twice and ends in the same state."""

from celery import shared_task

import accounts.commands
import clock
import insights.commands
import insights.queries


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
