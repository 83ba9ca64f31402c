"""Who is on the team around a child: put on it, and off it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import cases.commands
import cases.permissions
import cases.queries
from audit.denied import NotVisible
from cases import action_forms
from cases.models import TeamPlace
from desk import refusals
from desk.looks import looked_at
from desk.requests import Request, posted


@require_http_methods(["GET", "POST"])
def new_seat(request: Request, place_id: int) -> HttpResponse:
    """Put somebody on the team around a child."""
    place = cases.queries.place(place_id, viewer=request.user)
    cases.permissions.check_can_seat(place, by=request.user)
    if request.method != "POST" and not place.case.is_open:
        return redirect("case", place.case_id)
    sight = cases.queries.sight_of(place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    typed = posted(request)
    form = action_forms.GiveSeat(typed, viewer=request.user, place=place, safe=safe)
    if form.is_valid():
        try:
            given = cases.commands.give_seat(place, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{given.user} is on the team.")
            return redirect("case", place.case_id)
    looked_at(request, sight, records={"place": place.pk})
    context = {"place": place, "form": form, "safe": safe}
    status = 422 if form.errors else 200
    return render(request, "desk/cases/new_seat.html", context, status=status)


@require_http_methods(["GET", "POST"])
def end_seat(request: Request, seat_id: int) -> HttpResponse:
    """End somebody's place on a team, in that second."""
    held = cases.queries.seat(seat_id, viewer=request.user)
    cases.permissions.check_can_end_seat(held, by=request.user)
    refused = ""
    if request.method == "POST":
        try:
            cases.commands.end_seat(held, by=request.user)
        except ValidationError as error:
            refused = " ".join(error.messages)
        else:
            messages.success(request, f"{held.user} is on the team no more.")
            return _back(request, held)
    sight = cases.queries.sight_of(held.place, viewer=request.user)
    looked_at(request, sight, records={"seat": held.pk})
    context = {"held": held, "refused": refused}
    return render(request, "desk/cases/end_seat.html", context, status=422 if refused else 200)


def _back(request: Request, held: TeamPlace) -> HttpResponse:
    """To the case; to My work for whom it was open by this seat alone."""
    try:
        cases.queries.case(held.place.case_id, viewer=request.user)
    except NotVisible:
        return redirect("home")
    return redirect("case", held.place.case_id)
