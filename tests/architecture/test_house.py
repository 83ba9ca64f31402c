"""What import-linter cannot see: how tables point, what faces may not do, what every verb says."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = [
    "audit",
    "accounts",
    "rest",
    "cases",
    "risk",
    "partners",
    "referrals",
    "interventions",
    "oversight",
    "insights",
    "desk",
]
FLOOR = {name: number for number, name in enumerate(OURS)}
APPS = [
    "accounts",
    "rest",
    "cases",
    "risk",
    "partners",
    "referrals",
    "interventions",
    "oversight",
    "insights",
]
COMMANDS = [import_module(f"{app}.commands") for app in APPS]
QUERIES = [import_module(f"{app}.queries") for app in APPS]
FACES = [
    *ROOT.glob("desk/views/*.py"),
    *ROOT.glob("*/tasks.py"),
    *ROOT.glob("*/forms.py"),
    *ROOT.glob("*/forms/*.py"),
    *ROOT.glob("*/*_forms.py"),
    *ROOT.glob("*/api.py"),
]


def keys_between_apps() -> Iterator[models.Field]:
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields(include_hidden=True):
                if isinstance(field, models.ForeignKey | models.ManyToManyField):
                    target = field.related_model._meta.app_label
                    if target != app and not field.auto_created:
                        yield field


def test_keys_between_apps_point_down_and_leave_no_trace_there() -> None:
    for field in keys_between_apps():
        here, there = field.model._meta.app_label, field.related_model._meta.app_label
        if there in FLOOR:
            assert FLOOR[there] < FLOOR[here], field
            assert field.remote_field.hidden, f"{field} needs related_name='+'"


def functions(module: ModuleType) -> list[tuple[str, inspect.Signature]]:
    """The module's own public functions, those of its folder too."""
    return [
        (name, inspect.signature(function))
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and not name.startswith("_")
        and function.__module__.startswith(module.__name__)
    ]


@pytest.mark.parametrize("module", COMMANDS, ids=lambda m: m.__name__)
def test_every_command_says_by_whom_as_its_last_keyword(module: ModuleType) -> None:
    for name, signature in functions(module):
        if name in {"system"}:
            continue  # who acts when nobody does
        last = list(signature.parameters.values())[-1]
        assert (last.name, last.kind) == ("by", last.KEYWORD_ONLY), name


@pytest.mark.parametrize("module", QUERIES, ids=lambda m: m.__name__)
def test_every_query_says_who_reads(module: ModuleType) -> None:
    for name, signature in functions(module):
        if name in {"locked"}:
            continue  # asked before anybody is known
        assert "viewer" in signature.parameters, name


@pytest.mark.parametrize("face", FACES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_face_reaches_past_the_queries(face: Path) -> None:
    for node in ast.walk(ast.parse(face.read_text())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"objects", "_default_manager"}, f"line {node.lineno}"
        if isinstance(node, ast.Name):
            assert node.id not in {"get_object_or_404", "get_list_or_404"}, f"line {node.lineno}"


def test_everybody_asks_the_clock() -> None:
    for app in [*OURS, "eiportal", "govuk"]:
        for path in (ROOT / app).rglob("*.py"):
            if path.parent.name == "migrations":
                continue  # Django's own words
            text = path.read_text()
            for forbidden in ("timezone.now", "date.today(", "datetime.now("):
                assert forbidden not in text, f"{path}: {forbidden}"
