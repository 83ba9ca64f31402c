"""How long a record is kept before a person reviews it: from the facts, by the rules of a file.

Pure: facts in, a category and a review date out. Every fact that applies names a category, and the
latest date wins, so that something graver never makes a review come sooner.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import yaml

DEFAULT_PATH = Path(__file__).parent / "data" / "retention.yaml"
STATUSES = ("found", "from memory", "judgement")

NO_ACTION, UNDER_TEN, CONCERN = "no action", "under 10", "concern"
OUTCOME, GRAVE_HARM, HELP = "outcome", "grave harm", "help"
# From the shortest to the gravest; help has a length of its own.
IN_ORDER = (NO_ACTION, UNDER_TEN, CONCERN, OUTCOME, GRAVE_HARM)
# What a row has that was written past the commands, until the night works it out.
NOT_WORKED_OUT = "not worked out"
# No review while it is open, undecided or not worked out.
NOT_YET = date(9999, 12, 31)
YOUNG = 10


class RulesError(Exception):
    """The file of rules says something that it may not: where and what."""


@dataclass(frozen=True)
class Category:
    """`months` from what `since` says; not before the youngest child's birthday of `until_age`."""

    name: str
    label: str
    when: str
    since: str
    months: int
    status: str
    source: str
    until_age: int = 0

    @property
    def length(self) -> str:
        """Such as '18 months', or '6 years' where they are whole."""
        years, rest = divmod(self.months, 12)
        if rest or not years:
            return f"{self.months} months"
        return f"{years} year{'s' if years > 1 else ''}"


Rules = Mapping[str, Category]


class Keeping(NamedTuple):
    """How a record is kept. Of two the later one holds."""

    review_on: date
    category: str


@dataclass(frozen=True)
class InContact:
    """A child in a contact. `born` None: not known."""

    born: date | None = None
    is_victim: bool = False
    is_suspect: bool = False
    has_outcome: bool = False


@dataclass(frozen=True)
class Happened:
    """What is known of a contact. `noticed`: observed, ticked or referred; `is_offence`: a crime."""

    on: date
    children: Sequence[InContact]
    noticed: bool = False
    is_offence: bool = False
    is_grave: bool = False


def load(path: Path = DEFAULT_PATH) -> dict[str, Category]:
    """The categories of a file, by name. RulesError for what it may not say."""
    return parse(yaml.safe_load(path.read_text(encoding="utf-8")))


def parse(content: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, Category]:
    """The categories by name. RulesError for one that is missing, given twice, or shorter than a milder."""
    try:
        found = [Category(**entry) for entry in content["categories"]]  # type: ignore[arg-type]
    except (KeyError, TypeError) as error:
        raise RulesError(f"categories: {error}") from error
    rules = {category.name: category for category in found}
    if set(rules) != {*IN_ORDER, HELP} or len(found) != len(rules):
        raise RulesError(f"categories: they are {', '.join((*IN_ORDER, HELP))}, each once")
    for category in found:
        if category.status not in STATUSES:
            raise RulesError(f"{category.name}, status: one of {', '.join(STATUSES)}")
        if category.months < 1 or category.until_age < 0:
            raise RulesError(f"{category.name}: a length is at least one month")
    for shorter, longer in pairwise(IN_ORDER):
        before, after = rules[shorter], rules[longer]
        if before.months > after.months or before.until_age > after.until_age:
            raise RulesError(f"{longer}: shorter than {shorter}")
    return rules


@cache
def default() -> dict[str, Category]:
    """The rules of this portal, read once."""
    return load()


def keeping(rules: Rules, name: str, *, since: date, born: Iterable[date | None] = ()) -> Keeping:
    """How a category keeps a record of these children."""
    category = rules[name]
    days = [_later(since, category.months)]
    if category.until_age:
        days += [_birthday(day, category.until_age) for day in born if day is not None]
    return Keeping(max(days), name)


def of_contact(happened: Happened, rules: Rules) -> Keeping:
    """The latest of what the contact's facts ask for."""
    born = [child.born for child in happened.children]
    names = {NO_ACTION}
    if _something_came_of_it(happened):
        all_young = bool(born) and all(_is_young(day, happened.on) for day in born)
        names.add(UNDER_TEN if all_young else CONCERN)
    if any(
        child.is_suspect and child.has_outcome and not _is_young(child.born, happened.on)
        for child in happened.children
    ):
        names.add(OUTCOME)
    if happened.is_grave:
        names.add(GRAVE_HARM)
    return _latest(keeping(rules, name, since=happened.on, born=born) for name in names)


def _something_came_of_it(happened: Happened) -> bool:
    said = any(child.is_victim or child.is_suspect for child in happened.children)
    return happened.noticed or happened.is_offence or said


def _latest(found: Iterable[Keeping]) -> Keeping:
    """Where two fall on one day, the graver category names it."""
    return max(found, key=lambda each: (each.review_on, (*IN_ORDER, HELP).index(each.category)))


def of_person(
    recorded_on: date,
    born: date | None,
    noticed_on: Iterable[date],
    grave_on: Iterable[date],
    rules: Rules,
) -> Keeping:
    """A child's own record, by what stands in it and in no contact: days of observations and flags."""
    found = [keeping(rules, NO_ACTION, since=recorded_on)]
    for day in noticed_on:
        name = UNDER_TEN if _is_young(born, day) else CONCERN
        found.append(keeping(rules, name, since=day))
    found += [keeping(rules, GRAVE_HARM, since=day, born=[born]) for day in grave_on]
    return _latest(found)


def of_case(closed_on: date | None, born: Iterable[date | None], rules: Rules) -> Keeping:
    """A case, from its closing; while it is open it is not reviewed."""
    if closed_on is None:
        return Keeping(NOT_YET, HELP)
    return keeping(rules, HELP, since=closed_on, born=born)


def of_referral(decided_on: date | None, rules: Rules) -> Keeping:
    """A referral that was not taken on, from its decision; until then it is not reviewed."""
    if decided_on is None:
        return Keeping(NOT_YET, CONCERN)
    return keeping(rules, CONCERN, since=decided_on)


def _is_young(born: date | None, on: date) -> bool:
    return born is not None and on < _birthday(born, YOUNG)


def _birthday(born: date, age: int) -> date:
    """Somebody born on 29 February has their birthday on 1 March where there is none."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
