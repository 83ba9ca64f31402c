"""What the forms about children share."""

from datetime import date, timedelta

import clock
from govuk import fields
from govuk.forms import Form

OLDEST = 25


def earliest_birth() -> date:
    """The first birth date of whoever is a child or young person today."""
    return _years_before(clock.today(), OLDEST + 1) + timedelta(days=1)


def birth_date_at(age: int) -> date:
    """A birth date for an age alone: the middle of the year in which it must lie."""
    return _years_before(clock.today(), age) - timedelta(days=182)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


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
