"""Ask for a report, and write it: every month, or when somebody asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from kombu.exceptions import OperationalError

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from insights import cohort, findings, permissions, printing
from insights.models import Evaluation, FrozenData, Report, ReportFiles, ReportState

# The first half of a lock's name; the other half is the report.
WRITING = 20261128
READING, *_ = STEPS = (
    "Reading the children’s facts",
    *cohort.STEPS_OF_FIGURES,
    "Making the page, the PDF and the CSV",
)


@asking.command
def ask_for_report(
    evaluation: Evaluation, *, as_of: date, inline: bool = False, by: User
) -> Report:
    """Have a worker write a report as of a day that is over. While it is under way it is the same one.

    `inline`: the caller writes it, no worker is told. ValidationError for today and days to come.
    """
    permissions.check_can_plan_evaluation(by=by)
    if as_of >= clock.today():
        raise ValidationError({"as_of": "The day must be over: choose yesterday or before."})
    # Two at once take turns at the plan.
    Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    under_way = evaluation.reports.filter(
        as_of=as_of, state__in=(ReportState.WAITING, ReportState.RUNNING), is_monthly=False
    )
    report = under_way.first() or Report.objects.create(
        evaluation=evaluation, as_of=as_of, asked_at=clock.now(), asked_by=by, steps=len(STEPS)
    )
    records = {"report": report.pk, "evaluation": evaluation.pk}
    audit.commands.record(Kind.ALTERATION, "ask for report", records=records, by=by)
    if not inline:
        # Sent again for one that waits or stopped half way: it is written once only.
        transaction.on_commit(lambda: _send(report))
    return report


@asking.command
def ask_for_monthly_reports(*, on: date, by: User) -> list[Report]:
    """The reports of the month before `on`, of all plans that want one: those not written yet.

    Each is made when it is first asked for. Whoever asks writes them: nothing is sent.
    """
    permissions.check_can_write_evaluation(by=by)
    as_of = on.replace(day=1) - timedelta(days=1)
    reports = []
    for evaluation in Evaluation.objects.filter(monthly=True).order_by("pk"):
        report, is_new = Report.objects.get_or_create(
            evaluation=evaluation,
            as_of=as_of,
            is_monthly=True,
            defaults={"asked_at": clock.now(), "asked_by": by, "steps": len(STEPS)},
        )
        if is_new:
            records = {"report": report.pk, "evaluation": evaluation.pk}
            audit.commands.record(Kind.ALTERATION, "ask for report", records=records, by=by)
        if report.state != ReportState.DONE:
            reports.append(report)
    return reports


def write_evaluation(report: Report, *, by: User) -> Report:
    """Write a report: freeze the rows, compare, make the files. One that is done is not done again.

    Two at once take turns. Stopped anywhere and started again it ends in the same state: rows that
    were frozen stay, and everything else is computed from them. What goes wrong is kept on the report,
    as the first line of the error, and raised.
    """
    permissions.check_can_write_evaluation(by=by)
    with _turn(report):
        report = Report.objects.select_related("evaluation__service__provider").get(pk=report.pk)
        if report.state == ReportState.DONE:
            return report
        try:
            _write(report, by=by)
        except Exception as error:
            _fail(report, error)
            raise
    return report


def _send(report: Report) -> None:
    """Put the report in the workers' queue. By its name: commands know of no tasks."""
    try:
        current_app.send_task("insights.tasks.write_evaluation", args=[report.pk])
    except OperationalError as error:
        _fail(report, error)


def _write(report: Report, *, by: User) -> None:
    report.state, report.started_at, report.ended_at = ReportState.RUNNING, clock.now(), None
    report.error, report.done, report.steps = "", 0, len(STEPS)

    def step(words: str) -> None:
        report.step, report.done = words, STEPS.index(words)
        report.save()

    step(READING)
    frozen = _frozen(report, by=by)
    figures = cohort.figures(report.evaluation, frozen, step)
    step(STEPS[-1])
    report.code_version = cohort.code_version()
    report.data_hash = cohort.digest(frozen)
    report.ended_at = clock.now()
    report.result = figures | {"plan": report.evaluation.plain()}
    found = findings.of(
        report.result,
        as_of=report.as_of,
        written_on=clock.london_date(report.ended_at),
        data_hash=report.data_hash,
        code_version=report.code_version,
    )
    files = {"pdf": printing.pdf(found), "csv": printing.csv(found)}
    with transaction.atomic():
        ReportFiles.objects.update_or_create(report=report, defaults=files)
        report.state, report.step, report.done = ReportState.DONE, "", report.steps
        report.save()
        audit.commands.record(Kind.ALTERATION, "write report", records={"report": report.pk}, by=by)


@asking.command
def _frozen(report: Report, *, by: User) -> cohort.Frozen:
    """The rows of the report: those kept already, or read now with the entry of the reading.

    The entry names the helped children. The others, tens of thousands whom nobody sees, are a number,
    as in the nightly run; their pseudonyms stand in the frozen rows and tell who was among them.
    """
    kept = FrozenData.objects.filter(report=report).first()
    if kept is not None:
        return cohort.unpack(bytes(kept.rows))
    frozen, helped, children = cohort.freeze(report.evaluation, report.as_of, viewer=by)
    FrozenData.objects.create(report=report, rows=cohort.pack(frozen))
    audit.commands.record(
        Kind.CONSULTATION,
        "read for evaluation",
        persons=helped,
        records={"report": report.pk, "children": children},
        ground="evaluation",
        by=by,
    )
    # As it is kept: a number that JSON rounds would give other figures the second time.
    return cohort.unpack(cohort.pack(frozen))


def _fail(report: Report, error: Exception) -> None:
    """Keep the first line of what went wrong: later lines of the database's may name a child."""
    report.state, report.ended_at = ReportState.FAILED, clock.now()
    report.error = (str(error).splitlines() or [type(error).__name__])[0]
    report.save()


@contextmanager
def _turn(report: Report) -> Iterator[None]:
    """Wait until nobody else writes this report. The lock is the connection's: it ends with it."""
    name = [WRITING, report.pk]
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, %s)", name)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", name)
