"""A child as somebody described them, and the keys by which the same child is found again.

The keys are stored columns of `cases.Person`, compared with = and ranges only: under row-level
security no function index carries a search. Change how one is made and every stored row must be
made anew.
"""

import re
import unicodedata
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import jellyfish

# What the columns hold: a key may grow longer than its name, as ß becomes ss.
LONGEST_NAME, LONGEST_FORENAMES, LONGEST_SOUND = 80, 120, 40

# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_NO_ADDRESS = {"nfa", "no fixed abode", "no fixed address", "unknown", "not known", "n a", "n k"}
_SHORTENED = {
    "rd": "road",
    "st": "street",
    "ave": "avenue",
    "av": "avenue",
    "cl": "close",
    "cres": "crescent",
    "ct": "court",
    "dr": "drive",
    "gdns": "gardens",
    "la": "lane",
    "ln": "lane",
    "pl": "place",
    "sq": "square",
    "terr": "terrace",
    "apartment": "flat",
    "apt": "flat",
}


@dataclass(frozen=True)
class Keys:
    """What `cases.Person` stores to be found by; '' where nothing is known.

    surname_key       the surname in plain small letters, nothing between them: O'Neill, oneill
    forename_key      the first forename alone: Anna Maria, anna; Sean-Paul, seanpaul; L., l
    forenames_key     all forenames run together: annamaria
    forename_initial  the first letter of forename_key
    surname_sound     the metaphone of surname_key, '' for what is not in Latin letters
    forename_sound    the metaphone of forename_key
    postcode_key      capitals, no space; '' unless a whole postcode
    """

    surname_key: str
    forename_key: str
    forenames_key: str
    forename_initial: str
    surname_sound: str
    forename_sound: str
    postcode_key: str


@dataclass(frozen=True)
class Described:
    """A child as described or as known, text as given: blank where not known.

    `sex` counts where it is 'F' or 'M'. An address of 'NFA' is no address.
    """

    surname: str
    forenames: str
    date_of_birth: date | None = None
    sex: str = ""
    address: str = ""
    postcode: str = ""

    @cached_property
    def keys(self) -> Keys:
        return keys(self.surname, self.forenames, self.postcode)

    @cached_property
    def forename_parts(self) -> tuple[str, ...]:
        """Every forename, those joined by a hyphen apart: Anna-Maria J., (anna, maria, j)."""
        return _parts(self.forenames)

    @cached_property
    def surname_parts(self) -> tuple[str, ...]:
        """The parts of a surname in several: Smith-Jones, (smith, jones)."""
        return _parts(self.surname)

    @cached_property
    def address_key(self) -> str:
        return address_key(self.address)

    @cached_property
    def said(self) -> tuple[object, ...]:
        """What was said, written alike: two descriptions that say the same have the same."""
        return (astuple(self.keys), self.date_of_birth, self.sex, self.address_key)


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """A name in plain small letters, without accents, hyphens, apostrophes, spaces or dots."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN)
    # Taking letters apart may bring out new capitals, and folding those new accents.
    folded = unicodedata.normalize("NFKD", folded).casefold()
    return "".join(letter for letter in folded if letter.isalpha())


def postcode_key(postcode: str) -> str:
    """A whole UK postcode in capitals without its space, else ''."""
    key = "".join(postcode.split()).upper()
    return key if _POSTCODE.fullmatch(key) else ""


@lru_cache(maxsize=65_536)
def address_key(address: str) -> str:
    """The line of an address in plain words, usual abbreviations written out; '' for none."""
    plain = unicodedata.normalize("NFKD", address).casefold().replace("'", "")
    words = re.sub(r"[^\w]+", " ", plain).split()
    key = " ".join(_SHORTENED.get(word, word) for word in words)
    return "" if key in _NO_ADDRESS else key


@lru_cache(maxsize=65_536)
def sound(key: str) -> str:
    """How a name key sounds: its metaphone, '' where the key is not in Latin letters."""
    return jellyfish.metaphone(key)[:LONGEST_SOUND] if key.isascii() else ""


def keys(surname: str, forenames: str, postcode: str) -> Keys:
    """The stored keys of a person, from names and postcode as given."""
    surname_key = name_key(surname)[:LONGEST_NAME]
    first = next((name_key(name) for name in forenames.split() if name_key(name)), "")
    forename_key = first[:LONGEST_NAME]
    return Keys(
        surname_key=surname_key,
        forename_key=forename_key,
        forenames_key=name_key(forenames)[:LONGEST_FORENAMES],
        forename_initial=forename_key[:1],
        surname_sound=sound(surname_key),
        forename_sound=sound(forename_key),
        postcode_key=postcode_key(postcode),
    )


@lru_cache(maxsize=65_536)
def birth_variants(born: date) -> tuple[date, ...]:
    """The birth dates that this one may be a slip for: itself, day and month swapped, a day off,
    ten days off, a year off."""
    found = [born]
    if other := swapped(born):
        found.append(other)
    for days in (-1, 1, -10, 10):
        with suppress(OverflowError):  # the ends of the calendar
            found.append(born + timedelta(days=days))
    for years in (-1, 1):
        with suppress(ValueError):  # 29 February
            found.append(born.replace(year=born.year + years))
    return tuple(dict.fromkeys(found))


def swapped(born: date) -> date | None:
    """The date with day and month swapped, None where that is no other date."""
    if born.day > 12 or born.day == born.month:
        return None
    return born.replace(month=born.day, day=born.month)


def _parts(name: str) -> tuple[str, ...]:
    parts = (name_key(part) for part in re.split(r"[\s\-]+", name))
    return tuple(part for part in parts if part)
