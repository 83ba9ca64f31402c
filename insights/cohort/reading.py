"""Who is compared, set-based: the statements of `statements/cohort*.sql` over the tables below.

Everything that the lead agency holds is read, police only too: what comes out is pseudonyms, and what
is published of them is rounded. Each call is one statement, so that what it reads is one moment.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

import clock
from cases.models import ContactType
from insights.models import Evaluation, Exclusion, Outcome

STATEMENTS = Path(__file__).parent.parent / "statements"
# Comparisons drawn in a month for each helped child, and at the least: enough that somebody similar
# is among them, and few enough to be read in a minute (a default by judgement).
PER_HELPED, AT_LEAST = 100, 300
# Contacts that come of somebody looking, not of somebody calling: helped children are seen more.
LOOKED_FOR = (
    ContactType.STOP_AND_SEARCH,
    ContactType.CHILD_CONCERN,
    ContactType.SCHOOL_INCIDENT,
)
# Outcomes that have a count without what comes of looking: the column that holds it.
UNLOOKED: dict[str, str] = {
    Outcome.CONTACTS: "contacts_unlooked",
    Outcome.SUSPECT: "suspect_unlooked",
}
KNOWN = (
    "person_id", "month", "index_on", "helped", "age", "sex", "suspect_year", "harmed_year",
    "missing_year", "earlier", "days_known", "area",
)  # fmt: skip
CAME = (
    "person_id", "index_on", "helped", "contacts", "suspect", "victim", "missing", "referrals",
    "contacts_unlooked", "suspect_unlooked",
)  # fmt: skip


@dataclass(frozen=True)
class Flow:
    """What became of everybody who ever started: children. The last three had whole windows."""

    started: int
    too_recent: int
    not_known_before: int
    outside_ages: int
    excluded: int


@dataclass(frozen=True)
class Prior:
    """What a plan may see: sizes, and by outcome the helped's standard deviation in the year before."""

    helped: int
    compared: int
    sd: dict[str, float]


def known(evaluation: Evaluation, as_of: date) -> list[dict[str, Any]]:
    """A row a child and index month, helped first: what was known before the index date."""
    rows = _rows("cohort_known.sql", evaluation, as_of)
    return [dict(zip(KNOWN, row, strict=True)) for row in rows]


def outcomes(evaluation: Evaluation, as_of: date) -> dict[tuple[int, date, int], dict[str, int]]:
    """What came in each row's window, by (person, index date, helped)."""
    rows = _rows("cohort_outcomes.sql", evaluation, as_of)
    return {row[:3]: dict(zip(CAME[3:], row[3:], strict=True)) for row in rows}


def flow(evaluation: Evaluation, as_of: date) -> Flow:
    (row,) = _rows("cohort_flow.sql", evaluation, as_of)
    return Flow(*row)


def prior(evaluation: Evaluation, as_of: date) -> Prior:
    """Reads no outcome: `evaluation` need not be saved."""
    ((helped, compared, *deviations),) = _rows("cohort_prior.sql", evaluation, as_of)
    return Prior(helped, compared, dict(zip(Outcome.values, map(float, deviations), strict=True)))


def pseudonym(person_id: int) -> str:
    """The same for one child in every report, and nothing without the portal's key."""
    keyed = salted_hmac(
        "insights.cohort.person", str(person_id), secret=settings.SECRET_KEY, algorithm="sha256"
    )
    return keyed.hexdigest()[:32]


def _rows(tail: str, evaluation: Evaluation, as_of: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(tail), _parameters(evaluation, as_of))
        return cursor.fetchall()


@cache
def _statement(tail: str) -> str:
    return (STATEMENTS / "cohort.sql").read_text() + (STATEMENTS / tail).read_text()


def _parameters(evaluation: Evaluation, as_of: date) -> dict[str, Any]:
    salt = salted_hmac("insights.cohort.order", "", secret=settings.SECRET_KEY, algorithm="sha256")
    return {
        "service": evaluation.service_id,
        "months": evaluation.window,
        "as_of": as_of,
        "known_until": clock.end_of(as_of),
        "youngest": evaluation.service.youngest,
        "oldest": evaluation.service.oldest,
        "other_help": Exclusion.OTHER_HELP in evaluation.exclusions,
        "estimated": Exclusion.ESTIMATED in evaluation.exclusions,
        "per_helped": PER_HELPED,
        "at_least": AT_LEAST,
        "looked_for": [kind.value for kind in LOOKED_FOR],
        "salt": salt.hexdigest(),
    }
