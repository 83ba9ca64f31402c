"""Every contract of the house has been seen red: a rule never seen red is not a rule."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
APPS = CONFIG["root_packages"]

# contract -> a file of the house, and the line that must not stand there
PLANTED = {
    "floors": ("cases/queries/cases.py", "import risk.queries"),
    "rooms": ("cases/models/people.py", "import cases.queries"),
    "doors": ("risk/queries/__init__.py", "import cases.tasks"),
    "faces": ("risk/queries/__init__.py", "import cases.api"),
    "key": ("desk/views/children.py", "from cases.access import grants"),
    "guardian": ("cases/queries/people.py", "from guardian.shortcuts import get_objects_for_user"),
    "arithmetic": ("risk/scoring/readings.py", "from django.db import models"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house, to plant violations in."""
    copy = tmp_path_factory.mktemp("house")
    for app in APPS:
        shutil.copytree(
            ROOT / app, copy / app, ignore=shutil.ignore_patterns("__pycache__", "data")
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(house: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--contract", contract]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_turns_the_contract_red(house: Path, contract: str) -> None:
    file, line = PLANTED[contract]
    path = house / file
    sound = path.read_text()
    assert lint(house, contract).returncode == 0, "red before anything was planted"
    path.write_text(f"{sound}\n{line}\n")
    try:
        found = lint(house, contract)
    finally:
        path.write_text(sound)
    assert found.returncode == 1
    assert "BROKEN" in found.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert set(PLANTED) == {contract["id"] for contract in CONFIG["contracts"]}


def test_every_app_stands_on_a_floor() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"eiportal", "asking", "clock"}
    floors = next(c for c in CONFIG["contracts"] if c["id"] == "floors")["layers"]
    named = {app.strip() for floor in floors for app in floor.split("|")}
    assert apps == named == set(APPS)
