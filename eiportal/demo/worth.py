"""What the town asks of its schemes: a plan for each, locked long ago, and the first report on it.

A report takes seconds that nobody should wait for: the workers write all four when the demo is seeded.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from celery import current_app
from django.db import transaction

import clock
import insights.commands
from accounts.models import User
from eiportal.demo.cohort import EARLIEST, SCHEMES, YEAR
from eiportal.demo.people import Town
from eiportal.demo.rows import moment
from insights.models import Course, Evaluation, Exclusion, Outcome, Report
from interventions.models import Service

# Before the first child's window was over: nobody could have read an outcome.
PLANNED = EARLIEST + YEAR - 60
QUESTIONS = {
    "Harbour Mentors": "Do children who have a mentor come to notice less in the year after?",
    "Friday Night Pitch": "Do children who come to football and boxing come to notice less?",
    "Inside Look": "Do visits to a prison keep children from coming to notice, or do they harm?",
    "Paper Boat Studio": "Do children who work with an artist come to notice less?",
}
# The scheme on whose report something is decided.
DECIDED = "Inside Look"
WHY = (
    "Those who went came to notice more than similar children who did not, as the published evidence "
    "had warned. No new visits from today; who is on one now is offered a mentor. Agreed with the "
    "neighbourhood panel that had asked for the visits."
)


def ask(town: Town, services: Mapping[str, Service]) -> None:
    """Plan an evaluation of each scheme, and have the first report on each written by a worker."""
    mei = town.users["mei"]
    for scheme in SCHEMES:
        with clock.at(moment(PLANNED)):
            plan = insights.commands.plan_evaluation(
                services[scheme.name],
                question=QUESTIONS[scheme.name],
                outcome=Outcome.CONTACTS,
                window=12,
                # The four schemes ran at once: a child of one is no comparison for the next.
                exclusions=[Exclusion.OTHER_HELP],
                monthly=True,
                key=uuid4(),
                by=mei,
            )
        _ask_for_report(plan, is_decided=scheme.name == DECIDED, by=mei)


def _ask_for_report(plan: Evaluation, *, is_decided: bool, by: User) -> None:
    yesterday = clock.today() - timedelta(days=1)
    report = insights.commands.ask_for_report(plan, as_of=yesterday, inline=is_decided, by=by)
    if is_decided:
        transaction.on_commit(lambda: _have_it_decided(report), robust=True)


def _have_it_decided(report: Report) -> None:
    current_app.send_task("eiportal.tasks.write_and_decide", args=[report.pk])


def decide(report: Report) -> None:
    """What was decided on the report that found harm. Told twice, it is one decision."""
    insights.commands.decide(
        report, course=Course.STOP, why=WHY, key=report.evaluation.key, by=report.asked_by
    )
