"""Who holds what: every share that is not over, for those who share and those who sign."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import clock
import partners.permissions
import partners.queries
from desk.looks import looked
from desk.requests import Request

# How many shares one page shows.
MOST = 100
KINDS = {
    "": "All",
    "live": "Live",
    "ending": "Ending soon",
    "unopened": "Never opened",
    "suspended": "Suspended",
}


@require_safe
def shares(request: Request) -> HttpResponse:
    """What is shared now, with whom, until when; what ends soon, was never opened, is suspended.

    Whoever signs agreements has no ground on the children: they read references alone.
    """
    partners.permissions.check_can_see_holdings(by=request.user)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = list(partners.queries.holdings(kind, viewer=request.user)[: MOST + 1])
    shown = found[:MOST]
    governs = partners.permissions.can_sign_agreement(by=request.user)
    looked(
        request,
        persons=[share.person_id for share in shown],
        records={"shares": [share.pk for share in shown]},
        ground="audit" if governs else "case team",
    )
    soon = clock.now() + partners.queries.ENDS_SOON
    context = {
        "holdings": [(share, share.until <= soon) for share in shown],
        "kinds": KINDS,
        "kind": kind,
        "more": len(found) > MOST,
        "most": MOST,
        "governs": governs,
    }
    return render(request, "desk/partners/shares.html", context)
