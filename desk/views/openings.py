"""Open a record with a reason: first the pointer alone, then for some hours the whole of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import cases.commands
import cases.forms
import cases.queries
from desk.looks import looked
from desk.requests import Request, posted


@require_http_methods(["GET", "POST"])
def open_record(request: Request, person_id: int) -> HttpResponse:
    """The pointer, as the search shows it, and the form that opens more. Open already: the record.

    The address carries the proof that a search offered this child; the form is sent to the same.
    """
    proof = request.GET.get("matched", "")
    person = cases.queries.to_open(person_id, proof=proof, viewer=request.user)
    if cases.queries.is_open_in_full(person, viewer=request.user):
        return redirect("child", person.pk)
    form = cases.forms.Opening(posted(request))
    if form.is_valid():
        cases.commands.open_record(person, by=request.user, **form.cleaned_data)
        messages.success(request, f"The record of {person.reference} is open to you for 8 hours.")
        return redirect("child", person.pk)
    looked(request, persons=[person.pk], ground="pointer")
    (pointer,) = cases.queries.pointers([person], viewer=request.user)
    context = {"person": person, "pointer": pointer, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/children/open.html", context, status=status)
