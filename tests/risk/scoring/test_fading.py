"""What is left of an observation. EXP01 is acute: full to day 28, halves every 30 days, expires after 180."""

from datetime import timedelta

import pytest

from risk.scoring import (
    HARM_BY_CHILD,
    HARM_TO_CHILD,
    NEED,
    STALE_STRENGTH,
    Gap,
    IndicatorRule,
    Observed,
    decay,
)
from tests.risk.scoring.children import MODEL, TODAY, ago, figures, reading


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (-1, 0),  # not yet observed
        (0, 1),
        (28, 1),  # the last full day
        (29, 2 ** (-1 / 30)),  # one day of 30
        (58, 0.5),  # 28 + one half-life
        (88, 0.25),  # 28 + two
        (180, 2 ** (-152 / 30)),  # expires_days itself still counts
        (181, 0),
    ],
)
def test_decay_by_age_in_days(days, left):
    rule = MODEL.indicators["EXP01"]
    assert decay(rule, Observed("EXP01", ago(days)), TODAY) == pytest.approx(left, abs=0)


def test_an_ended_or_confirmed_date_says_nothing_about_a_decaying_indicator():
    # 58 days: 2 * 0.5, as if neither date stood there.
    seen = Observed("EXP01", ago(58), ended_on=ago(50), confirmed_on=ago(1))
    assert figures(reading(seen))[HARM_TO_CHILD] == 1.0


@pytest.mark.parametrize(
    ("code", "ended_on", "counts"),
    [
        ("IND12", None, True),
        ("IND12", TODAY, False),  # until is exclusive: the day it ended is a day without it
        ("IND12", TODAY + timedelta(days=1), True),
        ("IND12", ago(1), False),
        ("P01", TODAY, False),
        ("P01", TODAY + timedelta(days=1), True),
    ],
)
def test_an_enduring_indicator_counts_until_it_has_ended(code, ended_on, counts):
    rule = MODEL.indicators[code]
    assert decay(rule, Observed(code, ago(30), ended_on=ended_on), TODAY) == float(counts)


@pytest.mark.parametrize(
    ("observed", "confirmed", "counts"),
    [
        (90, None, True),  # P01 has its own 90 days
        (91, None, False),
        (400, 90, True),
        (400, 91, False),
    ],
)
def test_a_strength_must_be_fresh(observed, confirmed, counts):
    # IND07 2.0; with P01 (2): 2 - min(2, 0.8) = 1.2.
    confirmed_on = None if confirmed is None else ago(confirmed)
    found = reading(
        Observed("IND07", TODAY), Observed("P01", ago(observed), confirmed_on=confirmed_on)
    )
    assert figures(found)[HARM_BY_CHILD] == pytest.approx(1.2 if counts else 2.0)
    assert found.missing == (() if counts else (Gap(STALE_STRENGTH, "P01"),))


def test_a_strength_without_days_of_its_own_takes_its_classs():
    rule = MODEL.indicators["IND09"]  # enduring, review_days from the class: 180
    strength = IndicatorRule(
        "X", "strength", None, "school", {}, None, None, None, rule.review_days, True
    )
    assert decay(strength, Observed("X", ago(180)), TODAY) == 1
    assert decay(strength, Observed("X", ago(181)), TODAY) == 0


def test_an_enduring_risk_never_goes_stale():
    # IND12 at 13-15: moderate 2, ten years unconfirmed.
    assert figures(reading(Observed("IND12", ago(3650))))[NEED] == 2.0
