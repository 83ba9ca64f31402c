"""The distance between two scores: by property."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from interventions.travelling import BETTER, SAME, WORSE, Score, distance

points = st.integers(0, 4000).map(lambda hundredths: Decimal(hundredths) / 100)
days = st.integers(0, 700).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
OPPOSITE = {BETTER: WORSE, WORSE: BETTER, SAME: SAME}


@given(st.lists(st.tuples(days, points), unique_by=lambda pair: pair[0]), st.randoms())
def test_without_both_ends_there_is_no_distance(pairs, chance) -> None:
    later = [Score(*pair, is_baseline=False) for pair in pairs]
    far = distance(later, higher_is_better=True, reliable_change=Decimal(3))
    assert (far.first, far.change, far.direction, far.is_reliable) == (None, None, "", None)
    assert far.last == (max(later, key=lambda each: each.taken_on) if later else None)


@given(
    points,
    st.lists(st.tuples(days, points), min_size=1, unique_by=lambda pair: pair[0]),
    st.one_of(st.none(), points.filter(bool)),
    st.booleans(),
    st.randoms(),
)
def test_it_goes_from_the_baseline_to_the_last_whatever_the_order(
    start, pairs, reliable, higher, chance
) -> None:
    first = Score(date(2025, 12, 31), start, is_baseline=True)
    later = [Score(*pair, is_baseline=False) for pair in pairs]
    scores = [first, *later]
    chance.shuffle(scores)
    far = distance(scores, higher_is_better=higher, reliable_change=reliable)
    last = max(later, key=lambda each: each.taken_on)
    assert (far.first, far.last, far.change) == (first, last, last.score - start)
    # Moved that far and no less, it is more than noise; where nobody says how far, nobody knows.
    assert far.is_reliable == (None if reliable is None else abs(far.change) >= reliable)
    mirrored = distance(scores, higher_is_better=not higher, reliable_change=reliable)
    assert mirrored.direction == OPPOSITE[far.direction]
    assert (far.direction == SAME) == (far.change == 0)


def test_fewer_difficulties_are_better() -> None:
    scores = [
        Score(date(2026, 1, 1), Decimal(22), is_baseline=True),
        Score(date(2026, 4, 1), Decimal(15), is_baseline=False),
    ]
    far = distance(scores, higher_is_better=False, reliable_change=None)
    assert (far.change, far.direction, far.is_reliable) == (Decimal(-7), BETTER, None)
