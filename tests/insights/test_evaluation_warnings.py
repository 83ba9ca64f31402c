"""What speaks against a comparison is said; what cannot be read is refused; nothing crashes."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from insights.evaluation import results
from tests.insights.cohorts import COVARIATES, codes, cohort, compared


def test_one_to_one_with_a_caliper_falls_into_the_trap_and_says_so():
    frame, true = cohort(8, rows=700, helped=350, ratio=0.6, choice=4.0)
    found = compared(frame, ratio=1)
    assert found.n_treated_kept < 0.8 * found.n_treated
    assert found.ci_high < 0, "and is sure of itself"
    assert found.effect < 1.9 * true[frame["helped"] == 1].mean(), "while being wrong"
    assert {results.TREATED_LOST, results.FEW_COMPARISONS, results.UNBALANCED} <= codes(found)
    assert set(found.withheld_for) == {results.TREATED_LOST, results.UNBALANCED}


def reached(code):
    """A frame, and options, that call for the warning."""
    frame, _ = cohort(1)
    options = {}
    if code == results.NO_TREATED:
        frame["helped"] = 0
    elif code == results.NO_COMPARISON:
        frame["helped"] = 1
    elif code in (results.NO_MATCH, results.SEPARATED):
        frame["sure"] = frame["helped"] * 10 + frame["age"] / 100
        options["covariates"] = ["sure", "girl"]
    elif code == results.NO_INTERVAL:
        frame["again"] = 0
    elif code == results.UNBALANCED:
        frame, _ = cohort(1, rows=150, helped=50, choice=2.0)
    elif code in (results.TREATED_LOST, results.FEW_COMPARISONS, results.LITTLE_OVERLAP):
        frame, _ = cohort(8, rows=700, helped=500, choice=4.0)
    elif code in (results.FEW_TREATED, results.SIMPLE_SCORE):
        frame, _ = cohort(1, helped=20)
    elif code == results.FEW_OUTCOMES:
        frame["again"] = (np.arange(len(frame)) % 200 == 0).astype(int)
    elif code == results.ESTIMATES_DISAGREE:
        lonely = (frame["helped"] == 0) & (frame["points"] > frame["points"].quantile(0.97))
        frame.loc[lonely, "again"] += 60
        options["caliper"] = 3.0
    elif code == results.NOT_BALANCED:
        frame, _ = cohort(2, rows=60, helped=40, choice=3.0)
        options["caliper"] = 5.0
    elif code == results.CONSTANT:
        frame["year"] = 2026
        options["covariates"] = [*COVARIATES, "year"]
    elif code == results.COLLINEAR:
        frame["months old"] = frame["age"] * 12
        options["covariates"] = [*COVARIATES, "months old"]
    return frame, options


ALL_CODES = sorted(
    value for name, value in vars(results).items() if name.isupper() and isinstance(value, str)
)


@pytest.mark.parametrize("code", ALL_CODES)
def test_every_warning_can_be_reached_and_none_stops_the_answer(code):
    frame, options = reached(code)
    found = compared(frame, **options)
    assert code in codes(found)
    assert all(each.words.endswith(".") for each in found.warnings)
    assert (code in found.withheld_for) == (code in results.WITHHOLDS)


def test_a_sound_comparison_has_no_warning():
    frame, _ = cohort(1, rows=4000, helped=400)
    assert compared(frame).warnings == ()


@pytest.mark.parametrize("code", [results.NO_TREATED, results.NO_COMPARISON, results.NO_MATCH])
def test_without_two_groups_there_is_no_figure(code):
    frame, options = reached(code)
    found = compared(frame, **options)
    assert (
        found.effect is found.ci_low is found.se is found.balanced_effect is found.e_value is None
    )
    assert found.n_treated_kept == 0
    assert found.effective_comparison == 0


def test_columns_that_part_the_groups_are_named_and_the_rest_is_compared():
    frame, _ = cohort(1)
    chance = np.random.default_rng(1)
    frame["asked"] = np.maximum(frame["helped"], chance.integers(0, 2, len(frame)))
    found = compared(frame, covariates=[*COVARIATES, "asked"])
    words = next(each.words for each in found.warnings if each.code == results.SEPARATED)
    assert "asked" in words
    assert words.startswith("0 helped and ")
    asked = compared(frame[frame["asked"] == 1])
    assert found.n_treated_kept == asked.n_treated_kept >= 60
    assert found.rate_comparison == pytest.approx(asked.rate_comparison, abs=0.1)


def test_a_column_left_out_changes_nothing_else():
    frame, options = reached(results.COLLINEAR)
    plain = compared(frame)
    other = compared(frame, **options)
    assert other.effect == pytest.approx(plain.effect)
    assert other.n_treated_kept == plain.n_treated_kept


@pytest.mark.parametrize("rows", [(0, 0), (1, 1), (1, 5), (5, 1), (2, 2), (3, 40)])
def test_a_handful_of_children_is_answered_too(rows):
    helped, others = rows
    frame, _ = cohort(1)
    some = pd.concat([frame[frame["helped"] == 1][:helped], frame[frame["helped"] == 0][:others]])
    found = compared(some)
    assert found.n_treated == helped
    assert found.n_comparison == others
    assert found.withheld_for


def test_without_covariates_it_is_a_plain_difference_of_groups():
    frame, _ = cohort(1)
    found = compared(frame, covariates=[], ratio=5)
    assert found.balanced_effect == pytest.approx(found.naive)
    assert found.balance == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": np.nan}, "'points' has 800 missing values"),
        ({"area": None}, "'area' has 800 missing values"),
        ({"again": np.inf}, "'again' has values that are not finite"),
        ({"points": np.inf}, "'points' has values that are not finite"),
        ({"area": Decimal(1)}, "'area' holds neither numbers nor words"),
        ({"again": "often"}, "'again' holds no numbers"),
        ({"helped": 2}, "'helped' says who was treated"),
        ({"area": [f"street {row}" for row in range(800)]}, "'area' holds 800 different words"),
    ],
)
def test_a_frame_that_cannot_be_read_is_refused_by_its_column(change, words):
    frame, _ = cohort(1)
    with pytest.raises(ValueError, match=words):
        compared(frame.assign(**change))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"covariates": ["height"]}, "no column 'height'"),
        ({"exact": ["month"]}, "no column 'month'"),
        ({"covariates": ["age", "age"]}, "named once"),
        ({"covariates": ["again"]}, "neither the outcome"),
        ({"outcome": "helped"}, "two columns"),
        ({"caliper": 0}, "caliper"),
        ({"ratio": 0}, "ratio"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        compared(cohort(1)[0], **options)


def test_an_index_with_doubles_is_refused():
    frame, _ = cohort(1)
    with pytest.raises(ValueError, match="index"):
        compared(pd.concat([frame, frame]))
