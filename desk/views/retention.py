"""Information governance: what is due for review, what is held, and how long records are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import cases.commands
import cases.forms
import cases.permissions
import cases.queries
from accounts.models import User
from cases.models import RetentionDue
from desk import forms, refusals
from desk.looks import looked
from desk.requests import Request, posted
from govuk.dates import date_in_words

GROUND = "retention"
# A sitting's work; what has waited longest stands first.
SHOWN = 50
REFERENCES = {"person": "Child’s record C-{}", "contact": "Contact {}", "case": "Case EI-{}",
              "referral": "Referral R-{}"}  # fmt: skip


@dataclass(frozen=True)
class Due:
    """A record that is due, by its reference and those of its children."""

    pk: int
    reference: str
    category: str
    review_on: date
    children: tuple[str, ...]


def _in_words(row: RetentionDue, viewer: User) -> Due:
    return Due(
        row.pk,
        REFERENCES[row.record].format(row.record_id),
        cases.queries.category_label(row.category, viewer=viewer),
        row.review_on,
        tuple(f"C-{pk}" for pk in sorted(row.people)),
    )


@require_safe
def retention(request: Request) -> HttpResponse:
    """What is due, longest waiting first; holds; what is kept and comes up; the rules."""
    rules = cases.queries.retention_rules(viewer=request.user)
    form = forms.RecordsDue(request.GET, rules=rules)
    found = cases.queries.records_due(viewer=request.user)
    asked = form.asked if form.is_valid() else {}
    due = list(found.filter(**asked)[:SHOWN])
    holds = list(cases.queries.legal_holds(viewer=request.user))
    _look(request, {pk for row in due for pk in row.people} | {hold.person_id for hold in holds})
    context = {
        "form": form,
        "due": [_in_words(row, request.user) for row in due],
        "count": found.filter(**asked).count(),
        "holds": holds,
        "night": cases.queries.retention_night(viewer=request.user),
        "rules": rules,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/retention/list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def due(request: Request, due_id: int) -> HttpResponse:
    """One record that is due: keep it, and say when it is reviewed again."""
    found = cases.queries.record_due(due_id, viewer=request.user)
    row = _in_words(found, request.user)
    form = cases.forms.KeepLonger(posted(request))
    if form.is_valid():
        try:
            decision = cases.commands.keep_longer(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            again = date_in_words(decision.review_on)
            messages.success(request, f"{row.reference} is kept, and reviewed again on {again}.")
            return redirect("retention")
    _look(request, found.people, records={found.record: found.record_id})
    context = {"row": row, "form": form}
    return render(request, "desk/retention/due.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def new_hold(request: Request) -> HttpResponse:
    """Put a child's record on hold."""
    cases.permissions.check_can_keep_records(by=request.user)
    form = cases.forms.Hold(posted(request))
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = cases.commands.hold_record(said.pop("child"), by=request.user, **said)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"C-{made.person_id} is on hold.")
            return redirect("retention")
    context = {"form": form}
    return render(
        request, "desk/retention/new_hold.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def hold(request: Request, hold_id: int) -> HttpResponse:
    """One hold: why it stands, and its release."""
    found = cases.queries.legal_hold(hold_id, viewer=request.user)
    form = cases.forms.Release(posted(request))
    if form.is_valid():
        try:
            cases.commands.release_record(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"The hold on C-{found.person_id} has ended.")
            return redirect("retention")
    _look(request, [found.person_id], records={"hold": found.pk})
    context = {"hold": found, "form": form}
    return render(request, "desk/retention/hold.html", context, status=422 if form.errors else 200)


def _look(
    request: Request, persons: Iterable[int], *, records: dict[str, object] | None = None
) -> None:
    looked(request, persons=sorted(set(persons)), records=records, ground=GROUND)
