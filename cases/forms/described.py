"""What the forms about children share."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

import clock
from govuk import fields
from govuk.forms import Form

OLDEST = 25


def earliest_birth() -> date:
    """The first birth date of whoever is a child or young person today."""
    return _years_before(clock.today(), OLDEST + 1) + timedelta(days=1)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


class Age(fields.Text):
    """Completed years, 0 to 25, or None."""

    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(
            label,
            hint=hint,
            subject="Age",
            max_length=10,
            width=2,
            inputmode="numeric",
            required=False,
        )

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and int(typed) <= OLDEST):
            raise ValidationError(f"Age must be a whole number from 0 to {OLDEST}")
        return int(typed)


class Typed(Form):
    """A form that can be shown again as it was typed, without judging it yet."""

    def unjudged(self) -> None:
        """Forget the errors: somebody is still typing."""
        self.errors.clear()


def birth_date_field() -> fields.Date:
    return fields.Date(
        "Date of birth",
        hint="For example, 27 3 2012",
        earliest=earliest_birth,
        latest=clock.today,
        required=False,
    )
