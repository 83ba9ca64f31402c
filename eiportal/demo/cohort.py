"""An invented cohort with known effects: what the evaluation must find again.

Pure: the same today gives the same children. Each has a rate of contacts of its own, drawn from a
gamma distribution; contacts come by chance at that rate over three years. Who is helped is no
accident: of children alike in what is recorded, any may be chosen, but more contacts and more
noticed make it likelier. So the helped had it harder to begin with, and a comparison that does not
look at that is wrong. From the start of a scheme its effect multiplies the rate.

Days are counted from today, all of them past: -1 is yesterday.
"""

from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.random import Generator

from cases.models import ChildRole, Confidence, ContactType
from eiportal.demo.names import FORENAMES, SURNAMES

# Chosen for groups that chance left in balance on most days: of eight days of a year on which the demo was
# tried, none gave one of the three large schemes another verdict than what was planted, and two had a
# report withheld for a difference just beyond what is allowed.
SEED = 9
# Comparison children, who are in no scheme; days of record; the days on which a scheme may start.
POOL = 2000
RECORD = 1095
EARLIEST, LATEST = -700, -380
YEAR = 365
# How often a contact shows something of a domain that weighs on the child.
NOTICING = 0.25
# Contacts in a year: a gamma distribution of this shape and mean.
SHAPE, MEAN = 1.5, 1.4
# No child below this age is ever a suspect.
AGE_OF_RESPONSIBILITY = 10


@dataclass(frozen=True)
class Scheme:
    """A service of the town and what it truly does: `ratio` multiplies the rate of contacts.

    `unit_cost` in pounds for a child's whole course of `sessions`; ages in completed years.
    """

    name: str
    provider: str
    approach: str
    ratio: float
    starts: int
    unit_cost: int
    sessions: int
    description: str
    override_reason: str = ""


SCHEMES = (
    Scheme(
        "Harbour Mentors", "Northbridge Youth Trust", "mentoring", 0.5, 180, 1450, 12,
        "A trained adult meets one young person every week for six months.",
    ),
    Scheme(
        "Friday Night Pitch", "Northbridge Athletic Foundation", "sports", 1.0, 180, 240, 10,
        "Coached football and boxing on Friday evenings, open to anyone referred.",
    ),
    Scheme(
        "Inside Look", "Second Look Northbridge", "prison_awareness", 1.6, 180, 310, 3,
        "Visits to a prison, with talks by people who serve a sentence there.",
        "Asked for by the neighbourhood panel before the published evidence of harm was read.",
    ),
    Scheme(
        "Paper Boat Studio", "Quayside Arts", "arts", 0.8, 25, 520, 8,
        "A small studio: print, film and theatre with a working artist.",
    ),
)  # fmt: skip
# What the families of the history are offered: in none of the comparisons above.
EVERYDAY = Scheme(
    "Steady Steps", "Northbridge Youth Trust", "social_skills", 1.0, 0, 390, 6,
    "A youth worker meets one young person at school each week for six weeks.",
)  # fmt: skip
# What counts for being chosen: contacts in the year before and earlier, and what was noticed.
CHOICE_YEAR, CHOICE_EARLIER, CHOICE_NOTICED = 1.2, 0.3, 0.03
LIKELIEST = 0.5

KINDS = {
    ContactType.CHILD_CONCERN: 24,
    ContactType.ANTI_SOCIAL_BEHAVIOUR: 20,
    ContactType.DOMESTIC_ABUSE: 14,
    ContactType.MISSING_PERSON: 12,
    ContactType.VICTIM_OF_CRIME: 10,
    ContactType.SCHOOL_INCIDENT: 9,
    ContactType.STOP_AND_SEARCH: 4,
    ContactType.ARREST: 4,
    ContactType.MENTAL_HEALTH: 3,
}
# How often a child of ten or more is a suspect in a contact of a kind; what they are otherwise.
SUSPECT = {
    ContactType.ANTI_SOCIAL_BEHAVIOUR: 0.6,
    ContactType.SCHOOL_INCIDENT: 0.3,
    ContactType.STOP_AND_SEARCH: 1.0,
    ContactType.ARREST: 1.0,
}
ROLES = {
    ContactType.VICTIM_OF_CRIME: ChildRole.VICTIM,
    ContactType.DOMESTIC_ABUSE: ChildRole.WITNESS,
}
# Six domains, codes of the catalogue that raise no flag at the severities used here. Those of the
# second list are for children of ten or more.
DOMAINS = (
    (("IND12", "IND10"), ("IND01", "IND07", "IND08")),
    (("FAM06", "FAM08", "FAM03", "FAM07"), ()),
    (("SCH01", "SCH03", "SCH06", "SCH07"), ()),
    (("PEE01", "PEE03"), ("PEE02",)),
    (("COM01",), ("COM02", "COM03")),
    (("EXP01", "EXP02"), ("EXP04",)),
)
STRENGTHS = ("P01", "P03", "P04", "P07", "P12", "P15")
# Seen once, these stand until they are ended: nobody sees them again and again.
ONCE = frozenset({"IND12", *STRENGTHS})
AREAS = ("NBA1", "NBA2", "NBB1", "NBB2", "NBC1", "NBC2", "NBD1", "NBD2")
ETHNICITIES = ("W1", "W9", "A1", "A2", "B1", "B2", "M1", "M9", "O9", "")


@dataclass(frozen=True)
class Seen:
    """An indicator or strength noticed at a contact: code, severity 1 or 2, how sure."""

    code: str
    severity: int
    confidence: str


@dataclass(frozen=True)
class Met:
    """A contact of one child: on which day, at which minute of it, what it was, what was noticed."""

    day: int
    minute: int
    kind: str
    role: str
    noticed: tuple[Seen, ...]


@dataclass(frozen=True)
class Child:
    """A child of the cohort. `start` is the day that counts as theirs, in a scheme or in none."""

    number: int
    forenames: str
    surname: str
    sex: str
    ethnicity: str
    born: int
    area: str
    start: int
    met: tuple[Met, ...]
    scheme: Scheme | None = None

    def age(self, day: int) -> float:
        """Years on a day, near enough to choose by."""
        return (day - self.born) / 365.25

    def contacts(self, since: int, until: int) -> int:
        """How many contacts from a day on, before another."""
        return sum(since <= met.day < until for met in self.met)


@dataclass(frozen=True)
class Nature:
    """What lies behind a child's record and stands in no column: rate a year, domains, kinds."""

    rate: float
    domains: tuple[int, ...]
    kinds: tuple[float, ...]
    guarded: float


def children() -> list[Child]:
    """The whole cohort: every scheme's children, and the pool of those in none."""
    chance = np.random.default_rng(SEED)
    wanted = POOL + sum(scheme.starts for scheme in SCHEMES)
    drawn: list[tuple[Nature, Child]] = []
    while len(drawn) < wanted:
        nature, child = _nature(chance), _child(chance, len(drawn) + 1)
        met = _meetings(chance, nature, child, -RECORD, child.start, nature.rate)
        if met:  # nobody asks for help for a child whom nobody has met
            drawn.append((nature, _with(child, met)))
    helped = _chosen(chance, [child for _, child in drawn])
    return [_live_on(chance, nature, child, helped.get(child.number)) for nature, child in drawn]


def _chosen(chance: Generator, children: list[Child]) -> dict[int, Scheme]:
    """Who is helped, by number: systematically, area by area, so that chance spoils no balance.

    A child's probability goes with `_choice` and stays below `LIKELIEST`: of any kind of child some
    are left to compare with.
    """
    order = sorted(children, key=lambda child: (child.area, _choice(child), child.number))
    places = sum(scheme.starts for scheme in SCHEMES)
    likely = np.array([_choice(child) for child in order])
    for _ in range(20):  # capping some raises the others
        likely = np.minimum(likely * places / likely.sum(), LIKELIEST)
    marks = (np.arange(places) + chance.random()) * likely.sum() / places
    chosen = np.searchsorted(likely.cumsum(), marks)
    evenly = sorted(
        (float((place + chance.random()) / scheme.starts), number)
        for number, scheme in enumerate(SCHEMES)
        for place in range(scheme.starts)
    )
    return {
        order[index].number: SCHEMES[number]
        for index, (_, number) in zip(chosen, evenly, strict=True)
    }


def _choice(child: Child) -> float:
    """How likely this child is to be put forward, against others: by what the record shows.

    Levels off at four contacts a year: above that there is nobody left to compare with.
    """
    year = min(child.contacts(child.start - YEAR, child.start), 4)
    earlier = min(child.contacts(-RECORD, child.start - YEAR), 8)
    noticed = min(sum(len(met.noticed) for met in child.met), 8)
    score = CHOICE_YEAR * log1p(year) + CHOICE_EARLIER * log1p(earlier) + CHOICE_NOTICED * noticed
    return float(np.exp(score))


def _nature(chance: Generator) -> Nature:
    rate = chance.gamma(SHAPE, MEAN / SHAPE)
    burdened = chance.choice(len(DOMAINS), 1 + min(int(rate), 3), replace=False)
    kinds = chance.dirichlet(np.array(list(KINDS.values())) / 12)
    return Nature(float(rate), tuple(burdened.tolist()), tuple(kinds.tolist()), chance.random())


def _child(chance: Generator, number: int) -> Child:
    start = int(chance.integers(EARLIEST, LATEST))
    return Child(
        number=number,
        forenames=FORENAMES[chance.integers(len(FORENAMES))],
        surname=SURNAMES[chance.integers(len(SURNAMES))],
        sex="F" if chance.random() < 0.42 else "M",
        ethnicity=ETHNICITIES[min(int(chance.exponential(2.5)), len(ETHNICITIES) - 1)],
        born=start - int(chance.uniform(10.05, 16.95) * 365.25),
        area=AREAS[chance.integers(len(AREAS))],
        start=start,
        met=(),
    )


def _with(child: Child, met: tuple[Met, ...], scheme: Scheme | None = None) -> Child:
    return Child(**{**child.__dict__, "met": met, "scheme": scheme})


def _live_on(chance: Generator, nature: Nature, child: Child, scheme: Scheme | None) -> Child:
    """The child's days from the start until yesterday, at a rate that the scheme has changed."""
    rate = nature.rate * (scheme.ratio if scheme else 1.0)
    after = _meetings(chance, nature, child, child.start, 0, rate)
    return _with(child, child.met + after, scheme)


def _meetings(
    chance: Generator, nature: Nature, child: Child, since: int, until: int, rate: float
) -> tuple[Met, ...]:
    number = chance.poisson(rate * (until - since) / YEAR)
    days = sorted(chance.integers(since, until, number).tolist())
    known = {seen.code for met in child.met for seen in met.noticed}
    return tuple(_meeting(chance, nature, child, day, known) for day in days)


def _meeting(chance: Generator, nature: Nature, child: Child, day: int, known: set[str]) -> Met:
    kind = tuple(KINDS)[chance.choice(len(KINDS), p=nature.kinds)]
    responsible = child.age(day) >= AGE_OF_RESPONSIBILITY + 0.01
    if not responsible and SUSPECT.get(kind) == 1.0:
        kind = ContactType.CHILD_CONCERN
    suspect = responsible and chance.random() < SUSPECT.get(kind, 0.0)
    role = ChildRole.SUSPECT if suspect else ROLES.get(kind, ChildRole.AT_RISK)
    noticed = tuple(_noticed(chance, nature, kind, responsible, known))
    return Met(day, int(chance.integers(8 * 60, 22 * 60)), kind.value, role.value, noticed)


def _noticed(
    chance: Generator, nature: Nature, kind: str, responsible: bool, known: set[str]
) -> list[Seen]:
    codes = {}
    if kind == ContactType.MISSING_PERSON:
        codes["EXP01"] = True
    for domain in nature.domains:
        if chance.random() < NOTICING:
            always, older = DOMAINS[domain]
            among = always + older if responsible else always
            codes[among[chance.integers(len(among))]] = True
    if chance.random() < 0.2 * nature.guarded:
        codes[STRENGTHS[chance.integers(len(STRENGTHS))]] = True
    fresh = [code for code in codes if code not in known]
    known.update(ONCE.intersection(fresh))
    return [_seen(chance, code) for code in fresh]


def _seen(chance: Generator, code: str) -> Seen:
    sure = (Confidence.SUSPECTED, Confidence.REPORTED, Confidence.CONFIRMED)
    confidence = sure[chance.choice(3, p=(0.2, 0.6, 0.2))]
    return Seen(code, int(chance.choice((1, 2), p=(0.4, 0.6))), confidence.value)
