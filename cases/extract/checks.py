"""What makes a row one that cannot be taken, and what to do about it, in plain words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import clock
from cases.extract.dates import age_on
from cases.extract.lines import COLUMNS, UNSTORABLE

OLDEST = 25

# The longest text that each column may hold, in characters; others may hold SHORT. None is longer
# than the tables that it goes to.
SHORT = 200
LONGEST = {
    "contact_ref": 60,
    "officer_collar": 30,
    "contact_type": 40,
    "area_code": 20,
    "crime_ref": 30,
    "surname": 80,
    "forenames": 120,
    "postcode": 10,
    "narrative": 50_000,
    "indicators": 2_000,
    "strengths": 2_000,
}

_WHEN = "Correct the date, as in 31/12/2026 23:59, and send the row again."
_BORN = "Correct it, as in 31/12/2012, or leave it blank, and send the row again."


@dataclass(frozen=True)
class Told:
    """One row's text, trimmed, and the dates that could be read from it."""

    text: dict[str, str]
    occurred: datetime | None
    recorded: datetime | None
    born: date | None


def faults(told: Told, today: date) -> Iterator[tuple[str, str]]:
    """Each column at fault and what to do about it; the first is the row's refusal.

    First what makes a contact (reference, dates, name, birth date), then text that cannot be kept.
    """
    checks: tuple[tuple[str, Callable[[Told, date], str]], ...] = (
        ("contact_ref", _reference),
        ("occurred_at", _occurred),
        ("recorded_at", _recorded),
        ("surname", _name),
        ("dob", _birth_date),
    )
    for column, check in checks:
        if reason := check(told, today):
            yield column, reason
    for column in COLUMNS:
        if reason := _text(told.text[column], LONGEST.get(column, SHORT)):
            yield column, reason


def _reference(told: Told, today: date) -> str:
    if not told.text["contact_ref"]:
        return "There is no reference, so the contact could not be found again. Put it in."
    return ""


def _occurred(told: Told, today: date) -> str:
    if told.occurred is None:
        return f"The date of the contact cannot be read. {_WHEN}"
    on = clock.london_date(told.occurred)
    if on > today:
        return f"The contact lies in the future. {_WHEN}"
    if age_on(on, today) > OLDEST:
        return f"The contact was over {OLDEST} years ago: nobody in it is a child now. {_WHEN}"
    return ""


def _recorded(told: Told, today: date) -> str:
    if not told.text["recorded_at"]:
        return ""
    if told.recorded is None:
        return f"The date of recording cannot be read. {_WHEN}"
    if clock.london_date(told.recorded) > today:
        return f"The date of recording lies in the future. {_WHEN}"
    if _occurred(told, today) or told.occurred is None:
        return ""
    if told.recorded < told.occurred - timedelta(days=1):
        return f"The contact was recorded before it took place. {_WHEN}"
    return ""


def _name(told: Told, today: date) -> str:
    if not told.text["surname"] and not told.text["forenames"]:
        return "There is no name. Put in the surname or the first name and send the row again."
    return ""


def _birth_date(told: Told, today: date) -> str:
    if not told.text["dob"]:
        return ""
    if told.born is None:
        return f"The date of birth is not a date that exists. {_BORN}"
    if told.occurred is None:
        return ""
    on = clock.london_date(told.occurred)
    if told.born > on:
        return f"The date of birth lies after the contact. {_BORN}"
    if age_on(told.born, on) > OLDEST:
        return (
            f"The person was over {OLDEST} on the day of the contact: the portal keeps children "
            "and young people only. If the date of birth is wrong, correct it and send it again."
        )
    return ""


def _text(text: str, longest: int) -> str:
    if UNSTORABLE.search(text):
        return "The cell is not in UTF-8. Save the file as 'CSV UTF-8' and send the row again."
    if len(text) > longest:
        return f"The cell is longer than {longest:,} characters. Shorten it."
    return ""
