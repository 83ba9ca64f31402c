"""Look back at a case, and close it with what came of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import accounts.permissions
import cases.forms
import interventions.queries
import partners.queries
from cases import commands, permissions, queries
from cases.access.scope import Sight
from cases.forms.closing import OfChild
from cases.models import Case, CaseChild
from cases.queries import WhoMayBeTold
from desk import refusals
from desk.looks import looked_at_all
from desk.requests import Request, posted
from govuk.dates import date_in_words


def new_review(request: Request, case_id: int) -> HttpResponse:
    """Keep what a review found, child by child, and when the next one is."""
    case = queries.case(case_id, viewer=request.user)
    permissions.check_can_lead(case, by=request.user)
    if request.method != "POST" and not case.is_open:
        return redirect("case", case.pk)
    places = _in_it(case, request)
    form = cases.forms.Review(posted(request), case=case, places=places)
    if form.is_valid():
        try:
            kept = commands.review_case(case, by=request.user, **form.said)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            next_on = date_in_words(kept.next_on)
            messages.success(request, f"The review is kept. The next one is due by {next_on}.")
            return redirect("case", case.pk)
    sights = _looked(request, case, places)
    context = {"case": case, "form": form, "children": _safe(form, sights, request)}
    status = 422 if form.errors else 200
    return render(request, "desk/cases/new_review.html", context, status=status)


def close(request: Request, case_id: int) -> HttpResponse:
    """Close a case: what has to be done first, or the form that closes it."""
    case = queries.case(case_id, viewer=request.user)
    permissions.check_can_lead(case, by=request.user)
    if not case.is_open:
        return redirect("case", case.pk)
    places = _in_it(case, request)
    form = cases.forms.Closing(posted(request), places=places)
    if form.is_valid():
        try:
            commands.close_case(case, by=request.user, **form.said)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(
                request,
                f"Case {case.reference} is closed. Partners see nothing of it from now on.",
            )
            return redirect("case", case.pk)
    sights = _looked(request, case, places)
    context = {
        "case": case,
        "form": form,
        "children": _safe(form, sights, request),
        "in_the_way": queries.in_the_way(case, viewer=request.user),
        "running": interventions.queries.live_enrolments_in(case, viewer=request.user),
        "shares": [
            share
            for place in places
            for share in partners.queries.shares(place, viewer=request.user)
        ],
        "can_answer": accounts.permissions.can(accounts.permissions.ANSWER_FLAG, by=request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/cases/close.html", context, status=status)


def _in_it(case: Case, request: Request) -> list[CaseChild]:
    """The children who are in the case now."""
    return list(queries.places(case, viewer=request.user).filter(left_at=None))


def _looked(request: Request, case: Case, places: list[CaseChild]) -> list[Sight]:
    """What the viewer sees of each place, in their order; the look at them is recorded."""
    sights = [queries.sight_of(place, viewer=request.user) for place in places]
    looked_at_all(request, sights, records={"case": case.pk})
    return sights


def _safe(
    form: cases.forms.Review | cases.forms.Closing, sights: list[Sight], request: Request
) -> list[tuple[OfChild, WhoMayBeTold | None]]:
    """What is asked of each child, with whom it is safe to tell."""
    told = [queries.safe_to_tell(sight, viewer=request.user) for sight in sights]
    return list(zip(form.children, told, strict=True))
