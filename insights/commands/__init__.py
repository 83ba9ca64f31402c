"""Keep each night's figures, plan evaluations, write their reports, decide on what they found."""

from insights.commands.evaluations import decide, plan_evaluation
from insights.commands.reports import (
    ask_for_monthly_reports,
    ask_for_report,
    write_evaluation,
)
from insights.commands.snapshots import take_snapshot

__all__ = [
    "ask_for_monthly_reports",
    "ask_for_report",
    "decide",
    "plan_evaluation",
    "take_snapshot",
    "write_evaluation",
]
