"""The schema as something to read: its operations, fields and problems in the order of the schema."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rest.http.problems import CODES

Schema = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    """One field: `within` is how deep it stands, `says` its type, limits and meaning in words."""

    name: str
    required: bool
    kind: str
    says: str


@dataclass(frozen=True)
class Shape:
    """A named object of the schema: what is sent or answered."""

    name: str
    says: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Answer:
    status: str
    says: str
    shape: str


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    says: str
    scope: str
    parameters: tuple[Field, ...]
    body: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Reference:
    title: str
    says: str
    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]
    problems: tuple[tuple[str, int, str], ...]


def of(schema: Schema) -> Reference:
    """The page of a schema."""
    shapes = schema["components"]["schemas"]
    # What is one of some words is said by the words, where it stands.
    enums = {name: shape for name, shape in shapes.items() if "enum" in shape}
    return Reference(
        title=schema["info"]["title"],
        says=schema["info"]["description"],
        operations=tuple(_operations(schema)),
        shapes=tuple(
            Shape(name, _plain(shape.get("description", "")), tuple(_fields(shape, enums)))
            for name, shape in shapes.items()
            if "properties" in shape
        ),
        problems=tuple((code, status, title) for code, (status, title) in CODES.items()),
    )


def _operations(schema: Schema) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if told := methods.get(method):
                yield Operation(
                    anchor=told["operationId"],
                    method=method.upper(),
                    path=path,
                    summary=told.get("summary", ""),
                    says=_plain(told.get("description", "")),
                    scope=_scope(told),
                    parameters=tuple(_parameter(each) for each in told.get("parameters", [])),
                    body=_shape_in(told.get("requestBody", {})),
                    answers=tuple(
                        Answer(status, _plain(each.get("description", "")), _shape_in(each))
                        for status, each in told["responses"].items()
                    ),
                )


def _plain(text: str) -> str:
    """Descriptions are Markdown: of that we use backticks alone."""
    return re.sub("`([^`]+)`", r"‘\1’", text)


def _scope(told: Schema) -> str:
    named = [scope for each in told.get("security", []) for them in each.values() for scope in them]
    return ", ".join(named)


def _parameter(each: Schema) -> Field:
    kind = f"{_kind(each['schema'])}, in the {each['in']}"
    return Field(
        each["name"], each.get("required", False), kind, _plain(each.get("description", ""))
    )


def _fields(shape: Schema, enums: Schema) -> Iterator[Field]:
    required = shape.get("required", [])
    for name, field in shape["properties"].items():
        yield Field(
            name, name in required, _kind(field, enums), _plain(field.get("description", ""))
        )


def _shape_in(told: Schema) -> str:
    for content in told.get("content", {}).values():
        return _kind(content["schema"])
    return ""


def _kind(field: Schema, enums: Schema | None = None) -> str:
    """A field's type and limits in a few words; the name of a shape where it is one."""
    if "$ref" in field:
        name = str(field["$ref"].rsplit("/", 1)[-1])
        return _kind(enums[name]) if enums and name in enums else name
    for several in ("allOf", "oneOf", "anyOf"):
        if several in field:
            return " or ".join(_kind(each, enums) for each in field[several])
    kind = field.get("type", "anything")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if "array" in words:
        words = f"list of {_kind(field['items'], enums)}"
    if "format" in field:
        words += f" ({field['format']})"
    if "maxLength" in field:
        words += f", at most {field['maxLength']:,} characters"
    if "maxItems" in field:
        words += f", at most {field['maxItems']}"
    if "enum" in field:
        words = "one of " + ", ".join(f"‘{each}’" for each in field["enum"])
    return words
