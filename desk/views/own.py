"""What we told: one's own agency's contacts, referrals and contributions, and what became of each."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import cases.queries
import partners.queries
import referrals.queries
from accounts import permissions
from audit.denied import NotAllowed
from desk import paging
from desk.looks import looked
from desk.requests import Request

# What one may have told, in the order of the page, and whose duty it is.
DUTIES = {
    "contacts": ("Contacts", permissions.RECORD_CONTACT),
    "referrals": ("Referrals", permissions.MAKE_REFERRAL),
    "contributions": ("What we added", permissions.CONTRIBUTE),
}


@require_safe
def own(request: Request) -> HttpResponse:
    """One kind of what one's agency told, newest first: the one asked for, or the first of one's duties."""
    offered = {
        name: words
        for name, (words, permission) in DUTIES.items()
        if permissions.can(permission, by=request.user)
    }
    if not offered:
        raise NotAllowed("see what your agency told")
    asked = request.GET.get("of", "")
    of = asked if asked in offered else next(iter(offered))
    context = {"contacts": _contacts, "referrals": _referrals, "contributions": _contributions}[of](
        request
    )
    looked(request, persons=context["persons"], records={of: context["shown"]}, ground="own")
    context |= {"of": of, "heading": offered[of], "offered": offered.items()}
    return render(request, "desk/own/own.html", context)


def _contacts(request: Request) -> dict[str, Any]:
    told = cases.queries.contacts_told(viewer=request.user)
    told = told.select_related("recorded_by").prefetch_related("children__person")
    page = paging.by_moment(request, told, at="occurred_at")
    referred = referrals.queries.became_of(page.rows, viewer=request.user)
    return {
        "page": page,
        "lines": [(contact, referred.get(contact.pk)) for contact in page.rows],
        "persons": [child.person_id for contact in page.rows for child in contact.children.all()],
        "shown": [contact.pk for contact in page.rows],
    }


def _referrals(request: Request) -> dict[str, Any]:
    page = paging.by_moment(request, referrals.queries.outbox(viewer=request.user), at="made_at")
    return {
        "page": page,
        "lines": page.rows,
        "persons": [child.person_id for each in page.rows for child in each.children.all()],
        "shown": [referral.pk for referral in page.rows],
    }


def _contributions(request: Request) -> dict[str, Any]:
    page = paging.by_moment(request, partners.queries.contributed(viewer=request.user), at="at")
    return {
        "page": page,
        "lines": page.rows,
        "persons": [added.place.person_id for added in page.rows],
        "shown": [added.pk for added in page.rows],
    }
