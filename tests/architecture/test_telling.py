"""A line on a home page about a child goes through `tell_of`, which asks who may know of the child now.

Whatever else puts a line there by itself stands here, with why nobody can learn of a hidden child by it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("rest", "cases", "risk", "partners", "referrals", "interventions", "oversight", "insights",
        "desk")  # fmt: skip

OF_NO_CHILD = {
    "cases/commands/telling.py tell_of": "asks who may know of the child",
    "cases/commands/telling.py tell_owner": "the record's owner, by its reference",
    "cases/commands/restrictions.py hand_over_record": "the owner before, who stays on the list",
    "cases/commands/restrictions.py pass_record": "the new owner, of hits by reference",
    "cases/commands/searches.py _note": "the record's owner, of a hit by reference",
    "cases/commands/break_glass.py _open": "the record's owner, and who reviews every try",
    "cases/commands/flags.py _call": "of a hidden child its list alone, in words that name nothing",
    "cases/commands/flags.py call_list": "the first on the list",
    "cases/commands/retention.py _tell": "how many records are due, and no more",
    "partners/commands/ends.py _warn": "an agreement's end, to who signs agreements",
    "partners/commands/telling.py tell_owners": "who signs agreements, after nobody else was left to tell",
    "partners/commands/notices.py _tell_of_recall": "information governance, by the notice's reference",
    "oversight/commands/home_postcodes.py keep_home_postcode": "somebody of staff, of themselves",
    "oversight/commands/home_postcodes.py remove_home_postcode": "the same",
    "oversight/commands/verifications.py tell_of_verification": "the record of use itself",
}


def telling(source: str) -> Iterator[str]:
    """The functions that put a line on a home page by themselves."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
            if any(_is_notify(each) for each in called):
                yield function.name


def _is_notify(called: ast.expr) -> bool:
    return getattr(called, "attr", getattr(called, "id", "")) == "notify"


def found() -> set[str]:
    files = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    return {
        f"{path.relative_to(ROOT)} {name}" for path in files for name in telling(path.read_text())
    }


def test_a_line_about_a_child_goes_through_tell_of() -> None:
    assert found() - OF_NO_CHILD.keys() == set(), "say it with cases.commands.tell_of"


def test_what_is_let_off_still_tells() -> None:
    assert OF_NO_CHILD.keys() - found() == set()


def test_the_rule_has_been_seen_red() -> None:
    planted = (
        "def _tell(case):\n    accounts.commands.notify(case.lead_worker, 'EI-1', url='', by=by)\n"
    )
    assert list(telling(planted)) == ["_tell"]
    by_name = (
        "def tell(case):\n    for user in team:\n        notify(user, 'EI-1', url='', by=by)\n"
    )
    assert list(telling(by_name)) == ["tell"]
    assert (
        list(telling("def tell(case):\n    tell_of(person, [user], 'EI-1', url='', by=by)\n")) == []
    )
