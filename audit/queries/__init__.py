"""Read the record of use."""

from audit.queries.entries import (
    COUNTED,
    Asked,
    Refused,
    grounds,
    number,
    opened,
    refused,
    trail,
    words,
)
from audit.queries.sealed import SealedState, sealed, sealed_state
from audit.queries.summaries import (
    AgencysUse,
    Seen,
    SeenDays,
    UsersDay,
    of_child,
    seen,
    users_day,
)

__all__ = [
    "COUNTED",
    "AgencysUse",
    "Asked",
    "Refused",
    "SealedState",
    "Seen",
    "SeenDays",
    "UsersDay",
    "grounds",
    "number",
    "of_child",
    "opened",
    "refused",
    "sealed",
    "sealed_state",
    "seen",
    "trail",
    "users_day",
    "words",
]
