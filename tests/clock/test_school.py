"""When the next school day starts: half past eight in London, Monday to Friday, no bank holiday."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clock


def london(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=clock.LONDON)


@pytest.mark.parametrize(
    ("moment", "starts"),
    [
        ("2026-11-24 08:29:59", "2026-11-24 08:30"),  # a Tuesday before school
        ("2026-11-24 08:30", "2026-11-25 08:30"),  # school has begun
        ("2026-11-24 23:10", "2026-11-25 08:30"),
        ("2026-11-27 22:00", "2026-11-30 08:30"),  # Friday night
        ("2026-11-29 03:00", "2026-11-30 08:30"),
        ("2026-12-24 20:00", "2026-12-29 08:30"),  # Christmas on a Friday, Boxing Day made good
        ("2027-03-25 19:00", "2027-03-30 08:30"),  # Easter
        ("2026-10-23 21:00", "2026-10-26 08:30"),  # half-term is not known; the clocks go back
        ("2026-03-27 21:00", "2026-03-30 08:30"),  # the clocks go forward
    ],
)
def test_the_next_start_of_school(moment: str, starts: str) -> None:
    found = clock.next_school_start(london(moment))
    assert found == london(starts).astimezone(UTC)
    assert found.tzinfo == UTC


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_it_is_always_later_and_never_far(moment: datetime) -> None:
    starts = clock.next_school_start(moment)
    assert moment < starts < moment + timedelta(days=6)
    local = clock.london(starts)
    assert (local.hour, local.minute) == (8, 30)
    assert clock.is_working_day(local.date())
