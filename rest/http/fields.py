"""Fields that take what the schema says and nothing else, and whose refusals quote nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

import clock

EARLIEST = 1900


class Text(serializers.CharField):
    """A string; a number is none."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number; a string of digits is none."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        number: int = super().to_internal_value(data)
        return number


@extend_schema_field({"type": "boolean", "const": True})
class Yes(serializers.BooleanField):
    """True and nothing else; `says` is what to do instead of saying no."""

    def __init__(self, *, says: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid"] = says

    def to_internal_value(self, data: Any) -> bool:
        if data is not True:
            self.fail("invalid")
        return True


class Choice(serializers.ChoiceField):
    """One of some words. The refusal names them, not what was sent."""

    def __init__(self, choices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        named = ", ".join(str(choice) for choice in self.choices)
        self.error_messages["invalid_choice"] = f"Send one of: {named}."

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.DateTimeField):
    """A moment with its offset, RFC 3339."""

    default_error_messages = {
        "naive": "Send the offset too, as in 2026-11-23T14:05:00+00:00.",
        "out_of_range": "This moment is out of range.",
        "invalid": "Send a moment as in 2026-11-23T14:05:00+00:00.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        if not EARLIEST <= value.year <= clock.now().year + 1:
            self.fail("out_of_range")
        return super().enforce_timezone(value)

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            self.fail("invalid")
        return super().to_internal_value(value)


class Day(serializers.DateField):
    """A day, YYYY-MM-DD."""

    default_error_messages = {"out_of_range": "This day is out of range."}

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        day: date = super().to_internal_value(value)
        if not self.is_in_range(day):
            self.fail("out_of_range")
        return day

    def is_in_range(self, day: date) -> bool:
        return EARLIEST <= day.year <= clock.today().year


class DayToCome(Day):
    """Today or a day after it, up to ten years on (default by judgement, as the pages have it)."""

    default_error_messages = {"out_of_range": "Send today or a later day."}

    def is_in_range(self, day: date) -> bool:
        return clock.today() <= day <= clock.today() + timedelta(days=3653)
