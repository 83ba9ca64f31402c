"""What is known of a child: who it is, and what was observed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Subject:
    """Whom the reading is about. `over_18_agreed`: the agreement for 18 to 25 is recorded."""

    date_of_birth: date | None
    over_18_agreed: bool = False
    date_of_birth_estimated: bool = False


@dataclass(frozen=True)
class Observed:
    """One observation in the state that was recorded by the end of the day of the reading.

    `ended_on` (exclusive) and `confirmed_on` count for enduring indicators alone. `ref` is the
    caller's own handle and is handed back untouched.
    """

    indicator: str
    observed_on: date
    severity: int = 2
    confidence: str = "confirmed"
    ended_on: date | None = None
    confirmed_on: date | None = None
    voided: bool = False
    ref: object = None
