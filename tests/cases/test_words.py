"""The words of the police records system stand in the catalogue."""

from pathlib import Path

import pytest
import yaml

import cases
from cases.words import ticked, words

CATALOGUE = Path(cases.__file__).parent / "data" / "indicators.yaml"


def test_every_code_of_the_table_is_in_the_catalogue():
    catalogue = yaml.safe_load(CATALOGUE.read_text())
    codes = {
        "risk": {entry["code"] for entry in catalogue["risk_indicators"]},
        "strength": {entry["code"] for entry in catalogue["protective_factors"]},
    }
    for word in words().values():
        assert word.code == "" or word.code in codes[word.kind], word


def test_a_word_that_no_code_says_just_so_tells_what_to_look_at():
    word = words()["risk", "exploitation"]
    assert (word.code, "EXP01" in word.note) == ("", True)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", ()),
        ("; ;", ()),
        ("neglect", ("neglect",)),
        ("Neglect;  County   Lines;neglect", ("neglect", "county lines")),
    ],
)
def test_words_of_a_cell(cell, found):
    assert ticked(cell) == found
