"""Information governance reviews looks drawn by chance, and patterns: in references, never names."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import oversight.commands
import oversight.queries
from desk import entries, paging, refusals
from desk.looks import looked
from desk.requests import Request, posted
from oversight.forms import Review
from oversight.models import Outcome


@require_safe
def dip_samples(request: Request) -> HttpResponse:
    """What waits for a review, patterns first; or what was reviewed, latest first."""
    found = oversight.queries.dip_samples(viewer=request.user)
    reviewed = request.GET.get("show") == "reviewed"
    page = (
        paging.by_moment(request, found.exclude(reviewed_at=None), at="reviewed_at")
        if reviewed
        else paging.first_due(request, found.filter(reviewed_at=None))
    )
    looked(request, records={"dip sample": [each.pk for each in page.rows]}, ground="audit")
    context = {
        "page": page,
        "reviewed": reviewed,
        "waiting": oversight.queries.waiting(viewer=request.user),
        "came": oversight.queries.outcomes(viewer=request.user),
        "outcomes": Outcome.labels,
    }
    return render(request, "desk/dip_samples/list.html", context)


@require_http_methods(["GET", "POST"])
def dip_sample(request: Request, sample_id: int) -> HttpResponse:
    """One of them with its entries; the outcome, where none is kept yet."""
    sample = oversight.queries.dip_sample(sample_id, viewer=request.user)
    form = Review(posted(request))
    if form.is_valid():
        try:
            oversight.commands.review_dip_sample(sample, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                # Reviewed meanwhile: that is no mistake of whoever came second.
                messages.info(request, " ".join(error.messages))
                return redirect("dip_sample", sample.pk)
            refusals.put(form, error)
        else:
            messages.success(request, f"You reviewed {sample.reference}.")
            return redirect("dip_samples")
    looked(request, records={"dip sample": sample.pk}, ground="audit")
    found = oversight.queries.entries_of(sample, viewer=request.user)
    context = {
        "sample": sample,
        "form": form,
        "lines": entries.lines(found, viewer=request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/dip_samples/sample.html", context, status=status)
