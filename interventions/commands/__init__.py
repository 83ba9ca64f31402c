"""Put services on offer, enrol children, record how the help goes and what changed."""

from interventions.commands.enrolments import end_enrolment, enrol
from interventions.commands.evidence import load_evidence
from interventions.commands.feedback import record_feedback
from interventions.commands.measures import record_measure
from interventions.commands.services import change_service, offer_service
from interventions.commands.sessions import log_session

__all__ = [
    "change_service",
    "end_enrolment",
    "enrol",
    "load_evidence",
    "log_session",
    "offer_service",
    "record_feedback",
    "record_measure",
]
