"""What is said beside a reading: what is missing, what moved, what would lower it, who comes first."""

from datetime import date

import pytest

from risk.scoring import (
    ESTIMATED_DATE_OF_BIRTH,
    HARM_BY_CHILD,
    HARM_TO_CHILD,
    LENSES,
    NEED,
    NO_OBSERVATION,
    NOT_WEIGHED,
    STALE_STRENGTH,
    Easing,
    Gap,
    Observed,
    Subject,
    priority,
    trend,
    what_would_lower,
)
from tests.risk.scoring.children import MODEL, TODAY, ago, reading


def test_what_is_missing_is_said():
    born = date(2012, 5, 1)
    estimated = Subject(born, date_of_birth_estimated=True)
    assert reading().missing == (Gap(NO_OBSERVATION),)
    assert reading(Observed("IND07", TODAY, voided=True)).missing == (Gap(NO_OBSERVATION),)
    assert Gap(ESTIMATED_DATE_OF_BIRTH) in reading(subject=estimated).missing
    assert reading(Observed("ZZZ99", TODAY)).missing == (Gap(NOT_WEIGHED, "ZZZ99"),)
    again = reading(Observed("P01", ago(200)), Observed("P01", ago(1)))
    ended = reading(Observed("P01", ago(200), ended_on=ago(100)))
    assert again.missing == ended.missing == ()


def test_a_strength_that_would_not_count_at_this_age_is_not_asked_for():
    # P15 (a goal, a next step) is for 10 and over.
    eight = Subject(date(2018, 5, 1))
    assert reading(Observed("P15", ago(200)), subject=eight).missing == ()
    assert reading(Observed("P15", ago(200))).missing == (Gap(STALE_STRENGTH, "P15"),)


def test_an_observation_shows_what_it_weighs_and_whose_it_is():
    seen = Observed("EXP01", ago(58), severity=3, confidence="reported", ref=41)
    (contribution,) = reading(seen).lenses[HARM_TO_CHILD].contributions
    (one,) = contribution.observations
    # 2 * 1.5 * 0.75 * 0.5
    assert (one.observed.ref, one.age_days, one.weight, one.decay, one.points) == (
        *(41, 58, 2.0, 0.5),
        pytest.approx(1.125),
    )


def test_priority_sorts_the_most_pressing_first():
    def key(person_id, *observations, flag_open=False):
        return priority(reading(*observations), flag_open=flag_open, person_id=person_id)

    need_early = Observed("FAM08", TODAY)  # 1.0
    by_early = Observed("IND07", TODAY)  # 2.0
    to_hub = Observed("EXP02", TODAY, severity=3)  # 4.5
    to_hub_less = Observed("EXP08", TODAY)  # 3.0
    by_hub = [Observed("IND06", TODAY, severity=3), Observed("PEE02", TODAY, severity=3)]  # 9.0
    keys = [
        key(9, flag_open=True),  # a flag above all, though nothing else is recorded
        key(8, to_hub),  # consult the hub, at risk of harm, 4.5
        key(7, to_hub_less, need_early),  # the same at 3.0
        key(6, *by_hub),  # consult the hub, may harm others
        key(5, need_early, by_early),  # early: needs help comes before may harm others
        key(4, by_early),
        key(2),
        key(3),  # as 2; then by id
        priority(None, flag_open=False, person_id=1),
    ]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_trend_says_what_moved():
    # 28 days before: IND07 (2.0), no strengths. Now: IND07 still full, IND01 (2.0) new, P04 (2).
    # then 2.0; now 4 - min(2, 1.6) = 2.4; moved: IND01 +2.0, P04 -1.6.
    seen = [Observed("IND07", ago(60)), Observed("IND01", ago(2)), Observed("P04", ago(2))]
    then = reading(*seen, day=ago(28))
    by_lens = {m.lens: m for m in trend(reading(*seen), then)}
    move = by_lens[HARM_BY_CHILD]
    assert (move.then, move.now, move.direction) == (2.0, pytest.approx(2.4), "up")
    assert dict(move.moved) == pytest.approx({"IND01": 2.0, "P04": -1.6})
    assert sum(part for _, part in move.moved) == pytest.approx(move.change)
    assert (by_lens[NEED].direction, by_lens[NEED].moved) == ("level", ())


def test_trend_without_an_earlier_reading_compares_with_nothing():
    move = trend(reading(Observed("EXP02", TODAY)), None)[LENSES.index(HARM_TO_CHILD)]
    assert (move.then, move.change, move.direction) == (None, None, "new")
    assert move.moved == (("EXP02", 3.0),)


@pytest.mark.parametrize(
    ("days", "direction"),
    [(0, "level"), (1, "level"), (10, "down")],
)
def test_trend_shows_no_move_that_rounding_hides(days, direction):
    # COM03 (moderate 2, acute) from day 28: a day on 2 * (1 - 2**(-1/30)) = 0.0457, under 0.05;
    # ten days on 2 * (1 - 2**(-1/3)) = 0.41.
    seen = Observed("COM03", ago(28 + days))
    move = trend(reading(seen), reading(seen, day=ago(days)))[0]
    assert move.direction == direction


def test_what_would_lower_a_reading():
    # EXP01 acute 28/180: observed 60 and 10 days ago: fading already, gone 181 days after the last.
    # IND12 enduring, due 180 days after it was confirmed. P04 stale; room for it in 'needs help'.
    found = reading(
        Observed("EXP01", ago(60)),
        Observed("EXP01", ago(10)),
        Observed("IND12", ago(300), confirmed_on=ago(100)),
        Observed("P04", ago(120)),
    )
    assert what_would_lower(found, MODEL) == (
        Easing(HARM_TO_CHILD, "EXP01", "fades", ago(-1), ago(10 - 181)),
        Easing(NEED, "IND12", "ends", ago(100 - 180)),
        Easing(NEED, "P04", "confirm"),
    )


def test_one_more_strength_is_not_promised_to_lower_what_is_at_its_limit():
    # IND07 2.0: strengths may take 0.8, and P01 takes it already.
    found = reading(Observed("IND07", TODAY), Observed("P01", TODAY), Observed("P04", ago(120)))
    assert [e.how for e in what_would_lower(found, MODEL)] == ["fades"]
