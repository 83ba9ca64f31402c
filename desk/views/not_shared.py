"""Decisions not to share: made of a child's record or of a place in a case, and reviewed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import cases.queries
import partners.commands
import partners.permissions
import partners.queries
from audit.denied import NotVisible
from cases.access.scope import Sight
from cases.models import CaseChild
from desk import refusals
from desk.looks import looked_at
from desk.requests import Request, posted
from partners import forms


def of_place(request: Request, place_id: int) -> HttpResponse:
    """Keep that a child's place in a case is not shared with an agency, and why."""
    place = cases.queries.place(place_id, viewer=request.user)
    sight = cases.queries.sight_of(place, viewer=request.user)
    partners.permissions.check_can_decide_not_to_share(place.person, place, by=request.user)
    if request.method != "POST" and not place.case.is_open:
        return redirect("case", place.case_id)
    return _decide(request, sight, place)


def of_child(request: Request, person_id: int) -> HttpResponse:
    """Keep that nothing of a child's record is shared with an agency, and why."""
    sight = cases.queries.record(person_id, viewer=request.user)
    partners.permissions.check_can_decide_not_to_share(sight.person, by=request.user)
    return _decide(request, sight, None)


def _decide(request: Request, sight: Sight, place: CaseChild | None) -> HttpResponse:
    typed = posted(request)
    form = forms.DecisionNotToShare(typed, viewer=request.user)
    if form.is_valid():
        try:
            decision = partners.commands.decide_not_to_share(
                sight.person, place=place, by=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"It is recorded that {decision.agency} is not told.")
            return redirect("not_shared", decision.pk)
    looked_at(request, sight, records={"place": place.pk} if place else None)
    context = {"person": sight.person, "place": place, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/partners/decide_not_to_share.html", context, status=status)


def decision(request: Request, decision_id: int) -> HttpResponse:
    """A decision not to share, with its reviews: it stands, or sharing follows."""
    found = partners.queries.decision_not_to_share(decision_id, viewer=request.user)
    may = partners.permissions.can_decide_not_to_share(found.person, found.place, by=request.user)
    if request.method == "POST":
        partners.permissions.check_can_decide_not_to_share(
            found.person, found.place, by=request.user
        )
    form = forms.NotSharingReview(posted(request))
    if form.is_valid():
        try:
            partners.commands.review_not_sharing(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            return _reviewed(request, decision_id)
    sight = (
        cases.queries.sight_of(found.place, viewer=request.user)
        if found.place
        else cases.queries.record(found.person_id, viewer=request.user)
    )
    looked_at(request, sight, records={"decision not to share": found.pk})
    context = {
        "decision": found,
        "form": form,
        "may": may and found.ended_at is None,
        "opens": _opens(request, found.person_id),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/not_shared.html", context, status=status)


def _opens(request: Request, person_id: int) -> bool:
    """Whether the child's own page is the viewer's to open."""
    try:
        cases.queries.record(person_id, viewer=request.user)
    except NotVisible:
        return False
    return True


def _reviewed(request: Request, decision_id: int) -> HttpResponse:
    """Still not: back to the decision. Share it now: on to the form of a share, where there is a place."""
    found = partners.queries.decision_not_to_share(decision_id, viewer=request.user)
    if found.ended_at is None:
        messages.success(request, "The review is recorded. It is still not shared.")
        return redirect("not_shared", found.pk)
    messages.success(request, f"It is no longer decided that {found.agency} is not told.")
    if found.place and partners.permissions.can_share(found.place, by=request.user):
        return redirect("share_new", found.place.pk)
    return redirect("not_shared", found.pk)
