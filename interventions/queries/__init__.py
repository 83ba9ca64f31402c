"""The catalogue of help, and who takes part in what."""

from interventions.queries.enrolments import (
    Travelled,
    courses_under_way,
    distances,
    enrolment,
    enrolments,
    feedback,
    in_the_way_of_closing,
    live_enrolments_in,
    measures,
    reads_narrative,
    rules_against,
    sessions,
)
from interventions.queries.services import approaches, scales, service, services

__all__ = [
    "Travelled",
    "approaches",
    "courses_under_way",
    "distances",
    "enrolment",
    "enrolments",
    "feedback",
    "in_the_way_of_closing",
    "live_enrolments_in",
    "measures",
    "reads_narrative",
    "rules_against",
    "scales",
    "service",
    "services",
    "sessions",
]
