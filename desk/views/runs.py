"""The runs that read everybody: each night, or when somebody asks; how far one is, what it found."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import clock
import risk.commands
import risk.permissions
import risk.queries
from cases.models import Lens
from desk import forms, paging, refusals
from desk.requests import Request, posted
from risk.models import Run, RunState
from risk.scoring import BANDS, LENSES


@require_http_methods(["GET", "POST"])
def runs(request: Request) -> HttpResponse:
    """All runs, newest first; who may, starts one here."""
    found = risk.queries.runs(viewer=request.user)
    sent = posted(request)
    if sent is not None:
        risk.permissions.check_can_start_run(by=request.user)
    form = forms.Run(sent, initial={"as_of": clock.today()})
    if form.is_valid():
        try:
            run = risk.commands.ask_for_run(as_of=form.cleaned_data["as_of"], by=request.user)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"Run {run.pk} is on its way.")
            return redirect("run", run.pk)
    context = {
        "page": paging.by_moment(request, found, at="asked_at"),
        "form": form if risk.permissions.can_start_run(by=request.user) else None,
    }
    return render(request, "desk/runs/list.html", context, status=422 if form.errors else 200)


@require_safe
def run(request: Request, run_id: int) -> HttpResponse:
    """One run: how far it is, and its figures when it has ended."""
    return render(request, "desk/runs/run.html", _seen(request, run_id))


@require_safe
def progress(request: Request, run_id: int) -> HttpResponse:
    """The part of a run's page that changes, for the page to fetch again until the run has ended."""
    context = _seen(request, run_id)
    if not request.htmx:
        return redirect("run", run_id)
    return render(request, "desk/runs/_progress.html", context)


def _seen(request: Request, run_id: int) -> dict[str, object]:
    found = risk.queries.run(run_id, viewer=request.user)
    return {
        "run": found,
        "progress": risk.queries.progress(found, viewer=request.user),
        "is_under_way": found.state in {RunState.WAITING, RunState.RUNNING},
        "lenses": [Lens(lens).label for lens in LENSES],
        "bands": _bands(found),
    }


def _bands(run: Run) -> list[tuple[str, list[int]]]:
    """People in each band, highest first: under each lens, in the order of the readings."""
    found = run.figures.get("bands", {})
    return [(band, [found[lens][band] for lens in LENSES]) for band in reversed(BANDS) if found]
