"""The figures of an area or of the whole force: for a meeting-room screen, a phone, and paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import accounts.queries
import insights.queries
from accounts import permissions
from desk.looks import looked
from desk.requests import Request
from insights.queries import Remit


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
