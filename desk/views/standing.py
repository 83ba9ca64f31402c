"""What everybody must know of a child: cautions, statuses, whom it is safe to tell, when it was born."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import cases.commands
import cases.forms
import cases.permissions
import cases.queries
import partners.queries
from cases.access.scope import Sight
from cases.models import Caution, StatutoryStatus
from desk import refusals
from desk.looks import looked_at
from desk.requests import Request, posted
from govuk.forms import Form


@require_http_methods(["GET", "POST"])
def new_caution(request: Request, person_id: int) -> HttpResponse:
    """Note what to beware of."""
    sight = cases.queries.record(person_id, viewer=request.user)
    cases.permissions.check_can_keep_record(sight.person, by=request.user)
    form = cases.forms.Caution(posted(request))
    if _kept(request, sight, form, cases.commands.note_caution):
        return _done(request, sight, "The caution is shown at every match from now on.")
    context = {"past": cases.queries.past_cautions(sight, viewer=request.user)}
    return _page(request, sight, form, "new_caution", context)


@require_http_methods(["GET", "POST"])
def end_caution(request: Request, caution_id: int) -> HttpResponse:
    """Say that there is nothing to beware of any more."""
    caution = cases.queries.caution(caution_id, viewer=request.user)
    cases.permissions.check_can_keep_record(caution.person, by=request.user)
    sight = cases.queries.record(caution.person_id, viewer=request.user)
    if request.method == "POST":
        cases.commands.end_caution(caution, by=request.user)
        return _done(request, sight, "The caution is over. It stays in the record’s history.")
    return _end_page(request, sight, "caution", caution, caution.says)


@require_http_methods(["GET", "POST"])
def new_status(request: Request, person_id: int) -> HttpResponse:
    """Record what a child has by statute, and who answers for it."""
    sight = cases.queries.record(person_id, viewer=request.user)
    cases.permissions.check_can_keep_standing(sight.person, by=request.user)
    form = cases.forms.Status(posted(request))
    if _kept(request, sight, form, cases.commands.record_status):
        return _done(request, sight, "The status is recorded.")
    current = cases.queries.statuses([sight.person], viewer=request.user)
    context = {
        "current": current.get(person_id, ()),
        "past": cases.queries.past_statuses(sight, viewer=request.user),
    }
    return _page(request, sight, form, "new_status", context)


@require_http_methods(["GET", "POST"])
def end_status(request: Request, status_id: int) -> HttpResponse:
    """Say that a child has a status no more."""
    status = cases.queries.status(status_id, viewer=request.user)
    cases.permissions.check_can_keep_standing(status.person, by=request.user)
    sight = cases.queries.record(status.person_id, viewer=request.user)
    if request.method == "POST":
        cases.commands.end_status(status, by=request.user)
        return _done(request, sight, "The status is over. It stays in the record’s history.")
    return _end_page(request, sight, "status", status, status.get_kind_display())


@require_http_methods(["GET", "POST"])
def safe_to_tell(request: Request, person_id: int) -> HttpResponse:
    """Whom it is safe to tell: what counts now, written anew, and what was said before."""
    sight = cases.queries.record(person_id, viewer=request.user)
    cases.permissions.check_can_keep_standing(sight.person, by=request.user)
    current = cases.queries.safe_to_tell(sight, viewer=request.user)
    form = cases.forms.SafeToTell(posted(request), current=current, viewer=request.user)
    if _kept(request, sight, form, cases.commands.record_safe_to_tell):
        _warn_of_shares(request, sight, form)
        return _done(request, sight, "From now on every send shows this first.")
    if form.non_field_errors():
        # Somebody was faster: what they wrote stands above the form, and a second send writes over it.
        current = cases.queries.safe_to_tell(sight, viewer=request.user)
        form.write_over(current)
    context = {
        "safe": current,
        "past": cases.queries.past_safe_to_tell(sight, viewer=request.user),
    }
    return _page(request, sight, form, "safe_to_tell", context)


def _warn_of_shares(request: Request, sight: Sight, form: Form) -> None:
    """Somebody who must not be told may see the child already: that ends by hand, and at once."""
    unsafe = set(form.cleaned_data["agencies_not_told"])
    for place in cases.queries.places_of(sight, viewer=request.user):
        for share in partners.queries.shares(place, viewer=request.user):
            if share.agency in unsafe:
                case = place.case.reference
                words = f"{share.agency} sees part of {case} by a share: end that share now."
                messages.warning(request, words)


@require_http_methods(["GET", "POST"])
def birth_date(request: Request, person_id: int) -> HttpResponse:
    """Correct a birth date."""
    sight = cases.queries.record(person_id, viewer=request.user)
    cases.permissions.check_can_keep_record(sight.person, by=request.user)
    form = cases.forms.BirthDate(posted(request), child=sight.person)
    if _kept(request, sight, form, cases.commands.correct_birth_date):
        return _done(request, sight, "The birth date is corrected, and the child read anew.")
    return _page(request, sight, form, "birth_date", {})


def _kept(request: Request, sight: Sight, form: Form, command: Callable[..., object]) -> bool:
    """Whether the form was sent, in order, and the command took it; otherwise the form says why."""
    if not form.is_valid():
        return False
    try:
        command(sight.person, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        refusals.put(form, error)
        return False
    return True


def _end_page(
    request: Request, sight: Sight, what: str, lasting: Caution | StatutoryStatus, says: str
) -> HttpResponse:
    looked_at(request, sight, records={what: lasting.pk})
    context = {"person": sight.person, "what": what, "lasting": lasting, "says": says}
    return render(request, "desk/standing/end.html", context)


def _done(request: Request, sight: Sight, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("child", sight.person.pk)


def _page(
    request: Request, sight: Sight, form: Form, name: str, context: dict[str, Any]
) -> HttpResponse:
    looked_at(request, sight)
    status = 422 if form.errors else 200
    context |= {"person": sight.person, "form": form}
    return render(request, f"desk/standing/{name}.html", context, status=status)
