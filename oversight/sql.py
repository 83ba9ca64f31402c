"""The set-based statements behind the rules: this is their door. They stand in `statements/`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

import clock
from oversight import rules
from oversight.models import HomePostcode

STATEMENTS = Path(__file__).parent / "statements"


@dataclass(frozen=True)
class Found:
    """What a rule counted for one user, with the ids of entries and children."""

    user_id: int
    number: int
    entries: list[int]
    persons: list[int]
    usual: int | None = None


def active(day: date) -> list[int]:
    """Ids of those who chose a child on a London day."""
    return [user_id for user_id, _ in _rows("hours", day)]


def own_surname(day: date, keys: Mapping[int, set[str]]) -> list[Found]:
    """`keys`: what the surname of each user's own family may be, or a part of it."""
    own = [
        (user_id, key)
        for user_id, surname, key in _rows("surnames", day, users=list(keys))
        if keys[user_id] & rules.family_keys(surname)
    ]
    return _own("own_surname", day, own)


def own_address(day: date, homes: Mapping[int, HomePostcode]) -> list[Found]:
    """`homes`: each user's home postcode, where a digest of it is kept.

    Children's postcodes are digested here, those that the same user looked at alone: no digest of
    theirs is kept.
    """
    own = [
        (user_id, key)
        for user_id, key in _rows("postcodes", day, users=list(homes))
        if homes[user_id].is_at(key)
    ]
    return _own("own_address", day, own)


def _own(name: str, day: date, pairs: Sequence[tuple[int, str]]) -> list[Found]:
    """Looks at children who have a key that is the user's own."""
    users, keys = [user_id for user_id, _ in pairs], [key for _, key in pairs]
    return [Found(*row) for row in _rows(name, day, users=users, keys=keys)]


def no_task(day: date) -> list[Found]:
    """Of a day whose looks are all 24 hours old."""
    asked = {
        "choice": list(rules.BY_CHOICE),
        "follow_ups": list(rules.FOLLOW_UPS),
        "at_least": rules.NO_TASK_FROM,
    }
    return [Found(*row) for row in _rows("no_task", day, **asked)]


def elsewhere(day: date) -> list[Found]:
    asked = {"choice": list(rules.BY_CHOICE), "at_least": rules.ELSEWHERE_FROM}
    return [Found(*row) for row in _rows("elsewhere", day, **asked)]


def denied(day: date) -> list[Found]:
    return [Found(*row) for row in _rows("denied", day, at_least=rules.DENIED_FROM)]


def many(day: date, roles: dict[int, frozenset[str]]) -> list[Found]:
    """`roles`: of each user; those with the same roles are compared."""
    busiest = dict(_rows("hours", day))
    found = []
    for user_id, looks in _looks(day, _above_half(busiest)).items():
        number, start, end = rules.busiest_hour((at, persons) for at, _, persons in looks)
        same = roles.get(user_id)
        others = [n for user, n in busiest.items() if user != user_id and roles.get(user) == same]
        if rules.is_many(number, others=others):
            inside = looks[start:end]
            persons = sorted({person for _, _, each in inside for person in each})
            entries = [ident for _, ident, _ in inside]
            usual = round(rules.usual(others)) if others else None
            found.append(Found(user_id, number, entries, persons, usual))
    return found


def _above_half(busiest: dict[int, int]) -> list[int]:
    """Any 60 minutes lie in two hours by the clock: one of them holds half of what they hold."""
    return [user for user, number in busiest.items() if number > rules.MANY_IN_AN_HOUR // 2]


def _looks(day: date, users: Iterable[int]) -> dict[int, list[tuple[Any, int, list[int]]]]:
    found: dict[int, list[tuple[Any, int, list[int]]]] = {}
    for user_id, *look in _rows("looks", day, users=list(users)):
        found.setdefault(user_id, []).append(tuple(look))
    return found


def _rows(name: str, day: date, **asked: Any) -> list[tuple[Any, ...]]:
    asked |= {"starts": clock.start_of(day), "ends": clock.end_of(day)}
    with connection.cursor() as cursor:
        cursor.execute(_statement(name), asked)
        return cursor.fetchall()


@cache
def _statement(name: str) -> str:
    shared = {part: (STATEMENTS / f"{part}.sql").read_text() for part in ("chosen", "lived")}
    return (STATEMENTS / f"{name}.sql").read_text().format(**shared)
