from datetime import UTC, date, datetime

import pytest

from govuk.dates import date_in_words, moment_in_words


def test_a_day_in_words():
    assert date_in_words(date(2026, 11, 3)) == "3 November 2026"


def test_a_moment_counts_for_its_day_in_london():
    late = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)
    assert date_in_words(late) == "1 August 2026"
    assert moment_in_words(late) == "1 August 2026 at 00:30"


def test_a_moment_in_winter():
    assert moment_in_words(datetime(2026, 11, 23, 14, 5, tzinfo=UTC)) == "23 November 2026 at 14:05"


def test_a_moment_without_a_time_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        moment_in_words(datetime(2026, 11, 23, 14, 5))
