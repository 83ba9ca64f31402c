"""Who is read, by which weights, and the rule of ten."""

from datetime import date

import pytest

from risk.scoring import (
    BEFORE_BIRTH,
    HARM_BY_CHILD,
    HARM_TO_CHILD,
    NEED,
    Gap,
    IndicatorRule,
    Model,
    Observed,
    Subject,
    age_on,
    read,
)
from tests.risk.scoring.children import FOURTEEN, MODEL, TODAY, ago, figures, reading


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2016, 11, 20), date(2026, 11, 19), 9),
        (date(2016, 11, 20), date(2026, 11, 20), 10),
        (date(2016, 2, 29), date(2026, 2, 28), 9),
        (date(2016, 2, 29), date(2026, 3, 1), 10),  # no 29 February 2026
        (date(2016, 2, 29), date(2028, 2, 28), 11),
        (date(2016, 2, 29), date(2028, 2, 29), 12),
        (date(2026, 11, 21), date(2026, 11, 20), -1),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
    ],
)
def test_age_in_completed_years(born, day, age):
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("born", "agreed", "is_read"),
    [
        (date(2026, 11, 21), True, False),  # unborn
        (date(2026, 11, 20), False, True),
        (date(2008, 11, 21), False, True),  # 17
        (date(2008, 11, 20), False, False),  # 18 today
        (date(2008, 11, 20), True, True),
        (date(2000, 11, 21), True, True),  # 25
        (date(2000, 11, 20), True, False),  # 26 today
        (date(2000, 11, 20), False, False),
        (None, False, True),
    ],
)
def test_who_is_read(born, agreed, is_read):
    found = reading(Observed("FAM02", ago(3)), subject=Subject(born, over_18_agreed=agreed))
    assert (found is not None) is is_read


def test_a_decaying_weight_is_that_of_the_age_when_observed():
    # PEE01: weak 1 at 7-9, moderate 2 at 10-12. Tenth birthday on 20 November.
    child = Subject(date(2016, 11, 20))
    assert figures(reading(Observed("PEE01", ago(1)), subject=child))[NEED] == 1.0
    assert figures(reading(Observed("PEE01", TODAY), subject=child))[NEED] == 2.0


def test_an_enduring_weight_is_that_of_the_age_today():
    # IND12: weak 1 at 7-9, moderate 2 at 10-12.
    child = Subject(date(2016, 11, 20))
    seen = Observed("IND12", date(2024, 1, 1))
    assert figures(reading(seen, subject=child, day=ago(1)))[NEED] == 1.0
    assert figures(reading(seen, subject=child))[NEED] == 2.0


def test_a_band_that_is_not_listed_weighs_nothing():
    # IND02 is for 7 to 12; SCH08 for 16 and over; FAM10 for nobody.
    found = reading(*(Observed(code, TODAY, severity=3) for code in ("IND02", "SCH08", "FAM10")))
    assert figures(found) == {HARM_TO_CHILD: 0, HARM_BY_CHILD: 0, NEED: 0}
    assert (found.breadth, found.missing) == (0, ())


def test_what_was_done_on_the_last_day_at_9_is_a_need_for_good():
    # IND06: strong 3 at 7-9 and 10-12, medium (full 180 days). Both days are within it.
    child = Subject(date(2016, 11, 19))
    found = reading(Observed("IND06", ago(2)), Observed("IND06", ago(1)), subject=child)
    assert figures(found) == {HARM_TO_CHILD: 0, HARM_BY_CHILD: 3.0, NEED: 3.0}


def test_the_indicators_cap_is_for_each_lens():
    # IND01 strong 3 on both sides of the birthday: three times severe, each 4.5, cap 4.5 a lens.
    child = Subject(date(2016, 11, 19))
    seen = [Observed("IND01", ago(n), severity=3) for n in (4, 3, 2, 1, 0)]
    found = reading(*seen, subject=child)
    assert figures(found) == {HARM_TO_CHILD: 0, HARM_BY_CHILD: 4.5, NEED: 4.5}
    assert found.breadth == 1


def test_an_enduring_deed_of_before_10_stays_a_need_when_the_child_grows_up():
    rule = IndicatorRule(
        "X", "risk", HARM_BY_CHILD, "peer", {"13-15": 2.0}, None, None, None, 180, True
    )
    model = Model(1, {"X": rule}, MODEL.bands, MODEL.severity, MODEL.confidence, 1.5, 6.0, 0.4)
    seen = [Observed("X", date(2022, 4, 30)), Observed("X", date(2022, 5, 1))]  # 9, then 10
    found = read(FOURTEEN, seen, model, TODAY)
    assert figures(found) == {HARM_TO_CHILD: 0, HARM_BY_CHILD: 2.0, NEED: 2.0}


def test_the_rule_of_10_does_not_apply_to_an_unknown_age():
    # IND01 at 13-15: moderate 2.
    found = reading(Observed("IND01", TODAY), subject=Subject(None))
    assert figures(found) == {HARM_TO_CHILD: 0, HARM_BY_CHILD: 2.0, NEED: 0}


def test_before_birth_there_is_no_age_band_and_it_is_said():
    baby = Subject(ago(10))
    found = reading(Observed("FAM01", ago(20)), Observed("FAM01", ago(5)), subject=baby)
    assert figures(found)[HARM_TO_CHILD] == 3.0  # one of them: strong 3 at 0-6
    assert found.missing == (Gap(BEFORE_BIRTH, "FAM01"),)
