"""The figures of an area or of the whole force: for a meeting-room screen, a phone, and paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import accounts.queries
import insights.permissions
import insights.queries
from accounts import permissions
from accounts.models import User
from desk.looks import looked
from desk.requests import Request
from insights.queries import Remit, Work


@require_safe
def dashboard(request: Request) -> HttpResponse:
    """The first of what the viewer may see; for a commander in no team, who can change that."""
    remits = insights.queries.remits(viewer=request.user)
    if remits:
        return _shown(request, remits[0], remits)
    looked(request, records={"area": []}, ground="figures")
    people = accounts.queries.administrators(viewer=request.user)
    return render(request, "desk/dashboard/no_area.html", {"administrators": people})


@require_safe
def area(request: Request, code: str) -> HttpResponse:
    """One area of the viewer's, by its code."""
    remits = insights.queries.remits(viewer=request.user)
    return _shown(request, insights.queries.remit(code, remits, viewer=request.user), remits)


def dashboard_for_home(viewer: User) -> list[tuple[Remit, Work]]:
    """What is in hand now in each area that the viewer answers for; of the whole force, that alone."""
    if not insights.permissions.can_see_dashboard(by=viewer):
        return []
    exact = [each for each in insights.queries.remits(viewer=viewer) if each.is_exact]
    found = exact[:1] if exact and exact[0].area is None else exact
    counted = [(remit, insights.queries.work(remit, viewer=viewer)) for remit in found]
    return [(remit, work) for remit, work in counted if work is not None]


def _shown(request: Request, remit: Remit, remits: list[Remit]) -> HttpResponse:
    overview = insights.queries.overview(remit, viewer=request.user)
    looked(request, records={"area": remit.code or "whole force"}, ground="figures")
    context = {
        "overview": overview,
        "night": overview.night,
        "remit": remit,
        "remits": remits,
        "can_open_flags": permissions.can(permissions.ANSWER_FLAG, by=request.user),
        "can_open_referrals": permissions.can(permissions.TRIAGE, by=request.user),
    }
    return render(request, "desk/dashboard/dashboard.html", context)
