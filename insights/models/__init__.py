"""What the portal keeps of its own figures, and of what it asked whether help works."""

from insights.models.evaluations import (
    COVARIATES,
    Course,
    Decision,
    Evaluation,
    Exclusion,
    FrozenData,
    Outcome,
    Report,
    ReportFiles,
    ReportState,
)
from insights.models.snapshots import Snapshot

__all__ = [
    "COVARIATES",
    "Course",
    "Decision",
    "Evaluation",
    "Exclusion",
    "FrozenData",
    "Outcome",
    "Report",
    "ReportFiles",
    "ReportState",
    "Snapshot",
]
