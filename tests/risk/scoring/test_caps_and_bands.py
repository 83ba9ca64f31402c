"""The caps of indicators and domains, and the bands."""

from datetime import date

import pytest

from risk.scoring import (
    COORDINATED,
    EARLY,
    HARM_BY_CHILD,
    HARM_TO_CHILD,
    HUB,
    NEED,
    NOTHING,
    IndicatorRule,
    Observed,
    Subject,
    band_of,
)
from tests.risk.scoring.children import MODEL, TODAY, ago, figures, points, reading


def test_the_indicators_cap_takes_the_largest_weight_that_still_counts():
    # IND07: weak 1 at 7-9, moderate 2 at 10-12, short: expires after 365 days.
    # Tenth birthday 1 June 2026. At 9, 200 days ago: severe, 1.5 * 2**-(110/90).
    # At 10, twice severe today: 3 + 3. Cap 1.5 * 2 = 3.
    child = Subject(date(2016, 6, 1))
    today = [Observed("IND07", TODAY, severity=3)] * 2
    assert figures(reading(*today, subject=child))[HARM_BY_CHILD] == 3.0
    # One faint observation cannot lift the cap: 0 points, so its weight is not looked at.
    # IND14: moderate 2 at 16-25, strong 3 before. Sixteenth birthday 1 June 2026; expires at 730.
    young = Subject(date(2010, 6, 1))
    seen = [Observed("IND14", TODAY, severity=3)] * 2
    expired = Observed("IND14", ago(731), severity=3)
    faint = Observed("IND14", ago(730), severity=1, confidence="suspected")
    assert figures(reading(*seen, expired, subject=young))[HARM_TO_CHILD] == 3.0
    # 730 days: 3 * 0.25 * 2**-(550/180) is above 0: the cap is 1.5 * 3, and the sum is above it.
    assert figures(reading(*seen, faint, subject=young))[HARM_TO_CHILD] == 4.5


def test_a_domain_gives_6_at_most_and_its_indicators_share_it():
    # EXP02, EXP03 severe: 4.5 each; EXP01 clear: 2. 11 cut to 6: 27/11, 27/11, 12/11.
    found = reading(
        Observed("EXP01", TODAY),
        Observed("EXP02", TODAY, severity=3),
        Observed("EXP03", TODAY, severity=3),
    )
    harm = found.lenses[HARM_TO_CHILD]
    assert harm.reading == 6.0
    assert points(harm.contributions) == {"EXP02": 27 / 11, "EXP03": 27 / 11, "EXP01": 12 / 11}
    assert [c.uncut for c in harm.contributions] == [4.5, 4.5, 2.0]


def test_a_strength_is_capped_as_a_risk_is_and_strengths_by_no_domain():
    # P01 (strong 2) three times: 3 at most. P02 1.5, P12 1.5, P13 2, P14 2, all family: S = 10.
    codes = ("P01", "P01", "P01", "P02", "P12", "P13", "P14")
    assert reading(*(Observed(code, TODAY) for code in codes)).strengths == 10.0


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0.0, NOTHING),
        (1e-12, EARLY),
        (2.9999999, EARLY),  # shown as 3.0, decided unrounded
        (3.0, COORDINATED),
        (7.9999999, COORDINATED),
        (8.0, HUB),
    ],
)
def test_bands_from_their_lower_limits(value, band):
    assert band_of(value, MODEL.bands[HARM_BY_CHILD]) == band


def test_the_limits_of_each_lens():
    assert MODEL.bands == {
        HARM_TO_CHILD: (0, 1.5, 3),
        HARM_BY_CHILD: (0, 3, 8),
        NEED: (0, 6, 12),
    }


def test_a_severity_without_a_factor_is_an_error():
    with pytest.raises(KeyError):
        reading(Observed("IND07", TODAY, severity=4))


@pytest.mark.parametrize(
    ("days", "enduring"),
    [((28, 30, 180), True), ((None, None, None), False), ((28, None, 180), False)],
)
def test_a_rule_is_enduring_or_has_all_its_days(days, enduring):
    with pytest.raises(ValueError, match="X: either enduring"):
        IndicatorRule("X", "risk", NEED, "peer", {}, *days, None, enduring)
