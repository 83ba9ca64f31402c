"""A row of a file that knows whose it is, and says what is wrong with it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml


class CatalogueError(Exception):
    """The catalogue's file says something that it may not: where (code, field) and what."""

    def __init__(self, code: str, field: str, problem: str):
        super().__init__(f"{code}, {field}: {problem}")
        self.code = code
        self.field = field
        self.problem = problem


def read(code: str, path: Path) -> object:
    """The plain values in a YAML file. Raises CatalogueError, as of `code`, where it is none."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=OneOfEachKey)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(code, str(path), f"cannot be read: {error}") from error


class OneOfEachKey(yaml.SafeLoader):
    """YAML lets a later key win in silence: here a weight given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


class Row:
    """A mapping of the file that knows whose it is, and complains with code and field."""

    def __init__(self, code: str, value: object):
        if not isinstance(value, dict):
            raise CatalogueError(code, "row", "should hold named fields")
        self.code = code
        self.values = value

    def __getitem__(self, field: str) -> Any:
        if self.values.get(field) is None:
            raise CatalogueError(self.code, field, "is missing")
        return self.values[field]

    def only(self, *fields: str) -> None:
        for field in self.values:
            if field not in fields:
                raise CatalogueError(self.code, str(field), "is not a known field")

    def wrong(self, field: str, value: object, expected: str) -> CatalogueError:
        return CatalogueError(self.code, field, f"{value!r} should be {expected}")

    def text(self, field: str, default: str | None = None) -> str:
        value = self[field] if default is None else self.values.get(field, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(field, value, "words")
        return value

    def choice(self, field: str, choices: Iterable) -> str:
        return self.one_of(field, self[field], choices)

    def one_of(self, field: str, value: Any, choices: Iterable) -> Any:
        choices = tuple(choices)
        # True == 1 in Python: a severity written 'yes' must not pass as 1.
        if isinstance(value, bool) or value not in choices:
            raise self.wrong(field, value, f"one of {', '.join(map(str, choices))}")
        return value

    def items(self, field: str) -> list:
        if not isinstance(self[field], list):
            raise self.wrong(field, self[field], "a list")
        return self[field]

    def words(self, field: str) -> tuple[str, ...]:
        for value in self.items(field):
            if not isinstance(value, str) or not value.strip():
                raise self.wrong(field, value, "words")
        return tuple(self.items(field))

    def choices(self, field: str, choices: Iterable) -> tuple[str, ...]:
        choices = tuple(choices)
        chosen = tuple(self.one_of(field, value, choices) for value in self.items(field))
        if len(set(chosen)) < len(chosen):
            raise self.wrong(field, list(chosen), "each named once")
        return chosen

    def mapping(self, field: str) -> dict:
        if not isinstance(self[field], dict):
            raise self.wrong(field, self[field], "named values")
        return self[field]

    def days(self, field: str, least: int) -> int:
        value = self[field]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.wrong(field, value, f"a whole number of days, {least} or more")
        return value

    def flag(self, field: str) -> bool:
        if not isinstance(self[field], bool):
            raise self.wrong(field, self[field], "true or false")
        return self[field]


def unique(things: Iterable, field: str) -> list:
    """The things as a list. Raises CatalogueError where two have the same `field`."""
    seen: dict[str, object] = {}
    for thing in things:
        key = getattr(thing, field)
        if key in seen:
            raise CatalogueError(key, field, "is given twice")
        seen[key] = thing
    return list(seen.values())
