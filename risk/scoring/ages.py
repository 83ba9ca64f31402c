"""What a child's age decides: who is read at all, by which weights, in which lens."""

from datetime import date

from risk.scoring.facts import Observed, Subject
from risk.scoring.model import IndicatorRule
from risk.scoring.terms import HARM_BY_CHILD, NEED

AGE_BANDS = {"0-6": (0, 6), "7-9": (7, 9), "10-12": (10, 12), "13-15": (13, 15), "16-25": (16, 25)}
BAND_OF_UNKNOWN_AGE = "13-15"
AGE_OF_RESPONSIBILITY = 10
ADULT_AGE = 18
OLDEST_AGE = 25


def age_on(date_of_birth: date, day: date) -> int:
    """Completed years on a day; below 0 before birth.

    Who is born on 29 February has the birthday on 1 March in years without one.
    """
    before_birthday = (day.month, day.day) < (date_of_birth.month, date_of_birth.day)
    return day.year - date_of_birth.year - before_birthday


def age_band(subject: Subject, day: date) -> str | None:
    """The age band on a day; None before birth and over 25; 13-15 when the age is unknown."""
    if subject.date_of_birth is None:
        return BAND_OF_UNKNOWN_AGE
    age = age_on(subject.date_of_birth, day)
    return next((band for band, (low, high) in AGE_BANDS.items() if low <= age <= high), None)


def has_reading(subject: Subject, day: date) -> bool:
    """Whether the person is read at all: born, not over 25, and from 18 only by agreement."""
    if subject.date_of_birth is None:
        return True
    age = age_on(subject.date_of_birth, day)
    return 0 <= age < ADULT_AGE or (ADULT_AGE <= age <= OLDEST_AGE and subject.over_18_agreed)


def lens_of(rule: IndicatorRule, subject: Subject, observed: Observed) -> str | None:
    """The catalogue's lens, save that what was done before the age of 10 is a need.

    The age on `observed_on` decides, for an enduring indicator too: its weight grows up with the
    child, but the deed stays that of the child who did it. So turning 10 makes nobody a suspect;
    only something newly observed from that birthday on can count in 'may harm others'.
    """
    if rule.lens != HARM_BY_CHILD or subject.date_of_birth is None:
        return rule.lens
    age = age_on(subject.date_of_birth, observed.observed_on)
    return NEED if age < AGE_OF_RESPONSIBILITY else rule.lens
