"""How much two descriptions of a child agree, and whether that may link them.

Each field has levels of agreement; each level a weight, log2(m/u): how much more often it is met in
two records of one child (m) than in records of two children (u). The weights add up.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from jellyfish import damerau_levenshtein_distance

from cases.matching.keys import Described, birth_variants, sound, swapped

Certainty = Literal["sure", "likely", "possible", "no"]

NICKNAMES_FILE = Path(__file__).parents[1] / "data" / "nicknames.csv"

# Bits. Measured on data/sample_extract: m from 4,170 rows, each against the usual particulars of
# its child (children with three rows or more), u from the 997,578 pairs of its 1,413 children. What
# stands in brackets was measured; J is by judgement, where the sample holds none or too few of a
# level, or holds too neat a world: nobody moves house in it. To be set anew on a force's own rows.
WEIGHTS: dict[str, dict[str, float]] = {
    "names": {
        "the other way round": 14.0,  # (14.1)
        "the other way round, nearly": 8.0,  # (9.2, of five rows)
    },
    "surname": {
        "same": 8.0,  # (8.0)
        "one slip": 6.0,  # (6.2)
        "near": 4.0,  # J
        "part": 4.0,  # J
        "sound": 3.0,  # J
        "initial": 3.0,  # J
        "differs": -4.0,  # J
    },
    "forename": {
        "same": 9.0,  # (9.1)
        "one slip": 6.0,  # (6.0)
        "nickname": 5.0,  # J
        "near": 4.0,  # J
        "initial": 3.5,  # (3.6)
        "sound": 3.0,  # J
        "differs": -5.0,  # J
    },
    "more_forenames": {"one lacks them": 0.0, "differ": -5.0},  # J
    "birth": {
        "same": 12.0,  # (11.9)
        "swapped": 7.0,  # (7.0)
        "slip": 5.0,  # J
        "partly": 1.0,  # J
        "differs": -5.0,  # J
    },
    "place": {
        "address": 10.0,  # (11.0) less one: a real postcode holds more families
        "postcode": 8.0,  # J
        "line": 6.0,  # J
        "differs": -1.0,  # J: families move
    },
    "sex": {"same": 1.0, "differs": -4.0},  # (0.9), J
}
# Likely from a whole name with nothing much against it; possible from one name or a birth date with
# a little beside it.
LIKELY = 16.0
POSSIBLE = 8.0

# First names that brothers or sisters may share, each going by the next: alone they name nobody.
SHARED_FIRST_NAMES = frozenset(
    {
        *("mohammed", "mohammad", "muhammad", "mohamed", "muhammed", "mohamad", "mohamud"),
        *("muhamad", "mohd", "md", "abdul", "abdel", "abu", "syed", "sayed", "syeda", "bibi"),
        "maria",
    }
)


@dataclass(frozen=True)
class Levels:
    """The level of agreement of each field; '' where one side does not say."""

    names: str
    surname: str
    forename: str
    more_forenames: str
    birth: str
    place: str
    sex: str

    @property
    def here(self) -> bool:
        """Whether the postcode agrees."""
        return self.place in ("address", "postcode")

    @property
    def first_name_agrees(self) -> bool:
        return self.forename == "same" or self.names == "the other way round"


@dataclass(frozen=True)
class Match:
    """How well two descriptions agree: `weight` in bits, `reasons` in plain words, for and against.

    `slips` are what a sure match had to forgive, () for none; they say nothing of one that is not.
    """

    weight: float
    certainty: Certainty
    reasons: tuple[str, ...]
    levels: Levels
    slips: tuple[str, ...] = ()


def score(described: Described, known: Described) -> Match:
    """How well a description and a known child agree; the same with the two exchanged."""
    levels = _levels(described, known)
    weight = sum(WEIGHTS[field][level] for field, level in vars(levels).items() if level)
    slips = _slips(levels, described, known)
    sure = slips is not None
    return Match(
        weight=weight,
        certainty="sure" if sure else _certainty(weight, levels, described, known),
        reasons=_reasons(levels, described),
        levels=levels,
        slips=slips or (),
    )


def contradicts(described: Described, known: Described) -> bool:
    """Whether birth date, place or sex say that these are two children, whatever their names."""
    levels = _levels(described, known)
    return "differs" in (levels.birth, levels.place, levels.sex)


# --- levels ---------------------------------------------------------------------------------------


def _levels(a: Described, b: Described) -> Levels:
    names = _names_exchanged(a, b)
    forename = "" if names else _forename(a, b)
    alike = forename not in ("", "differs")
    return Levels(
        names=names,
        surname="" if names else _surname(a, b),
        forename=forename,
        more_forenames=_more_forenames(a.forename_parts, b.forename_parts) if alike else "",
        birth=_birth(a.date_of_birth, b.date_of_birth),
        place=_place(a, b),
        sex=_sex(a.sex, b.sex),
    )


def _names_exchanged(a: Described, b: Described) -> str:
    """Whether surname and forenames stand in each other's place."""
    mine = (a.keys.surname_key, a.keys.forenames_key)
    theirs = (b.keys.surname_key, b.keys.forenames_key)
    exchanged = theirs[::-1]
    if not all(mine) or not all(theirs) or mine == theirs:
        return ""
    if mine == exchanged and min(map(len, mine)) > 1:
        return "the other way round"
    alike = ("same", "one slip", "near")
    across = [_spelling(*pair) in alike for pair in zip(mine, exchanged, strict=True)]
    straight = [_spelling(*pair) in alike for pair in zip(mine, theirs, strict=True)]
    return "the other way round, nearly" if all(across) and not any(straight) else ""


@lru_cache(maxsize=262_144)
def _spelling(a: str, b: str) -> str:
    """How two name keys are spelt beside each other: 'one slip' is one letter wrong, more, missing,
    or two neighbours exchanged; 'near' two of those in a longer name."""
    if not a or not b:
        return ""
    if a == b:
        return "same"
    shorter = min(len(a), len(b))
    if abs(len(a) - len(b)) <= 2 and shorter >= 3:
        slips = damerau_levenshtein_distance(a, b)
        if slips == 1:
            return "one slip"
        if slips == 2 and shorter >= 6:
            return "near"
    if shorter >= 2 and sound(a) and sound(a) == sound(b):
        return "sound"
    return "differs"


def _surname(a: Described, b: Described) -> str:
    one, other = a.keys.surname_key, b.keys.surname_key
    if one and other and 1 in (len(one), len(other)):
        return "initial" if one[0] == other[0] else "differs"
    level = _spelling(one, other)
    several = len(a.surname_parts) > 1 or len(b.surname_parts) > 1
    if level in ("sound", "differs") and several and set(a.surname_parts) & set(b.surname_parts):
        return "part"
    return level


def _forename(a: Described, b: Described) -> str:
    one, other = a.keys.forename_key, b.keys.forename_key
    if not one or not other:
        return ""
    if 1 in (len(one), len(other)):
        return "initial" if one[0] == other[0] else "differs"
    if one == other or a.keys.forenames_key == b.keys.forenames_key:
        return "same"
    level = _spelling(one, other)
    if level != "one slip" and nicknames(one) & nicknames(other):
        return "nickname"
    if level in ("sound", "differs") and set(a.forename_parts) & set(b.forename_parts):
        return "near"  # Demi-Lee and Demi; John Paul, who goes by Paul
    return level


def _more_forenames(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """Second and further forenames: 'one lacks them', wholly or but for an initial, or 'differ'; ''
    where they agree."""
    if one[1:] == other[1:] or "".join(one) == "".join(other):
        return ""
    further = zip(one[1:], other[1:], strict=False)
    if all(a == b or a == b[:1] or b == a[:1] for a, b in further):
        return "one lacks them"
    return "differ"


def _birth(one: date | None, other: date | None) -> str:
    if one is None or other is None:
        return ""
    if one == other:
        return "same"
    if swapped(one) == other:
        return "swapped"
    if other in birth_variants(one) or one in birth_variants(other):
        return "slip"
    parts = (one.year == other.year, one.month == other.month, one.day == other.day)
    return "partly" if sum(parts) == 2 else "differs"


def _place(a: Described, b: Described) -> str:
    """'line' is the same line of an address where a postcode is missing or one slip away."""
    codes = a.keys.postcode_key, b.keys.postcode_key
    same_line = bool(a.address_key) and a.address_key == b.address_key
    if all(codes):
        if codes[0] == codes[1]:
            return "address" if same_line else "postcode"
        return "line" if same_line and damerau_levenshtein_distance(*codes) == 1 else "differs"
    if a.address_key and b.address_key:
        return "line" if same_line else "differs"
    return ""


def _sex(one: str, other: str) -> str:
    if one not in ("F", "M") or other not in ("F", "M"):
        return ""
    return "same" if one == other else "differs"


@cache
def _nickname_groups() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    with NICKNAMES_FILE.open(encoding="utf-8", newline="") as lines:
        for number, names in enumerate(csv.reader(lines)):
            for name in names:
                groups.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


def nicknames(name: str) -> frozenset[int]:
    """The groups of names and short forms (data/nicknames.csv) that a name key stands in."""
    return _nickname_groups().get(name, frozenset())


# --- certainty ------------------------------------------------------------------------------------


def _slips(levels: Levels, a: Described, b: Described) -> tuple[str, ...] | None:
    """What has to be forgiven to call these the same child without a person looking; None if that
    may not be. The rules stand in words at the head of `cases.matching`."""
    names = levels.names or levels.surname in ("same", "one slip")
    if (
        not names
        or not levels.first_name_agrees
        or levels.more_forenames == "differ"
        or levels.birth not in ("same", "swapped")
        or _is_new_year(a.date_of_birth)
        or "differs" in (levels.place, levels.sex)
    ):
        return None
    slips = (
        ("names the other way round", bool(levels.names)),
        ("one letter of the surname", levels.surname == "one slip"),
        ("a second forename is missing", levels.more_forenames == "one lacks them"),
        ("a first name that brothers and sisters may share", _may_be_shared(a, b)),
        ("day and month of birth swapped", levels.birth == "swapped"),
    )
    found = tuple(slip for slip, met in slips if met)
    return found if not found or (len(found) == 1 and levels.here) else None


def _may_be_shared(a: Described, b: Described) -> bool:
    return not SHARED_FIRST_NAMES.isdisjoint((a.keys.forename_key, b.keys.forename_key))


def _is_new_year(born: date | None) -> bool:
    """1 January is what is written when only the year is known: in a hostel of children who came
    alone, several share it, and a name besides."""
    return born is not None and (born.month, born.day) == (1, 1)


def _certainty(weight: float, levels: Levels, a: Described, b: Described) -> Certainty:
    """The certainty of what is not sure. With a clearly different first name it is never likely:
    that is what a brother, a sister or a twin looks like."""
    if weight < POSSIBLE:
        return "no"
    brothers = levels.more_forenames == "differ" and _may_be_shared(a, b)
    if weight < LIKELY or levels.forename == "differs" or brothers:
        return "possible"
    return "likely"


_REASONS: dict[str, dict[str, str]] = {
    "names": {
        "the other way round": "same names, the other way round",
        "the other way round, nearly": "similar names, the other way round",
    },
    "surname": {
        "same": "same surname",
        "one slip": "surname differs by one letter",
        "near": "similar surname",
        "part": "one part of the surname is the same",
        "sound": "surname sounds the same",
        "initial": "surname is only an initial that fits",
        "differs": "different surname",
    },
    "forename": {
        "same": "same first name",
        "nickname": "first name is a short or other form",
        "one slip": "first name differs by one letter: a slip, or a twin",
        "near": "similar first name",
        "sound": "first name sounds the same",
        "initial": "first name is only an initial that fits",
        "differs": "different first name: a brother, sister or twin?",
    },
    "more_forenames": {
        "one lacks them": "a further forename is missing on one side",
        "differ": "different further forenames",
    },
    "birth": {
        "same": "same date of birth",
        "swapped": "day and month of birth swapped",
        "slip": "date of birth a day, ten days or a year off",
        "partly": "date of birth partly the same",
        "differs": "different date of birth",
        "": "date of birth missing",
    },
    "place": {
        "address": "same address",
        "postcode": "same postcode",
        "line": "same house and street",
        "differs": "different address",
        "": "address missing",
    },
    "sex": {"differs": "different sex"},
}


def _reasons(levels: Levels, a: Described) -> tuple[str, ...]:
    said = {field: _REASONS[field].get(level, "") for field, level in vars(levels).items()}
    if levels.surname == levels.forename == "same":
        said["surname"], said["forename"] = "same name", ""
    if levels.birth == "same" and _is_new_year(a.date_of_birth):
        said["birth"] = "same date of birth, but 1 January is often an estimate"
    return tuple(reason for reason in said.values() if reason)
