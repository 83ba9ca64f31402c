"""What was asked of a service, what the reports found, and what was decided."""

from insights.queries.evaluations import (
    Foresight,
    Summary,
    decisions,
    evaluation,
    evaluations,
    findings_of,
    foresight,
    of_my_work,
    plan_in_words,
    report,
    report_files,
    reports,
    services,
)

__all__ = [
    "Foresight",
    "Summary",
    "decisions",
    "evaluation",
    "evaluations",
    "findings_of",
    "foresight",
    "of_my_work",
    "plan_in_words",
    "report",
    "report_files",
    "reports",
    "services",
]
