"""Break-glass: a restricted record for an hour, and the review of every try."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import cases.commands
import cases.forms
import cases.permissions
import cases.queries
from cases.models import BreakGlass
from desk import paging, refusals
from desk.looks import looked
from desk.requests import Request, posted
from govuk.dates import moment_in_words


@require_http_methods(["GET", "POST"])
def break_glass(request: Request) -> HttpResponse:
    """A hit leads to the record; no hit, and a sealed one, is answered with the same last words."""
    cases.permissions.check_can_break_glass(by=request.user)
    form = cases.forms.BreakGlass(posted(request))
    answered = False
    if form.is_valid():
        try:
            hits = cases.commands.break_glass(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            if hits:
                return _opened(request, hits)
            answered = True
    context = {"form": form, "is_answered": answered}
    status = 422 if form.errors else 200
    return render(request, "desk/break_glass/break_glass.html", context, status=status)


def _opened(request: Request, hits: list[BreakGlass]) -> HttpResponse:
    first = hits[0]
    assert first.until is not None, "a hit has its period, says a constraint"
    messages.info(
        request,
        f"Break-glass {first.reference}: this record is open to you until "
        f"{moment_in_words(first.until)}. Its owner has been told.",
    )
    return redirect("child", first.person_id)


@require_safe
def reviews(request: Request) -> HttpResponse:
    """Every try, for information governance; those who try often stand at the top. Nobody is locked out."""
    tries = cases.queries.break_glass_tries(viewer=request.user)
    page = paging.by_moment(request, tries, at="at")
    looked(
        request,
        persons=[each.person_id for each in page.rows if each.person_id],
        records={"tries": [each.pk for each in page.rows]},
        ground="audit",
    )
    context = {"page": page, "many": cases.queries.many_tries(viewer=request.user)}
    return render(request, "desk/break_glass/reviews.html", context)


@require_http_methods(["GET", "POST"])
def review(request: Request, try_id: int) -> HttpResponse:
    """One try, and what information governance found of it."""
    tried = cases.queries.break_glass_try(try_id, viewer=request.user)
    cases.permissions.check_can_review_break_glass(tried, by=request.user)
    sent = posted(request)
    form = cases.forms.BreakGlassReview(sent) if not tried.reviewed_at else None
    if form is not None and form.is_valid():
        try:
            cases.commands.review_break_glass(tried, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"You have reviewed {tried.reference}.")
            return redirect("break_glass_reviews")
    looked(
        request,
        persons=[tried.person_id] if tried.person_id else [],
        records={"try": tried.pk},
        ground="audit",
    )
    context = {"tried": tried, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "desk/break_glass/review.html", context, status=status)
