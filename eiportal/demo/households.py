"""The families of the history: who they are, what they are met for. All invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import clock
from accounts.models import Area
from cases.models import ContactType
from eiportal.demo.names import FORENAMES, SURNAMES

SEED = 20261129
# One family every twelve days, for two years; the last met a few days ago.
FAMILIES, DAYS_APART, LAST_DAYS_AGO = 60, 12, 2


@dataclass(frozen=True)
class Reason:
    """What is met again and again: the type of contact, what is noticed first, what was seen."""

    kind: str
    codes: tuple[str, ...]
    strengths: tuple[str, ...]
    happened: str
    voice: str


REASONS = (
    Reason(
        ContactType.CHILD_CONCERN, ("SCH01", "FAM06"), ("P03",),
        "Seen in town in school hours for the third day.", "School's loud. I can't do loud.",
    ),
    Reason(
        ContactType.ANTI_SOCIAL_BEHAVIOUR, ("IND07", "PEE01"), ("P07",),
        "In a group on the car park roof; came down when asked.", "There's nowhere else to sit.",
    ),
    Reason(
        ContactType.DOMESTIC_ABUSE, ("FAM01",), ("P01",),
        "Neighbours heard shouting; the children were in the kitchen.", "I take my brother upstairs.",
    ),
    Reason(
        ContactType.SCHOOL_INCIDENT, ("SCH03",), ("P06",),
        "A fight at the gate after a week of messages.", "They started it online.",
    ),
    Reason(
        ContactType.MISSING_PERSON, ("EXP01", "FAM07"), ("P15",),
        "Away overnight, found at a friend's at breakfast.", "I just needed a night off.",
    ),
    Reason(
        ContactType.VICTIM_OF_CRIME, ("IND13",), ("P04", "P12"),
        "Robbed of a coat on the way home.", "I walk with my cousin now.",
    ),
    Reason(
        ContactType.ANTI_SOCIAL_BEHAVIOUR, ("IND07", "SCH06"), ("P09",),
        "Bins set over outside the library, said sorry to the caretaker.", "I was bored.",
    ),
    Reason(
        ContactType.CHILD_CONCERN, ("EXP05",), ("P10",),
        "Afraid of two men in a car who say that money is owed.", "They know where I live.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Household:
    """A family of the history, with what chance has in store for it."""

    number: int
    surname: str
    children: Sequence[tuple[str, date, str]]
    reason: Reason
    met_on: date
    area: Area
    chance: Random


def nth(number: int, area: Area) -> Household:
    """One family of an area, the same every time; its children are ten or older."""
    chance = Random(SEED + number)
    ago = LAST_DAYS_AGO + (FAMILIES - 1 - number) * DAYS_APART
    met_on = clock.today() - timedelta(days=ago)
    children = [
        (
            chance.choice(FORENAMES),
            met_on - timedelta(days=chance.randrange(10 * 366, 16 * 366)),
            chance.choice("FM"),
        )
        for _ in range(chance.choice((1, 1, 2)))
    ]
    reason = REASONS[number % len(REASONS)]
    return Household(number, SURNAMES[number], children, reason, met_on, area, chance)
