"""How a published count is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.rounding import published_count, rounded

COUNTS = st.integers(0, 10**9)


@given(COUNTS)
def test_a_rounded_count_is_a_multiple_of_5_within_2_of_it(n: int) -> None:
    assert rounded(n) % 5 == 0
    assert abs(rounded(n) - n) <= 2


@given(COUNTS)
def test_no_published_count_is_1_to_4_and_one_text_stands_for_at_least_four_counts(n: int) -> None:
    text = published_count(n)
    assert text not in {"1", "2", "3", "4"}
    if n == 0:
        assert text == "0"
    elif n < 5:
        assert text == "fewer than 5"
    else:
        assert text == str(rounded(n))
        same = [m for m in range(max(0, n - 5), n + 6) if published_count(m) == text]
        assert len(same) >= 3


@given(COUNTS, COUNTS)
def test_more_is_never_shown_as_less(one: int, other: int) -> None:
    assert rounded(min(one, other)) <= rounded(max(one, other))


def test_the_edges() -> None:
    assert [published_count(n) for n in (0, 1, 4, 5, 7, 8, 12, 13)] == [
        "0", "fewer than 5", "fewer than 5", "5", "5", "10", "10", "15",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no count"):
        rounded(-1)
