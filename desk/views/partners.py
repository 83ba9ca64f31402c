"""What is shared with us, what partners add, and the agreements behind it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import cases.queries
import partners.commands
import partners.permissions
import partners.queries
from desk import refusals
from desk.looks import looked, looked_at
from desk.requests import Request, posted
from partners import forms
from partners.models import Share

# How many shares one page shows.
MOST = 100


def shared(request: Request) -> HttpResponse:
    """What other agencies share with the viewer's own: who, what, why, until when."""
    partners.permissions.check_can_see_shared(by=request.user)
    shares = list(partners.queries.shared_with_us(viewer=request.user)[: MOST + 1])
    shown = shares[:MOST]
    changed = partners.queries.last_changes(shown, viewer=request.user)
    looked(
        request,
        persons=[share.person_id for share in shown],
        records={"shares": [share.pk for share in shown]},
        sections={section for share in shown for section in share.sections},
        ground="share",
    )
    context = {
        "shares": [(share, changed[share.pk]) for share in shown],
        "undecided": partners.queries.undecided(
            [share.place for share in shown if share.place], viewer=request.user
        ),
        "more": len(shares) > MOST,
        "most": MOST,
    }
    return render(request, "desk/partners/shared.html", context)


def new_contribution(request: Request, place_id: int) -> HttpResponse:
    """A partner adds what they know about a child."""
    place = cases.queries.place(place_id, viewer=request.user)
    partners.permissions.check_can_contribute(place, by=request.user)
    typed = posted(request)
    form = forms.Contribution(typed, viewer=request.user, place=place)
    if form.is_valid():
        try:
            partners.commands.contribute(place, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, "Thank you. It is there for those you chose.")
            return redirect("child", place.person_id)
    sight = cases.queries.sight_of(place, viewer=request.user)
    looked_at(request, sight, records={"place": place.pk})
    context = {"place": place, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/partners/new_contribution.html", context, status=status)


def agreements(request: Request) -> HttpResponse:
    """The register of information sharing agreements."""
    partners.permissions.check_can_read_agreements(by=request.user)
    context = {
        "agreements": partners.queries.agreements(viewer=request.user),
        "can_sign": partners.permissions.can_sign_agreement(by=request.user),
    }
    return render(request, "desk/partners/agreements.html", context)


def agreement(request: Request, agreement_id: int) -> HttpResponse:
    """One agreement: what may be shared under it, why, by whom, until when."""
    found = partners.queries.agreement(agreement_id, viewer=request.user)
    context = {
        "agreement": found,
        "can_sign": partners.permissions.can_sign_agreement(by=request.user),
    }
    return render(request, "desk/partners/agreement.html", context)


def suspend_agreement(request: Request, agreement_id: int) -> HttpResponse:
    """Suspend an agreement, or let it go on: a decision with a reason, in that second."""
    found = partners.queries.agreement(agreement_id, viewer=request.user)
    partners.permissions.check_can_sign_agreement(by=request.user)
    is_suspended = found.is_suspended
    closed = list(partners.queries.closed_to(found, viewer=request.user)) if is_suspended else []
    asks = forms.Resume if is_suspended else forms.Suspend
    form = asks(posted(request))
    if request.method == "POST" and request.POST.get("suspended") != str(is_suspended):
        # Decided meanwhile, by the same page sent twice or by a colleague: what stands is shown.
        return redirect("agreement", found.pk)
    if closed:
        shown = {"agreement": found.pk, "shares": [share.pk for share in closed]}
        people = [share.person_id for share in closed]
        looked(request, persons=people, records=shown, ground="agreement")
    if form.is_valid():
        decide = (
            partners.commands.resume_agreement
            if is_suspended
            else partners.commands.suspend_agreement
        )
        left = _in_words(closed)
        decide(found, by=request.user, **form.cleaned_data)
        says = f"in use again.{left}" if is_suspended else "suspended."
        messages.success(request, f"The agreement is {says}")
        return redirect("agreement", found.pk)
    context = {
        "agreement": found,
        "form": form,
        "open_shares": partners.queries.standing_under(found, viewer=request.user) - len(closed),
        "closed": closed,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/suspend_agreement.html", context, status=status)


def _in_words(closed: list[Share]) -> str:
    """What a resumed agreement has not opened again, by reference."""
    if not closed:
        return ""
    names = ", ".join(f"{share.reference} with {share.agency}" for share in closed)
    return f" Not opened again, because they must not be told: {names}."


def new_agreement(request: Request) -> HttpResponse:
    """Put an agreement in the register."""
    partners.permissions.check_can_sign_agreement(by=request.user)
    typed = posted(request)
    form = forms.Agreement(typed, viewer=request.user)
    if form.is_valid():
        try:
            signed = partners.commands.sign_agreement(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, "The agreement is in the register.")
            return redirect("agreement", signed.pk)
    status = 422 if form.errors else 200
    return render(request, "desk/partners/new_agreement.html", {"form": form}, status=status)
