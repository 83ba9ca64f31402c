"""Children, what was noticed about them, the cases that help them, and who may see it."""

from cases.models.access import (
    PersonGroupPermission,
    PersonUserPermission,
    PlaceGroupPermission,
    PlaceUserPermission,
    Section,
)
from cases.models.break_glass import BreakGlass, ReviewOutcome
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
from cases.models.chronology import ChronologyEvent, EventDetail, EventKind
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
from cases.models.observations import Observation, ObservationState, Prompt, PromptState
from cases.models.people import LikelyMatch, Person, Sex
from cases.models.restrictions import (
    Came,
    HitOutcome,
    KeptSearch,
    NamedPlace,
    PrivateHit,
    Restriction,
    RestrictionKind,
)

__all__ = [
    "Action",
    "BreakGlass",
    "Came",
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
    "EventDetail",
    "EventKind",
    "Flag",
    "Handling",
    "HitOutcome",
    "Indicator",
    "IndicatorKind",
    "KeptSearch",
    "Lens",
    "LikelyMatch",
    "NamedPlace",
    "NeedsMet",
    "NextStep",
    "Observation",
    "ObservationState",
    "Person",
    "PersonGroupPermission",
    "PersonUserPermission",
    "PlaceGroupPermission",
    "PlaceUserPermission",
    "PrivateHit",
    "Prompt",
    "PromptState",
    "Restriction",
    "RestrictionKind",
    "Review",
    "ReviewOutcome",
    "ReviewedPlace",
    "Safe",
    "Section",
    "Severity",
    "Sex",
    "TeamPlace",
    "Trigger",
]
