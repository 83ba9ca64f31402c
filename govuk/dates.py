"""Dates and times in words, London time: 23 November 2026 at 14:05."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# Not the calendar module's names, which follow the machine's language.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date_in_words(day: date) -> str:
    """'23 November 2026'. An aware moment counts for the London day that it falls on."""
    if isinstance(day, datetime) and day.tzinfo is not None:
        day = day.astimezone(LONDON)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_in_words(moment: datetime) -> str:
    """'23 November 2026 at 14:05' in London. ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment must carry its time zone.")
    return f"{date_in_words(moment)} at {moment.astimezone(LONDON):%H:%M}"
