"""A partner's words, passed on to agencies that their author did not mean."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import cases.queries
import partners.commands
import partners.permissions
import partners.queries
from desk import refusals
from desk.looks import looked_at
from desk.requests import Request, posted
from partners import forms


def pass_on(request: Request, contribution_id: int) -> HttpResponse:
    """Pass a contribution on, with its author's agreement or a reason that is recorded."""
    added = partners.queries.contribution(contribution_id, viewer=request.user)
    partners.permissions.check_can_pass_on(added.place, by=request.user)
    typed = posted(request)
    sight = cases.queries.sight_of(added.place, viewer=request.user)
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    form = forms.PassOn(typed, viewer=request.user, contribution=added, safe=safe)
    if form.is_valid():
        try:
            partners.commands.pass_on(added, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"It is passed on. {added.by} has been told.")
            return redirect("case", added.place.case_id)
    looked_at(request, sight, records={"contribution": added.pk})
    offered = partners.queries.agencies_to_pass_on_to(added, viewer=request.user)
    context = {
        "added": added,
        "place": added.place,
        "form": form,
        "nobody": not offered,
        "safe": safe,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/pass_on.html", context, status=status)
