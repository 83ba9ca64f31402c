"""Plans, reports, decisions. What everybody sees of a report is its findings, never its figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

from django.db.models import QuerySet

import clock
from accounts.models import User
from audit.denied import NotVisible
from insights import cohort, permissions
from insights import findings as words
from insights.evaluation import smallest_effect
from insights.findings import Findings, Line
from insights.models import (
    COVARIATES,
    Decision,
    Evaluation,
    Report,
    ReportFiles,
    ReportState,
)
from insights.rounding import STEP, published_count
from interventions.models import Service


@dataclass(frozen=True)
class Summary:
    """A plan with what its latest finished report found and what was decided on that."""

    evaluation: Evaluation
    report: Report | None
    findings: Findings | None
    decision: Decision | None
    under_way: Report | None


@dataclass(frozen=True)
class Foresight:
    """What a plan could find, without an outcome being read. Counts are published ones.

    `smallest`: the smallest effect, in events a child over the window, that would be found four times
    in five; None with fewer than 5 children helped (it would tell how far apart two of them are) or two
    to compare with. Its basis is how much the same kind of event varied among the helped in the year
    BEFORE they started.
    """

    helped: str
    compared: str
    is_enough: bool
    smallest: float | None


def services(*, viewer: User) -> QuerySet[Service]:
    """The services that may be asked about, closed ones too."""
    permissions.check_can_plan_evaluation(by=viewer)
    return Service.objects.select_related("provider")


def foresight(
    service: Service, *, outcome: str, window: int, exclusions: Iterable[str], viewer: User
) -> Foresight:
    """What a plan of this kind could find as of yesterday. Reads what was before, no outcome."""
    permissions.check_can_plan_evaluation(by=viewer)
    plan = Evaluation(
        service=service,
        outcome=outcome,
        window=window,
        exclusions=list(exclusions),
        covariates=list(COVARIATES),
    )
    found = cohort.prior(plan, clock.today() - timedelta(days=1))
    smallest = None
    # One helped child is worth up to five similar ones; a year's spread grows with the root of time.
    worth = min(found.compared, found.helped * plan.ratio)
    if found.helped >= STEP and worth >= 2:
        spread = found.sd[outcome] * sqrt(window / 12)
        smallest = smallest_effect(found.helped, worth, spread)
    return Foresight(
        helped=published_count(found.helped),
        compared=published_count(found.compared),
        is_enough=found.helped >= 60,
        smallest=smallest,
    )


def evaluations(*, viewer: User) -> list[Summary]:
    """All plans by service, each with its latest finding and decision."""
    permissions.check_can_see_evaluations(by=viewer)
    found = Evaluation.objects.select_related("service__provider", "locked_by")
    return [_summary(each) for each in found]


def evaluation(evaluation_id: int, *, viewer: User) -> Summary:
    """One plan. NotVisible where there is none."""
    permissions.check_can_see_evaluations(by=viewer)
    found = (
        Evaluation.objects.select_related("service__provider", "locked_by", "first")
        .filter(pk=evaluation_id)
        .first()
    )
    if found is None:
        raise NotVisible("evaluation", evaluation_id)
    return _summary(found)


def reports(evaluation: Evaluation, *, viewer: User) -> QuerySet[Report]:
    """The reports on a plan, newest first."""
    permissions.check_can_see_evaluations(by=viewer)
    return evaluation.reports.select_related("asked_by").prefetch_related("decisions__decided_by")


def report(report_id: int, *, of: int | None = None, viewer: User) -> Report:
    """One report; with `of`, of that plan alone. NotVisible where there is none."""
    permissions.check_can_see_evaluations(by=viewer)
    found = Report.objects.select_related("evaluation__service", "asked_by").filter(pk=report_id)
    if of is not None:
        found = found.filter(evaluation=of)
    one = found.first()
    if one is None:
        raise NotVisible("report", report_id)
    return one


def report_files(report: Report, *, viewer: User) -> ReportFiles:
    """The PDF and the CSV as they were made. NotVisible before the report is done."""
    permissions.check_can_see_evaluations(by=viewer)
    found = ReportFiles.objects.filter(report=report, report__state=ReportState.DONE).first()
    if found is None:
        raise NotVisible("report", report.pk)
    return found


def findings_of(report: Report, *, viewer: User) -> Findings | None:
    """What a report says; None before it is done."""
    permissions.check_can_see_evaluations(by=viewer)
    return _findings(report)


def plan_in_words(evaluation: Evaluation, *, viewer: User) -> tuple[Line, ...]:
    """What was asked, of whom, compared how."""
    permissions.check_can_see_evaluations(by=viewer)
    return words.method(evaluation.plain())


def decisions(report: Report, *, viewer: User) -> QuerySet[Decision]:
    """What was decided on a report, newest first."""
    permissions.check_can_see_evaluations(by=viewer)
    return report.decisions.select_related("decided_by")


def of_my_work(*, viewer: User) -> list[Summary]:
    """What waits on My work: reports that are being written, and reports without a decision."""
    if not permissions.can_see_evaluations(by=viewer):
        return []
    decides = permissions.can_decide(by=viewer)
    return [
        each
        for each in evaluations(viewer=viewer)
        if each.under_way or (decides and each.report and not each.decision)
    ]


def _summary(evaluation: Evaluation) -> Summary:
    written = list(evaluation.reports.prefetch_related("decisions__decided_by"))
    done = sorted(
        (each for each in written if each.state == ReportState.DONE),
        key=lambda each: (each.as_of, each.pk),
    )
    latest = done[-1] if done else None
    return Summary(
        evaluation=evaluation,
        report=latest,
        findings=_findings(latest) if latest else None,
        decision=next(iter(latest.decisions.all()), None) if latest else None,
        under_way=next((each for each in written if each.is_under_way), None),
    )


def _findings(report: Report) -> Findings | None:
    if report.state != ReportState.DONE or report.ended_at is None:
        return None
    return words.of(
        report.result,
        as_of=report.as_of,
        written_on=clock.london_date(report.ended_at),
        data_hash=report.data_hash,
        code_version=report.code_version,
    )
