"""The default model says what the catalogue says, in numbers."""

import dataclasses

import cases.catalogue
from risk.model_default import default_model

CATALOGUE = cases.catalogue.load()


def test_words_become_points():
    rules = default_model(CATALOGUE).indicators
    assert rules["IND01"].weights == {
        "0-6": 2.0,
        "7-9": 3.0,
        "10-12": 3.0,
        "13-15": 2.0,
        "16-25": 1.0,
    }
    assert rules["P02"].weights["7-9"] == 1.5
    assert rules["P01"].weights["7-9"] == 2.0
    assert rules["P15"].weights.keys() == {"10-12", "13-15", "16-25"}
    assert rules["FAM10"].weights == {}


def test_decay_and_review_come_from_the_class_unless_its_own():
    rules = default_model(CATALOGUE).indicators
    exp01, fam09, p01 = rules["EXP01"], rules["FAM09"], rules["P01"]
    assert (exp01.full_days, exp01.half_life_days, exp01.expires_days) == (28, 30, 180)
    assert (exp01.enduring, fam09.enduring, p01.enduring) == (False, True, True)
    assert (fam09.review_days, p01.review_days) == (180, 90)


def test_a_disabled_indicator_is_not_weighed():
    off = dataclasses.replace(CATALOGUE.indicators["IND07"], enabled=False)
    catalogue = dataclasses.replace(CATALOGUE, indicators={**CATALOGUE.indicators, "IND07": off})
    model = default_model(catalogue, number=4)
    assert "IND07" not in model.indicators
    assert (len(model.indicators), model.number) == (67, 4)
