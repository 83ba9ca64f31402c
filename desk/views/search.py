"""Find a child by name and birth date: posted, so that no name stands in an address or a log."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

import cases.commands
import cases.forms
import cases.permissions
import cases.queries
from cases.access import scope
from cases.queries.terms import digest
from desk.looks import looked
from desk.requests import Request, posted

MOST_SHOWN = 10


@require_http_methods(["GET", "POST"])
def search(request: Request) -> HttpResponse:
    """Children that match: the pointer to each, and the way to the record where one has sight.

    After every search, hit or not, a task looks among hidden records and tells their owners alone.
    """
    cases.permissions.check_can_search(by=request.user)
    form = cases.forms.Search(posted(request))
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "desk/search/search.html", {"form": form}, status=status)
    described = form.described
    found = cases.queries.candidates(described, viewer=request.user, most=MOST_SHOWN)
    people = [candidate.pointer.person.pk for candidate in found]
    looked(request, persons=people, records={"terms": [digest(described)]}, ground="pointer")
    cases.commands.keep_searches([described], by=request.user)
    seen = scope.visible_to(request.user).filter(pk__in=people)
    context = {
        "form": form,
        "is_answered": True,
        "candidates": found,
        "open_to_viewer": set(seen.values_list("pk", flat=True)),
    }
    return render(request, "desk/search/search.html", context)
