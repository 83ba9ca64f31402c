"""Children, what was noticed about them, the cases that help them, and who may see it."""

from cases.models.access import (
    PersonGroupPermission,
    PersonUserPermission,
    PlaceGroupPermission,
    PlaceUserPermission,
    Section,
)
from cases.models.cases import (
    Action,
    Case,
    CaseChild,
    ClosingReason,
    NeedsMet,
    Review,
    ReviewedPlace,
    TeamPlace,
)
from cases.models.catalogue import Confidence, Indicator, IndicatorKind, Lens, Severity, Trigger
from cases.models.chronology import ChronologyEvent, EventKind
from cases.models.contacts import (
    ChildRole,
    Contact,
    ContactChild,
    ContactDraft,
    ContactText,
    ContactType,
    Handling,
    NextStep,
    Safe,
)
from cases.models.flags import DutyCall, Flag
from cases.models.kept import Kept
from cases.models.observations import Observation, ObservationState, Prompt, PromptState
from cases.models.people import LikelyMatch, Person, Sex
from cases.models.retention import KeptLonger, LegalHold, RetentionDue, RetentionNight

__all__ = [
    "Action",
    "Case",
    "CaseChild",
    "ChildRole",
    "ChronologyEvent",
    "ClosingReason",
    "Confidence",
    "Contact",
    "ContactChild",
    "ContactDraft",
    "ContactText",
    "ContactType",
    "DutyCall",
    "EventKind",
    "Flag",
    "Handling",
    "Indicator",
    "IndicatorKind",
    "Kept",
    "KeptLonger",
    "LegalHold",
    "Lens",
    "LikelyMatch",
    "NeedsMet",
    "NextStep",
    "Observation",
    "ObservationState",
    "Person",
    "PersonGroupPermission",
    "PersonUserPermission",
    "PlaceGroupPermission",
    "PlaceUserPermission",
    "Prompt",
    "PromptState",
    "RetentionDue",
    "RetentionNight",
    "Review",
    "ReviewedPlace",
    "Safe",
    "Section",
    "Severity",
    "Sex",
    "TeamPlace",
    "Trigger",
]
