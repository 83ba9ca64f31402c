"""What the workers do for the demo."""

from celery import shared_task

import accounts.commands
import insights.commands
import insights.queries
from eiportal.demo import worth
from insights.findings import Verdict


@shared_task
def write_and_decide(report_id: int) -> None:
    """Write a report of the demo, and decide on it where it finds what the demo planted: harm."""
    by = accounts.commands.system()
    report = insights.commands.write_evaluation(
        insights.queries.report(report_id, viewer=by), by=by
    )
    found = insights.queries.findings_of(report, viewer=by)
    if found is not None and found.verdict == Verdict.HARMS:
        worth.decide(report)
