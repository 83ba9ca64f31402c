"""Does it help? Plans of evaluations, their reports as page, PDF and CSV, and what was decided."""

from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import clock
import insights.commands
import insights.permissions
import insights.queries
from desk import refusals
from desk.requests import Request, posted
from insights import forms
from insights.queries import Summary


@require_safe
def evaluations(request: Request) -> HttpResponse:
    """All plans by service: what the latest report found, and what was decided."""
    context = {
        "summaries": insights.queries.evaluations(viewer=request.user),
        "can_plan": insights.permissions.can_plan_evaluation(by=request.user),
    }
    return render(request, "desk/evaluations/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Plan: first what it could find, then the lock. No outcome is read before that."""
    insights.permissions.check_can_plan_evaluation(by=request.user)
    sent = posted(request)
    services = insights.queries.services(viewer=request.user)
    form = forms.Plan(sent, services=services, initial={"key": uuid4()})
    foresight = None
    if form.is_valid():
        said = form.cleaned_data
        if "lock" in request.POST:
            try:
                made = insights.commands.plan_evaluation(by=request.user, **said)
            except ValidationError as error:
                refusals.put(form, error)
            else:
                messages.success(request, "The plan is locked. Its report can be written now.")
                return redirect("evaluation", made.pk)
        else:
            asked = {name: said[name] for name in ("service", "outcome", "window", "exclusions")}
            foresight = insights.queries.foresight(viewer=request.user, **asked)
    context = {"form": form, "foresight": foresight, "window": form.data.get("window")}
    status = 422 if form.errors else 200
    return render(request, "desk/evaluations/new.html", context, status=status)


@require_safe
def evaluation(request: Request, evaluation_id: int) -> HttpResponse:
    """One plan: its reports, how far one is, and the latest in full."""
    return render(request, "desk/evaluations/evaluation.html", _seen(request, evaluation_id))


@require_safe
def progress(request: Request, evaluation_id: int) -> HttpResponse:
    """The part of a plan's page that changes while a report is written."""
    context = _seen(request, evaluation_id)
    if not request.htmx:
        return redirect("evaluation", evaluation_id)
    answer = render(request, "desk/evaluations/_progress.html", context)
    if context["under_way"] is None:
        # The report that was waited for is there: the page shows it in full.
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def write(request: Request, evaluation_id: int) -> HttpResponse:
    """Have the report written now, as of yesterday."""
    found = insights.queries.evaluation(evaluation_id, viewer=request.user)
    as_of = clock.today() - timedelta(days=1)
    insights.commands.ask_for_report(found.evaluation, as_of=as_of, by=request.user)
    messages.success(request, "The report is on its way.")
    return redirect("evaluation", evaluation_id)


@require_http_methods(["GET", "POST"])
def report(request: Request, evaluation_id: int, report_id: int) -> HttpResponse:
    """One report, and the decision that it ends with."""
    found = insights.queries.report(report_id, of=evaluation_id, viewer=request.user)
    may_decide = insights.permissions.can_decide(by=request.user)
    sent = posted(request)
    if sent is not None:
        insights.permissions.check_can_decide(by=request.user)
    form = forms.Decide(sent, initial={"key": uuid4()})
    if form.is_valid():
        try:
            insights.commands.decide(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, "The decision is recorded.")
            return redirect("evaluation_report", evaluation_id, report_id)
    context = {
        "report": found,
        "findings": insights.queries.findings_of(found, viewer=request.user),
        "decisions": insights.queries.decisions(found, viewer=request.user),
        "form": form if may_decide else None,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/evaluations/report.html", context, status=status)


@require_safe
def pdf(request: Request, evaluation_id: int, report_id: int) -> HttpResponse:
    """The report to print, as the worker made it."""
    return _file(request, evaluation_id, report_id, "pdf", "application/pdf")


@require_safe
def csv(request: Request, evaluation_id: int, report_id: int) -> HttpResponse:
    """The report's published figures, as the worker made them."""
    return _file(request, evaluation_id, report_id, "csv", "text/csv; charset=utf-8")


def _file(
    request: Request, evaluation_id: int, report_id: int, kind: str, content_type: str
) -> HttpResponse:
    found = insights.queries.report(report_id, of=evaluation_id, viewer=request.user)
    files = insights.queries.report_files(found, viewer=request.user)
    name = f"evaluation-{evaluation_id}-{found.as_of:%Y-%m-%d}.{kind}"
    return HttpResponse(
        bytes(getattr(files, kind)),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _seen(request: Request, evaluation_id: int) -> dict[str, object]:
    found = insights.queries.evaluation(evaluation_id, viewer=request.user)
    return {
        "summary": found,
        "evaluation": found.evaluation,
        "under_way": found.under_way,
        "findings": found.findings,
        "report": found.report,
        "decisions": _decisions(request, found),
        "reports": insights.queries.reports(found.evaluation, viewer=request.user)[:24],
        "plan": insights.queries.plan_in_words(found.evaluation, viewer=request.user),
        "can_plan": insights.permissions.can_plan_evaluation(by=request.user),
        "can_decide": insights.permissions.can_decide(by=request.user),
        "yesterday": clock.today() - timedelta(days=1),
    }


def _decisions(request: Request, found: Summary) -> object:
    if found.report is None:
        return ()
    return insights.queries.decisions(found.report, viewer=request.user)
