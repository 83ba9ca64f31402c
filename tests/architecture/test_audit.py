"""Every command leaves an audit entry: followed through the code from the verb to the record.

That the entry goes when the command rolls back needs no such test: `audit.commands.record` refuses
to write outside a transaction (tests/audit), so entry and command share one.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "accounts",
    "rest",
    "cases",
    "risk",
    "partners",
    "referrals",
    "interventions",
    "oversight",
    "insights",
)
# Parts that commands share across files of a room; each is recorded by the command that it is part of.
SILENT = {
    "accounts": {"await_turn", "hold", "hold_active", "hold_team", "refuse_who_left", "take_turn"},
    "rest": {"await_turn", "keep_answer"},
    "cases": {
        "address_of",
        "await_reference",
        "change_facts",
        "completion_form",
        "describe",
        "describe_blind",
        "end_calls",
        "end_place",
        "follow_handling",
        "hold",
        # The look at the search, or the contact itself, is their entry; the look leaves its own.
        "keep",
        "keep_searches",
        "hold_open",
        "hold_records",
        "hold_restriction",
        "keep_anew",
        "keep_cause_anew",
        "kept_by_age",
        "line_of",
        "link",
        "link_seen",
        "list_of",
        "match_later",
        "mark_police_only",
        "new_person",
        "not_told",
        "next_reachable",
        "note_likely",
        "prompt_for",
        "refuse_not_told",
        "refuse_unless_safe",
        "unfit_for",
    },
    "interventions": {"take_turn"},
    "oversight": {"refuse_unless_ended", "take_turn"},
    "partners": {"addresses_in", "open_anew", "open_rows", "refuse_addresses"},
    "risk": {"first_line", "tally"},
}


def files(app: str) -> list[Path]:
    folder = ROOT / app / "commands"
    return sorted(folder.glob("*.py")) if folder.is_dir() else [ROOT / app / "commands.py"]


@cache
def functions() -> dict[str, set[str]]:
    """{function: the names it uses}, over the commands of all apps; a name stands for its verb."""
    calls: dict[str, set[str]] = {}
    for app in APPS:
        for path in files(app):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef):
                    calls.setdefault(node.name, set()).update(called(node))
    return calls


def called(function: ast.FunctionDef) -> set[str]:
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            written = ast.unparse(target)
            names.add("audit" if written == "audit.commands.record" else written.split(".")[-1])
        elif isinstance(node, ast.Name):
            names.add(node.id)
    return names


def leaves_an_entry(name: str, seen: frozenset[str] = frozenset()) -> bool:
    if name in seen:
        return False
    names = functions().get(name, set())
    return "audit" in names or any(leaves_an_entry(each, seen | {name}) for each in names)


def commands() -> list[tuple[str, str]]:
    found = []
    for app in APPS:
        for path in files(app):
            for node in ast.parse(path.read_text()).body:
                public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
                if public and node.name not in SILENT.get(app, ()):
                    found.append((app, node.name))
    return found


@pytest.mark.parametrize(("app", "name"), commands())
def test_every_command_leaves_an_entry(app: str, name: str) -> None:
    assert leaves_an_entry(name), f"{app}.commands.{name} changes something and records nothing"
