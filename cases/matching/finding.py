"""Where to look for a described child, and what to do with who is found there."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Generic, TypeVar

from cases.matching.keys import Described, birth_variants
from cases.matching.weighing import Match, contradicts, score

Person = TypeVar("Person", bound=Hashable)

MOST_CANDIDATES = 300
MOST_LIKELY = 10
NEAR_IN_AGE = timedelta(days=400)
# Bits by which a match that forgives a slip must stand before any other whose first name agrees and
# whose birth date is known.
MARGIN = 8.0


@dataclass(frozen=True)
class Probe:
    """One look into one index: all conditions hold together.

    `equals` names stored columns (`Keys`) and their values; of `born_in` (any of these dates),
    `born_between` (both ends included) and `birth_blank` (no birth date is known) at most one is
    said.
    """

    why: str
    equals: tuple[tuple[str, str], ...]
    born_in: tuple[date, ...] = ()
    born_between: tuple[date, date] | None = None
    birth_blank: bool = False

    def lookups(self) -> dict[str, object]:
        """The conditions as Django names them, for a table with `Keys` and `date_of_birth`."""
        found: dict[str, object] = dict(self.equals)
        if self.born_in:
            found["date_of_birth__in"] = list(self.born_in)
        if self.born_between:
            found["date_of_birth__range"] = self.born_between
        if self.birth_blank:
            found["date_of_birth__isnull"] = True
        return found


@dataclass(frozen=True)
class Decision(Generic[Person]):
    """`person` is whom to link to, None to make a new, provisional record; `match` says why.

    `likely` are the known children that the new record may be, likeliest first, for a person to
    review; empty when linked. `doubt` says in plain words why a sure match was not used.
    """

    person: Person | None
    match: Match | None
    likely: tuple[tuple[Person, Match], ...]
    doubt: str = ""


def probes(described: Described) -> list[Probe]:
    """Where to look, surest first: take the union in this order, at most MOST_CANDIDATES.

    Each answers from one ordinary btree on its `equals` columns, and the birth date where it is
    said. A probe whose keys are blank is left out, so blanks never meet blanks.
    """
    keys, born = described.keys, described.date_of_birth
    by_sound = ("surname_sound", keys.surname_sound)
    by_initial = ("forename_initial", keys.forename_initial)
    by_name = (("surname_key", keys.surname_key), ("forename_key", keys.forename_key))
    exchanged = (("surname_key", keys.forename_key), ("forename_key", keys.surname_key))
    sounds = (by_sound, ("forename_sound", keys.forename_sound))
    looks: list[Probe] = []
    if born:
        near = birth_variants(born)
        looks += [
            Probe("birth date and sound of the surname", (by_sound,), born_in=near[:1]),
            Probe("birth date and initial", (by_initial,), born_in=near[:1]),
            Probe("birth date and names exchanged", _exchanged_sound(described), born_in=near[:1]),
        ]
    looks += [
        Probe("same name", by_name),
        Probe("names exchanged", exchanged),
        Probe("same postcode", (("postcode_key", keys.postcode_key),)),
        Probe("surname and initial, no birth date", (by_name[0], by_initial), birth_blank=True),
    ]
    if born:
        between = (born - NEAR_IN_AGE, born + NEAR_IN_AGE)
        looks += [
            Probe("slip in the birth date, surname", (by_sound,), born_in=near[1:]),
            Probe("slip in the birth date, initial", (by_initial,), born_in=near[1:]),
            Probe("both names sound alike, near in age", sounds, born_between=between),
            Probe("both names sound alike, no birth date", sounds, birth_blank=True),
        ]
    else:
        looks += [
            Probe("both names sound alike", sounds),
            Probe("surname and initial", (by_name[0], by_initial)),
        ]
    return [probe for probe in looks if all(value for _, value in probe.equals)]


def _exchanged_sound(described: Described) -> tuple[tuple[str, str], ...]:
    return (("surname_sound", described.keys.forename_sound),)


class MatchIndex(Generic[Person]):
    """Known children in memory, found by the same probes as in the database: for an import, whose
    rows must also find the children that earlier rows of the same file have made."""

    def __init__(self) -> None:
        self._known: dict[Person, Described] = {}
        self._order: dict[Person, int] = {}
        self._shelves: dict[tuple[str, ...], dict[tuple[object, ...], dict[Person, None]]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, person: Person, described: Described) -> None:
        """Keep a child under a key of the caller's; under a key that is known, in its place."""
        for columns, shelf in self._shelves.items():
            if person in self._known:
                shelf[_values(self._known[person], columns)].pop(person, None)
            shelf.setdefault(_values(described, columns), {})[person] = None
        self._known[person] = described
        self._order.setdefault(person, len(self._order))

    def known(self, person: Person) -> Described:
        """What is kept under this key; KeyError if nothing is."""
        return self._known[person]

    def candidates(self, described: Described) -> list[tuple[Person, Described]]:
        """Whom the probes find, at most MOST_CANDIDATES, in the order in which they were added."""
        found: dict[Person, None] = {}
        for probe in probes(described):
            for person in sorted(self._met(probe), key=self._order.__getitem__):
                found[person] = None
                if len(found) == MOST_CANDIDATES:
                    break
            if len(found) == MOST_CANDIDATES:
                break
        return [
            (person, self._known[person]) for person in sorted(found, key=self._order.__getitem__)
        ]

    def _met(self, probe: Probe) -> Iterator[Person]:
        columns = tuple(column for column, _ in probe.equals)
        wanted: list[Sequence[object]] = [[value] for _, value in probe.equals]
        if probe.born_in or probe.birth_blank:
            columns += ("date_of_birth",)
            wanted.append(probe.born_in or [None])
        shelf = self._shelf(columns)
        for values in product(*wanted):
            for person in shelf.get(values, ()):
                born = self._known[person].date_of_birth
                if probe.born_between is None or (
                    born is not None and probe.born_between[0] <= born <= probe.born_between[1]
                ):
                    yield person

    def _shelf(self, columns: tuple[str, ...]) -> dict[tuple[object, ...], dict[Person, None]]:
        """Everybody by these columns, sorted out when the columns are first asked for."""
        if columns not in self._shelves:
            shelf: dict[tuple[object, ...], dict[Person, None]] = {}
            for person, known in self._known.items():
                shelf.setdefault(_values(known, columns), {})[person] = None
            self._shelves[columns] = shelf
        return self._shelves[columns]


def _values(known: Described, columns: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(
        known.date_of_birth if column == "date_of_birth" else getattr(known.keys, column)
        for column in columns
    )


def decide(described: Described, index: MatchIndex[Person]) -> Decision[Person]:
    """Whom an import links this description to, or whom a person should look at."""
    return decide_among(described, index.candidates(described))


def decide_among(
    described: Described, candidates: Iterable[tuple[Person, Described]]
) -> Decision[Person]:
    """The same for candidates found elsewhere, such as by SQL from the same probes.

    Linked only to one whose match is sure, and where nobody else makes it doubtful. Which that is
    does not depend on the candidates' order; equal matches in `likely` keep it.
    """
    known = dict(candidates)
    matches = sorted(
        ((person, score(described, other)) for person, other in known.items()),
        key=lambda scored: -scored[1].weight,
    )
    likely = tuple(scored for scored in matches if scored[1].certainty in ("sure", "likely"))
    sure = [scored for scored in likely if scored[1].certainty == "sure"]
    if not sure:
        return Decision(None, None, likely[:MOST_LIKELY])
    full = [scored for scored in sure if scored[1].levels.here and not scored[1].slips]
    person, match = (full or sure)[0]
    doubt = _doubt(person, match, full or sure, likely, known)
    if doubt:
        return Decision(None, None, likely[:MOST_LIKELY], doubt)
    return Decision(person, match, ())


def _doubt(
    person: Person,
    match: Match,
    sure: Sequence[tuple[Person, Match]],
    likely: Sequence[tuple[Person, Match]],
    known: dict[Person, Described],
) -> str:
    """Why a sure match is not to be used after all, '' if it may be.

    One that agrees in name, birth date and place is doubted only where another agrees as well.
    """
    if len(sure) > 1:
        return "Two known children match."
    if match.levels.here and not match.slips:
        return ""
    if len(known) >= MOST_CANDIDATES:
        return "Too many known children to compare with all of them."
    if match.slips:
        close = any(
            other != person
            and rival.levels.first_name_agrees
            and rival.levels.birth
            and rival.weight > match.weight - MARGIN
            for other, rival in likely
        )
        return "Another known child matches nearly as well." if close else ""
    if any(
        _same_name(known[person], other) and contradicts(known[person], other)
        for other in known.values()
    ):
        return "Another known child has the same name, and no address tells them apart."
    return ""


def _same_name(one: Described, other: Described) -> bool:
    mine, theirs = one.keys, other.keys
    return (mine.surname_key, mine.forename_key) == (theirs.surname_key, theirs.forename_key)


def filled(known: Described, described: Described) -> Described:
    """What is known of a child with its blanks filled from a description of the same child."""
    place = (known.address, known.postcode)
    if not known.address_key and not known.keys.postcode_key:
        place = (described.address, described.postcode)
    return replace(
        known,
        date_of_birth=known.date_of_birth or described.date_of_birth,
        sex=known.sex if known.sex in ("F", "M") else described.sex,
        address=place[0],
        postcode=place[1],
    )


def firmest_first(descriptions: Sequence[Described]) -> list[int]:
    """The order, as positions, in which a file's rows are best decided.

    What is complete comes before what has gaps, what is said often before what is said once, else
    the file's order: so a child is first made from its usual spelling, and a slip finds it there.
    """
    often = Counter(described.said for described in descriptions)

    def rank(position: int) -> tuple[int, int, int]:
        described = descriptions[position]
        return _gaps(described), -often[described.said], position

    return sorted(range(len(descriptions)), key=rank)


def _gaps(described: Described) -> int:
    """0 complete, 1 without a place, 2 without a whole name or a birth date."""
    whole_name = bool(described.keys.surname_key) and len(described.keys.forename_key) > 1
    if not whole_name or not described.date_of_birth:
        return 2
    return 0 if described.keys.postcode_key else 1
