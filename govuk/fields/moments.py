"""A date and a time of day."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from govuk import widgets
from govuk.dates import LONDON, moment_in_words
from govuk.fields.dates import FIRST_DAY, Date
from govuk.widgets import MomentParts

FIRST_MOMENT = datetime.combine(FIRST_DAY, time(), tzinfo=LONDON)


class DateTime(Date):
    """An aware datetime in UTC from a date and a time of day in London.

    Takes 14:05, 1405, 14.05, 2:05pm and 2pm. When the clocks go back, the first of the two hours
    is meant. `earliest`, `latest`: inclusive; an aware datetime or a callable (`clock.now`).
    """

    widget = widgets.Moment
    default_error_messages = {
        "unreal_time": "{subject} must include a real time, like 14:05",
        "no_such_time": "{subject} must be a time that happened. The clocks went forward then",
        "too_late": "{subject} must not be after {limit}",
        "too_early": "{subject} must not be before {limit}",
    }

    def __init__(
        self,
        label: str,
        *,
        earliest: datetime | Callable[[], datetime] = FIRST_MOMENT,
        latest: datetime | Callable[[], datetime] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, earliest=earliest, latest=latest, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        parts = self._typed(value)
        if not any(parts):
            return None
        self._ask_for_missing(parts, MomentParts._fields)
        day, clock_time = self._real_date(*parts[:3]), _time_of_day(parts[3])
        if clock_time is None:
            raise self._wrong("unreal_time", "time")
        moment = datetime.combine(day, clock_time, tzinfo=LONDON)
        self._keep_within(moment, moment_in_words)
        aware = moment.astimezone(UTC)
        if aware.astimezone(LONDON).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise self._wrong("no_such_time", "time")
        return aware


def _time_of_day(typed: str) -> time | None:
    """14:05, 1405, 14.05, 9:05, 2:05pm, 2 pm; None for anything else."""
    found = re.fullmatch("([0-9]{1,2})(?:[:.]?([0-9]{2}))?\\s*(am|pm)?", typed.lower())
    if not found or not (found[2] or found[3]):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
