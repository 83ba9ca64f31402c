"""London's days, and working days with the bank holidays of England and Wales."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clock

# Moments from 2024 to 2030, as far as the bank holidays' library was checked by eye.
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.LONDON)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 12, 25), False),  # Christmas Day
        (date(2026, 12, 28), False),  # Boxing Day fell on a Saturday: the Monday is given instead
        (date(2026, 4, 6), False),  # Easter Monday, no holiday in Scotland
        (date(2026, 8, 31), False),  # the last Monday of August
    ],
)
def test_working_days(day: date, works: bool) -> None:
    assert clock.is_working_day(day) is works


@pytest.mark.parametrize(
    ("made", "due"),
    [
        ("2026-11-24 10:30", "2026-11-25 10:30"),  # Tuesday to Wednesday, same time
        ("2026-11-27 16:00", "2026-11-30 16:00"),  # over a weekend
        ("2026-11-28 12:00", "2026-12-01 09:00"),  # Saturday counts from Monday's opening
        ("2026-11-24 18:30", "2026-11-26 09:00"),  # after hours counts from the next opening
        ("2026-12-24 11:00", "2026-12-29 11:00"),  # over Christmas
        ("2026-11-24 07:00", "2026-11-25 09:00"),  # before hours counts from the same day's opening
    ],
)
def test_one_working_day_on(made: str, due: str) -> None:
    assert clock.add_working_days(london(made), 1) == london(due)


@given(MOMENTS, st.integers(0, 10))
def test_a_due_moment_is_in_working_hours_and_not_before(moment: datetime, days: int) -> None:
    due = clock.add_working_days(moment, days)
    assert due >= moment
    assert clock.is_working_day(clock.london_date(due))
    assert 9 <= clock.london(due).hour < 17


@given(MOMENTS)
def test_the_end_of_the_next_working_day_is_a_later_day(moment: datetime) -> None:
    end = clock.end_of_next_working_day(moment)
    assert clock.london_date(end) > clock.london_date(moment)
    assert clock.london(end).hour == 17


def test_a_london_day_has_23_hours_when_the_clocks_go_forward() -> None:
    day = date(2026, 3, 29)
    assert clock.end_of(day) - clock.start_of(day) == timedelta(hours=23)


def test_holding_the_clock_ends_with_the_block() -> None:
    moment = datetime(2020, 1, 1, 0, 30, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.today() == date(2020, 1, 1)
    assert clock.now() > moment


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2020, 1, 1)):
        pass
