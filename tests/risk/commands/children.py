"""Children who are observed, and what is kept of their readings."""

from datetime import date, timedelta

import pytest

import cases.catalogue
import cases.commands
import clock
import risk.commands
from accounts.models import User
from cases.models import Observation, Person
from risk.models import Reading, ReadingHistory
from tests import factories

CATALOGUE = cases.catalogue.load()
TODAY = date(2026, 11, 24)
BORN = date(2012, 5, 1)


def observe(child: Person, code: str, on: date = TODAY, *, by: User, **more) -> Observation:
    return cases.commands.observe(
        child, factories.indicator(code), observed_on=on, source="form", by=by, **more
    )


def figures(child: Person) -> tuple[float, float, float]:
    """At risk of harm, may harm others, needs help, as the current row says."""
    row = Reading.objects.get(pk=child.pk)
    return pytest.approx((row.harm_to_child, row.harm_by_child, row.need))


def history_of(child: Person) -> list[float]:
    """At risk of harm in each history row, oldest first."""
    rows = ReadingHistory.objects.filter(person=child).order_by("pk")
    return [round(row.harm_to_child, 3) for row in rows]


def nightly(by: User, after: timedelta = timedelta(0)) -> dict:
    """Tonight's figures, some days after the held day."""
    with clock.at(clock.now() + after):
        return risk.commands.recalculate_all(
            risk.commands.ask_for_nightly_run(by=by), by=by
        ).figures
