"""Each benchmark runs at a small size and prints the lines that design/perf.md asks for."""

import json
import os
import subprocess
import sys

import pytest

from bench import audit, contacts, lock, pages, readers
from bench.lines import line, short_number
from eiportal.celery import app

SMALL = {
    "PEOPLE": "60", "EACH": "3", "CASES": "12", "OF_TEAM": "6", "REFERRALS": "4",
    "ROUNDS": "3", "PAGE_ROUNDS": "3", "CONTACT_ROUNDS": "3", "LOCK_ROUNDS": "3",
    "ENTRIES": "500", "AUDIT_ROUNDS": "3",
    "READERS": "3", "READER_SECONDS": "0.3", "READER_ROUNDS": "3",
}  # fmt: skip


def bench(*names: str) -> subprocess.CompletedProcess[str]:
    app.control.purge()  # what earlier tests of this process sent is not for its workers
    command = [sys.executable, "-m", "bench", *names]
    return subprocess.run(
        command, env=os.environ | SMALL, capture_output=True, text=True, check=False
    )


def test_each_prints_its_lines_and_exits_0() -> None:
    ended = bench()
    assert ended.returncode == 0, ended.stderr
    lines = [json.loads(text) for text in ended.stdout.splitlines()]
    assert [each["name"] for each in lines] == [
        "risk_nightly_60_1worker", "risk_nightly_60_2workers", *pages.NAMES, *lock.NAMES,
        *contacts.NAMES,
        *(f"{name}_500" for name in audit.NAMES), *readers.NAMES,
    ]  # fmt: skip
    for each in lines:
        assert each["unit"] in {"s", "ms"}
        assert each["value"] > 0
        assert each["ratio"] > 0
        assert each["ok"] == (each[each.get("target_of", "ratio")] <= each["target"])
        assert each["rounds"] == 3
        assert each.get("people", each.get("entries")) in {60, 500}
        assert each["against"]
        assert each["target_by"]
    assert all(each["queries"] > each["queries_of_empty"] for each in lines if "queries" in each)
    inserted = [each["inserted"] for each in lines if "inserted" in each]
    assert [rows["cases_contact"] for rows in inserted] == [1, 1]


def test_a_name_that_no_benchmark_has_is_said() -> None:
    ended = bench("risk_nightly", "nonsense")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "No benchmark nonsense" in ended.stderr


def test_the_ratio_is_taken_pair_by_pair() -> None:
    said = line("x", [(1.0, 2.0), (2.0, 10.0), (4.0, 4.0)], against="y", target=2.0, people=5)
    assert said == {
        "name": "x", "value": 4.0, "unit": "s", "against": "y", "against_value": 2.0, "ratio": 2.0,
        "target": 2.0, "ok": True, "rounds": 3, "people": 5,
    }  # fmt: skip
    assert line("x", [(1.0, 2.1)], against="y", target=2.0, unit="ms")["value"] == 2100.0
    assert line("x", [(1.0, 2.1)], against="y", target=2.0)["ok"] is False


@pytest.mark.parametrize(
    ("number", "said"), [(60, "60"), (1500, "1500"), (20000, "20k"), (1000000, "1m")]
)
def test_sizes_are_short_in_names(number: int, said: str) -> None:
    assert short_number(number) == said
