"""What of a narrative a partner should perhaps not read: found and marked, never taken out.

Pure. It finds too much rather than too little, and cannot find everything: a name in small letters is
none to it. A person reads, writes and decides. One thing it does by itself: a protected address,
such as a victim's, is never proposed and is refused in what was written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NAME = "name"
ADDRESS = "address"
POSTCODE = "postcode"
PHONE = "phone number"
EMAIL = "email address"
DATE = "date, perhaps of birth"
REFUGE = "refuge or safe place"
SOURCE = "who told us"

LEFT_OUT = "[address left out]"
NEVER_SHARED = "Leave out the address of who was harmed: it is never shared."

_STREETS = (
    "street|st|road|rd|avenue|ave|lane|close|drive|crescent|court|place|terrace|way|gardens|grove|"
    "mews|square|parade|row|hill|walk|house|park|green|view|rise|flats"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# In the order in which they are looked for: what is found first is not looked at again.
_PATTERNS = [
    (EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    (POSTCODE, re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s{0,2}\d[a-z]{2}\b", re.IGNORECASE)),
    (DATE, re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b")),
    (
        DATE,
        re.compile(
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})[a-z]{{0,6}}\.?,?\s+\d{{2,4}}\b",
            re.IGNORECASE,
        ),
    ),
    (PHONE, re.compile(r"(?<!\w)\+?\d(?:[\s().-]{0,2}\d){8,14}(?!\w)")),
    (ADDRESS, re.compile(r"\b(?:flat|apartment|room|unit)\s+\d{1,4}[a-z]?\b", re.IGNORECASE)),
    (
        ADDRESS,
        re.compile(
            rf"\b\d{{1,4}}\s?[a-z]?,?\s+(?:[\w'’.-]{{1,30}}\s+){{1,3}}(?:{_STREETS})\b",
            re.IGNORECASE,
        ),
    ),
    (ADDRESS, re.compile(rf"(?:\b[A-Z][\w'’-]{{0,30}}\s+){{1,3}}(?i:{_STREETS})\b")),
    (
        REFUGE,
        re.compile(r"\b(?:refuges?|safe\s?houses?|women['’]?s aid|hostels?|shelters?)\b", re.I),
    ),
    (
        SOURCE,
        re.compile(
            r"\b(?:informants?|informers?|sources?|chis|intelligence|intel|anonymous(?:ly)?|"
            r"crimestoppers|callers?|whistleblowers?)\b",
            re.IGNORECASE,
        ),
    ),
]
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
# Words that begin sentences, and names that are of nobody.
_COMMON = """
a about after all also although an and another any as asked at because before both but by can child
children could dad did does during each early father for from further given had has have he her here his
home how however i if in is it its later left like many may met mother mum neither no nobody none not
nothing now of officers on once one or our out outside over parent parents partner people police referred
reported said saw school seen she should since so social some somebody spoke staff still stated team that
the their then there these they this those though three to today told two under until very was we went
were what when where which while who why will with within would yesterday yes you young
monday tuesday wednesday thursday friday saturday sunday
january february march april june july august september october november december
"""
_NOBODY = frozenset(_COMMON.split())


@dataclass(frozen=True)
class Mark:
    """A piece of a text, from `start` to `end` (exclusive), and what it may be."""

    start: int
    end: int
    what: str


def marks(text: str, *, first_name: str = "") -> list[Mark]:
    """What may have to be left out, in the order of the text, none over another.

    The child's own first name is not marked.
    """
    found: list[Mark] = []
    taken = bytearray(len(text))
    for mark in [*_patterned(text), *_names(text, first_name.casefold())]:
        if not any(taken[mark.start : mark.end]):
            taken[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
            found.append(mark)
    return sorted(found, key=lambda mark: mark.start)


def _patterned(text: str) -> Iterator[Mark]:
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Mark(match.start(), match.end(), what)


def _names(text: str, first_name: str) -> Iterator[Mark]:
    for match in _WORD.finditer(text):
        word = re.sub(r"['’]s?$", "", match[0])
        plain = word.casefold()
        if word[:1].isupper() and plain not in _NOBODY and plain != first_name:
            yield Mark(match.start(), match.start() + len(word), NAME)


def pieces(text: str, *, first_name: str = "") -> list[tuple[str, str]]:
    """The text in pieces, each with what it may be, '' for what is not marked."""
    found: list[tuple[str, str]] = []
    at = 0
    for mark in marks(text, first_name=first_name):
        found.append((text[at : mark.start], ""))
        found.append((text[mark.start : mark.end], mark.what))
        at = mark.end
    found.append((text[at:], ""))
    return [piece for piece in found if piece[0]]


def found(text: str, *, first_name: str = "") -> list[str]:
    """What is marked, in words, each once: 'Dana (name)'."""
    marked = (piece for piece in pieces(text, first_name=first_name) if piece[1])
    return list(dict.fromkeys(f"{words} ({what})" for words, what in marked))


def without(text: str, protected: Iterable[str]) -> str:
    """A text to begin with: protected addresses and postcodes are left out of it."""
    for pattern in _protected(protected):
        text = pattern.sub(LEFT_OUT, text)
    return text


def holds(text: str, protected: Iterable[str]) -> bool:
    """Whether a text says a protected address or postcode, however it is spaced."""
    return any(pattern.search(text) for pattern in _protected(protected))


def _protected(protected: Iterable[str]) -> Iterator[re.Pattern[str]]:
    for each in protected:
        words = re.findall(r"[^\W_]+", each)
        if len(words) > 2 and words[0][:1].isdigit():
            # With its number, then the street alone.
            yield _spaced(words)
            words = words[1:]
        if re.fullmatch(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}", "".join(words), re.IGNORECASE):
            words = list("".join(words))
        if words:
            yield _spaced(words)


def _spaced(words: list[str]) -> re.Pattern[str]:
    joined = r"[\W_]*".join(re.escape(word) for word in words)
    return re.compile(rf"(?<![^\W_]){joined}(?![^\W_])", re.IGNORECASE)
