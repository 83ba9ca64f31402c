"""Working time between two moments: 9:00 to 17:00 in London, Monday to Friday, no bank holiday."""

from datetime import datetime

import pytest

import clock


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-24 10:30", "2026-11-24 12:00", 1.5),
        ("2026-11-24 10:30", "2026-11-25 10:30", 8.0),
        ("2026-11-24 18:00", "2026-11-25 08:00", 0.0),
        ("2026-11-27 16:00", "2026-11-30 10:00", 2.0),
        ("2026-12-24 16:00", "2026-12-29 10:00", 2.0),
        ("2026-03-27 16:00", "2026-03-30 10:00", 2.0),
        ("2026-11-25 10:30", "2026-11-24 10:30", 0.0),
        ("2026-11-24 12:00", "2026-11-24 11:00", 0.0),
    ],
)
def test_working_hours(start: str, end: str, hours: float) -> None:
    moments = [datetime.fromisoformat(text).replace(tzinfo=clock.LONDON) for text in (start, end)]
    assert clock.working_hours(*moments) == hours
