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
from cases.models.kept import Kept
from cases.models.observations import Observation, ObservationState, Prompt, PromptState
from cases.models.openings import Opening, ReasonKind
from cases.models.people import (
    AGE_OF_RESPONSIBILITY,
    LikelyMatch,
    Person,
    Sex,
    age_on,
    born_about,
)
from cases.models.restrictions import (
    Came,
    HiddenNow,
    HitOutcome,
    KeptSearch,
    NamedPlace,
    PrivateHit,
    Restriction,
    RestrictionKind,
)
from cases.models.retention import KeptLonger, LegalHold, RetentionDue, RetentionNight
from cases.models.standing import (
    Caution,
    SafeToTell,
    StatusKind,
    StatutoryStatus,
)

__all__ = [
    "AGE_OF_RESPONSIBILITY",
    "Action",
    "BreakGlass",
    "Came",
    "Case",
    "CaseChild",
    "Caution",
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
    "HiddenNow",
    "HitOutcome",
    "Indicator",
    "IndicatorKind",
    "Kept",
    "KeptLonger",
    "KeptSearch",
    "LegalHold",
    "Lens",
    "LikelyMatch",
    "NamedPlace",
    "NeedsMet",
    "NextStep",
    "Observation",
    "ObservationState",
    "Opening",
    "Person",
    "PersonGroupPermission",
    "PersonUserPermission",
    "PlaceGroupPermission",
    "PlaceUserPermission",
    "PrivateHit",
    "Prompt",
    "PromptState",
    "ReasonKind",
    "Restriction",
    "RestrictionKind",
    "RetentionDue",
    "RetentionNight",
    "Review",
    "ReviewOutcome",
    "ReviewedPlace",
    "Safe",
    "SafeToTell",
    "Section",
    "Severity",
    "Sex",
    "StatusKind",
    "StatutoryStatus",
    "TeamPlace",
    "Trigger",
    "age_on",
    "born_about",
]
