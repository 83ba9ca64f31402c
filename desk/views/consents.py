"""Agreement to help: what a family says, what they take back, and what is decided the same day."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import cases.queries
import partners.commands
import partners.permissions
import partners.queries
import referrals.queries
from cases.models import CaseChild
from desk import refusals
from desk.agreed import as_told
from desk.looks import looked_at
from desk.requests import Request, posted
from partners import forms
from partners.models import Outcome, WithdrawalDecision


def new_consent(request: Request, place_id: int) -> HttpResponse:
    """Record what a family says to early help for one child."""
    place = cases.queries.place(place_id, viewer=request.user)
    partners.permissions.check_can_keep_consent(place, by=request.user)
    if request.method != "POST" and not place.case.is_open:
        return redirect("case", place.case_id)
    referral = referrals.queries.of_case(place, viewer=request.user)
    told = as_told(referral) if referral and not _has_said(request, place) else {}
    typed = posted(request)
    form = forms.Consent(typed, initial=told, viewer=request.user, place=place)
    if form.is_valid():
        try:
            kept = partners.commands.record_consent(place, by=request.user, **form.said)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, "What the family said is recorded.")
            if waiting := partners.queries.undecided_of(kept, viewer=request.user):
                return redirect("withdrawal", waiting.pk)
            return redirect("case", place.case_id)
    _looked(request, place, {"place": place.pk})
    context = {
        "place": place,
        "form": form,
        "referral": referral,
        "told": told,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/new_consent.html", context, status=status)


def _has_said(request: Request, place: CaseChild) -> bool:
    """Whether anything is recorded for this place, and what the referral knew is of the past."""
    return partners.queries.consents(place, viewer=request.user).exists()


def withdraw(request: Request, consent_id: int) -> HttpResponse:
    """An agreement to help is taken back: kept, and on to what must be decided today."""
    consent = partners.queries.consent(consent_id, viewer=request.user)
    partners.permissions.check_can_keep_consent(consent.place, by=request.user)
    if request.method != "POST" and not (consent.is_agreed and consent.place.case.is_open):
        return redirect("case", consent.place.case_id)
    form = forms.Withdrawal(posted(request))
    if form.is_valid():
        try:
            said = form.cleaned_data
            decision = partners.commands.withdraw_consent(consent, by=request.user, **said)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, "It is recorded. Decide today what follows.")
            return redirect("withdrawal", decision.pk)
    _looked(request, consent.place, {"consent": consent.pk})
    context = {"consent": consent, "place": consent.place, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/partners/withdraw.html", context, status=status)


def withdrawal(request: Request, decision_id: int) -> HttpResponse:
    """What follows from a withdrawal: for who runs the case to decide, for the others to read."""
    decision = partners.queries.withdrawal(decision_id, viewer=request.user)
    place = decision.consent.place
    may = partners.permissions.can_keep_consent(place, by=request.user)
    if request.method == "POST":
        partners.permissions.check_can_keep_consent(place, by=request.user)
    form = forms.WithdrawalDecision(posted(request))
    if form.is_valid():
        try:
            said = form.cleaned_data
            decided = partners.commands.decide_on_withdrawal(decision, by=request.user, **said)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            return _decided(request, decided)
    _looked(request, place, {"withdrawal": decision.pk})
    context = {
        "decision": decision,
        "place": place,
        "form": form,
        "may": may,
        "shares": list(partners.queries.shares(place, viewer=request.user)),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/withdrawal.html", context, status=status)


def _decided(request: Request, decided: WithdrawalDecision) -> HttpResponse:
    words = {
        Outcome.END: "Sharing has ended. End the help that runs, then close the case.",
        Outcome.GO_ON: "It is recorded on which basis help goes on.",
        Outcome.REFER: "It is recorded. Refer now: the hub’s way stands on this page.",
    }
    messages.success(request, words[Outcome(decided.outcome)])
    if decided.outcome == Outcome.REFER:
        return redirect("withdrawal", decided.pk)
    return redirect("case", decided.consent.place.case_id)


def _looked(request: Request, place: CaseChild, records: dict[str, int]) -> None:
    sight = cases.queries.sight_of(place, viewer=request.user)
    looked_at(request, sight, records=records)
