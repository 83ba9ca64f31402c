"""What a control chart's months come to, in sentences."""

from insights.queries.tables import Table, by_month, exact

MONTHS = [f"{2024 + at // 12}-{at % 12 + 1:02}-01" for at in range(21)]


def chart(*counts: int) -> Table:
    """A chart of so many whole months from January 2024, with the month that is not over."""
    months = MONTHS[: len(counts) + 1]
    return by_month(
        "k", "Contacts", "Contacts", months, dict(zip(months, counts, strict=False)), exact
    )


def test_months_like_each_other_need_no_words() -> None:
    assert chart(*[10, 12] * 7).stands_out() == []


def test_one_month_outside_is_said_by_its_name() -> None:
    table = chart(*[10, 16] * 6, 40, 16, 10)
    assert table.stands_out() == ["January 2025: above the usual range"]


def test_a_moved_level_is_two_sentences_and_a_caution_however_many_months_it_is() -> None:
    table = chart(*[10] * 10, *[50] * 10)
    assert all(row.note for row in table.rows)
    assert table.stands_out() == [
        "January to October 2024: lower than usual",
        "November 2024 to August 2025: higher than usual",
        "Most months stand out: the level has moved, and the average says little",
    ]


def test_the_month_that_is_not_over_is_never_said_to_stand_out() -> None:
    assert chart(*[10, 12] * 7).rows[-1].note == "So far: not over yet"
