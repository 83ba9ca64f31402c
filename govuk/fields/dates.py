"""A date, typed into three inputs."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from govuk import widgets
from govuk.dates import MONTHS, date_in_words
from govuk.fields.worded import Worded
from govuk.widgets import DateParts

FIRST_DAY = date(1900, 1, 1)


class DatePartsError(ValidationError):
    """Names the inputs that are wrong, so that only they are marked."""

    parts: tuple[str, ...] = ()


class Date(Worded, forms.Field):
    """A datetime.date from three inputs; the month may be a name.

    `earliest`, `latest`: inclusive; a date, or a callable asked at every clean (`clock.today`).
    """

    widget: type[widgets.Parts] = widgets.Date
    default_error_messages = {
        "incomplete": "{subject} must include a {parts}",
        "unreal": "{subject} must be a real date",
        "short_year": "Year must include 4 numbers",
        "too_early": "{subject} must be the same as or after {limit}",
        "too_late": "{subject} must be the same as or before {limit}",
    }

    def __init__(
        self,
        label: str,
        *,
        earliest: date | Callable[[], date] = FIRST_DAY,
        latest: date | Callable[[], date] | None = None,
        autocomplete: str = "",
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(label, widget=self.widget(autocomplete), **kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        parts = self._typed(value)
        if not any(parts):
            return None
        self._ask_for_missing(parts, DateParts._fields)
        day = self._real_date(*parts)
        self._keep_within(day, date_in_words)
        return day

    def _typed(self, value: Any) -> tuple[str, ...]:
        known = isinstance(value, tuple) and len(value) == len(self.widget.parts)
        if not known or not all(isinstance(part, str) for part in value):
            raise self._wrong("unreal")
        return tuple(part.strip() for part in value)

    def _wrong(self, code: str, *parts: str, **words: object) -> DatePartsError:
        error = DatePartsError(self.saying(code, **words), code=code)
        error.parts = parts
        return error

    def _ask_for_missing(self, parts: Iterable[str], names: tuple[str, ...]) -> None:
        missing = [name for name, part in zip(names, parts, strict=True) if not part]
        if missing:
            *first, last = missing
            words = f"{', '.join(first)} and {last}" if first else last
            raise self._wrong("incomplete", *missing, parts=words)

    def _real_date(self, day: str, month: str, year: str) -> date:
        number = _month(month)
        right = {
            "day": re.fullmatch("[0-9]{1,2}", day) and 1 <= int(day) <= 31,
            "month": number,
            "year": re.fullmatch("[0-9]{4}", year),
        }
        wrong = [part for part, is_right in right.items() if not is_right]
        if wrong == ["year"] and re.fullmatch("[0-9]{1,3}", year):
            raise self._wrong("short_year", "year")
        if wrong:
            raise self._wrong("unreal", *wrong)
        try:
            return date(int(year), int(number or 0), int(day))
        except ValueError:
            raise self._wrong("unreal") from None

    def _keep_within(self, typed: Any, in_words: Callable[[Any], str]) -> None:
        earliest, latest = limit_now(self.earliest), limit_now(self.latest)
        if earliest and typed < earliest:
            raise self._wrong("too_early", limit=in_words(earliest))
        if latest and typed > latest:
            raise self._wrong("too_late", limit=in_words(latest))


def limit_now(limit: Any) -> Any:
    """A limit as it stands at this moment: itself, or what it answers when asked."""
    return limit() if callable(limit) else limit


def _month(typed: str) -> int | None:
    """1 to 12 from a number, a name or its first letters ('Sept'); None for anything else."""
    if re.fullmatch("[0-9]{1,2}", typed):
        return int(typed) if 1 <= int(typed) <= 12 else None
    name = typed.rstrip(".").lower()
    if len(name) < 3:
        return None
    return next((n for n, month in enumerate(MONTHS, 1) if month.lower().startswith(name)), None)
