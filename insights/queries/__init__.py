"""The figures of an area; what was asked of a service, what the reports found, what was decided."""

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
from insights.queries.overview import Overview, Published, Work, is_taken, overview, work
from insights.queries.remits import Remit, remit, remits
from insights.queries.tables import Cell, Row, Table

__all__ = [
    "Cell",
    "Foresight",
    "Overview",
    "Published",
    "Remit",
    "Row",
    "Summary",
    "Table",
    "Work",
    "decisions",
    "evaluation",
    "evaluations",
    "findings_of",
    "foresight",
    "is_taken",
    "of_my_work",
    "overview",
    "plan_in_words",
    "remit",
    "remits",
    "report",
    "report_files",
    "reports",
    "services",
    "work",
]
