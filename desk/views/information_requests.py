"""What agencies ask each other about a child whose place is open to both, and what they answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import cases.queries
import partners.commands
import partners.permissions
import partners.queries
from desk import refusals
from desk.looks import looked_at, looked_at_names
from desk.requests import Request, posted
from partners import forms

# How many of each list one page shows.
MOST = 50


def new_request(request: Request, place_id: int) -> HttpResponse:
    """Ask an agency what it knows about a child."""
    place = cases.queries.place(place_id, viewer=request.user)
    partners.permissions.check_can_ask(place, by=request.user)
    if request.method != "POST" and not place.case.is_open:
        return redirect("requests")
    typed = posted(request)
    sight = cases.queries.sight_of(place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    form = forms.InformationRequest(typed, viewer=request.user, place=place, safe=safe)
    if form.is_valid():
        try:
            said = form.cleaned_data
            asked = partners.commands.ask_for_information(place, by=request.user, **said)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{asked.to_agency} has been asked.")
            return redirect("requests")
    looked_at(request, sight, records={"place": place.pk})
    context = {
        "place": place,
        "form": form,
        "safe": safe,
        "nobody": not partners.queries.agencies_to_ask(place, viewer=request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/new_request.html", context, status=status)


def requests(request: Request) -> HttpResponse:
    """What the viewer's agency is asked, what is needed first first, and what it has asked."""
    partners.permissions.check_can_see_requests(by=request.user)
    asked_of_us = list(partners.queries.requests_to_answer(viewer=request.user)[:MOST])
    sent = list(partners.queries.requests_sent(viewer=request.user)[:MOST])
    shown = [*asked_of_us, *sent]
    looked_at_names(
        request,
        {each.place.person_id for each in shown},
        records={"requests": sorted({each.pk for each in shown})},
    )
    context = {"asked_of_us": asked_of_us, "sent": sent, "most": MOST}
    return render(request, "desk/partners/requests.html", context)


def asked(request: Request, request_id: int) -> HttpResponse:
    """One request: what is asked and why; for who is asked, the answer."""
    found = partners.queries.request(request_id, viewer=request.user)
    sight = cases.queries.sight_of(found.place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    form = forms.RequestAnswer(posted(request), safe=safe)
    if request.method == "POST" and found.answered_at is None:
        partners.permissions.check_can_answer(found, by=request.user)
    if request.method == "POST" and found.answered_at is not None:
        return redirect("request", found.pk)
    if form.is_valid():
        try:
            partners.commands.answer_request(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"Thank you. {found.from_agency} has been told.")
            return redirect("request", found.pk)
    looked_at(request, sight, records={"request": found.pk})
    context = {
        "asked": found,
        "form": form,
        "safe": safe,
        "may_answer": partners.queries.may_answer(found, viewer=request.user),
        "given": partners.queries.given(found, viewer=request.user),
        "is_closed_to_them": partners.queries.is_closed_to_them(found, viewer=request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/request.html", context, status=status)
