"""My work: what needs the viewer today, most urgent first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import accounts.commands
import accounts.queries
import cases.commands
import cases.queries
from accounts.models import User
from desk import my_work, navigation
from desk.looks import looked_at_names
from desk.requests import Request


@require_safe
def home(request: Request) -> HttpResponse:
    """One page for each role: the sections of desk.my_work, in their order."""
    viewer = request.user
    if accounts.queries.is_in_lead_agency(viewer=viewer):
        _climb_if_late(viewer)
    sections = my_work.of(viewer)
    if persons := {person for section in sections for person in section.persons}:
        records = {"case": sorted({pk for section in sections for pk in section.cases})}
        if notices := {pk for section in sections for pk in section.notices}:
            records["notice"] = sorted(notices)
        looked_at_names(request, persons, records=records, also={"notice"} if notices else ())
    context = {
        "sections": sections,
        "nothing_waits": not any(section.waits for section in sections),
    }
    return render(request, "desk/home/home.html", context)


@require_safe
def pages(request: Request) -> HttpResponse:
    """Every page that one can go to by itself: at the top of a page stands a part of them."""
    context = {"groups": navigation.pages_for(request.user)}
    return render(request, "desk/home/pages.html", context)


@require_http_methods(["GET", "POST"])
def notification(request: Request, notification_id: int) -> HttpResponse:
    """Follow a line: it leaves the page, and leads to what it is about."""
    found = accounts.queries.notification(notification_id, viewer=request.user)
    if request.method != "POST":
        return redirect("home")
    accounts.commands.mark_seen(found, by=request.user)
    return redirect(found.url)


def _climb_if_late(viewer: User) -> None:
    """A flag whose next step is due must not wait for the clock process alone."""
    if cases.queries.climb_is_late(viewer=viewer):
        cases.commands.climb(by=accounts.commands.system())
