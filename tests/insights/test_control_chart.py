"""The individuals chart: its limits by hand, and what holds of any series."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.control_chart import LEAST, RUN, Limits, limits, outside, shifted

SERIES = st.lists(st.integers(0, 10_000), min_size=LEAST, max_size=48)


def test_the_limits_of_a_series_worked_out_by_hand() -> None:
    # Up and down by 2 round 11: the mean moving range is 2, the limits 11 -+ 5.32.
    found = limits([10, 12] * 6)
    assert found is not None
    assert found.centre == 11
    assert (found.lower, found.upper) == (pytest.approx(5.68), pytest.approx(16.32))
    assert [outside(value, found) for value in (5, 6, 16, 17)] == [True, False, False, True]


def test_too_few_months_have_no_limits() -> None:
    assert limits([10] * (LEAST - 1)) is None
    assert limits([10] * LEAST) == Limits(10, 10, 10)


@given(SERIES)
def test_the_centre_lies_between_limits_that_a_count_can_reach(values: list[int]) -> None:
    found = limits(values)
    assert found is not None
    assert 0 <= found.lower <= found.centre <= found.upper
    assert min(values) <= found.centre <= max(values)


@given(SERIES, st.integers(0, 1000))
def test_more_of_the_same_moves_the_lines_and_widens_nothing(values: list[int], more: int) -> None:
    before, after = limits(values), limits([value + more for value in values])
    assert before is not None
    assert after is not None
    assert after.centre == pytest.approx(before.centre + more)
    assert after.upper - after.centre == pytest.approx(before.upper - before.centre)


@given(SERIES)
def test_backwards_in_time_the_limits_are_the_same(values: list[int]) -> None:
    there, back = limits(values), limits(values[::-1])
    assert there is not None
    assert back is not None
    assert (there.centre, there.upper) == (pytest.approx(back.centre), pytest.approx(back.upper))


@given(SERIES)
def test_a_shift_is_a_run_of_eight_on_one_side_and_nothing_shorter(values: list[int]) -> None:
    found = limits(values)
    assert found is not None
    signs = "".join("+" if v > found.centre else "-" if v < found.centre else "0" for v in values)
    for at, marked in enumerate(shifted(values, found)):
        windows = {signs[start : start + RUN] for start in range(max(0, at - RUN + 1), at + 1)}
        assert marked == bool(windows & {"+" * RUN, "-" * RUN}), (signs, at)
