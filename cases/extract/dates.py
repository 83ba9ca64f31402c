"""Dates and moments as a police records system writes them, and as they are kept: in UTC."""

import re
from datetime import UTC, date, datetime, time, timedelta

import clock

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS = {
    name: number for names in (_MONTHS, _FULL_MONTHS) for number, name in enumerate(names, start=1)
}
_DAY_FORMS = (
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})",
    r"(?P<day>[0-9]{1,2})[- ](?P<month>[A-Za-z]{3,9})[- ](?P<year>[0-9]{4})",
)
_TIME_FORM = (
    r"(?:[ T](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_UNITS = ("hour", "minute", "second")
_DATES = tuple(re.compile(day) for day in _DAY_FORMS)
_MOMENTS = tuple(re.compile(day + _TIME_FORM) for day in _DAY_FORMS)


def _date_of(parts: re.Match[str]) -> date:
    month = parts["month"]
    number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month.casefold(), 0)
    return date(int(parts["year"]), number, int(parts["day"]))


def birth_date(text: str) -> date | None:
    """The date that the text says; None where it says none that exists."""
    for form in _DATES:
        if parts := form.fullmatch(text):
            try:
                return _date_of(parts)
            except ValueError:
                return None
    return None


def moment(text: str) -> datetime | None:
    """The moment that the text says, in UTC: on London's clocks where it names no offset.

    None where it says none that exists, or one before 1900. In the hour that comes twice in October
    it is the first; a time that the clocks jumped over in March is read by the clock from before.
    """
    for form in _MOMENTS:
        if parts := form.fullmatch(text):
            try:
                hour, minute, second = (int(parts[unit] or 0) for unit in _UNITS)
                naive = datetime.combine(_date_of(parts), time(hour, minute, second))
                if naive.year < 1900:
                    return None
                return _with_zone(naive, parts["zone"]).astimezone(UTC)
            except (ValueError, OverflowError):
                return None
    return None


def _with_zone(naive: datetime, zone: str | None) -> datetime:
    if zone is None:
        return naive.replace(tzinfo=clock.LONDON)
    return datetime.fromisoformat(f"{naive.isoformat()}{zone}")


def moved(at: datetime, by: timedelta) -> datetime:
    """The same time of day in London, so many days later."""
    return (clock.london(at) + by).astimezone(UTC)


def age_on(born: date, day: date) -> int:
    """Age in completed years on a day; one born on 29 February has the birthday on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
