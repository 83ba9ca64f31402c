"""Restricted and sealed records: who keeps them, their named lists, and who came near them.

Information governance has no ground on the child: it reads references, never a name.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import cases.commands
import cases.forms
import cases.permissions
import cases.queries
import interventions.queries
import partners.queries
import referrals.commands
import referrals.forms
import referrals.queries
from accounts.models import User
from audit.denied import NotAllowed
from cases.commands import Named
from cases.models import PrivateHit, PrivateLink, Restriction, Section
from desk import refusals
from desk.looks import looked
from desk.requests import Request, posted
from govuk.forms import Form


@require_safe
def restrictions(request: Request) -> HttpResponse:
    """The records that the viewer keeps; all of them for who may restrict."""
    found = list(cases.queries.restrictions(viewer=request.user))
    can_restrict = cases.permissions.can_restrict(by=request.user)
    if not found and not can_restrict:
        raise NotAllowed("see which records are restricted")
    looked(request, persons=[each.person_id for each in found], ground="restriction")
    context = {"restrictions": found, "can_restrict": can_restrict}
    return render(request, "desk/restrictions/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Restrict or seal a record."""
    cases.permissions.check_can_restrict(by=request.user)
    form = cases.forms.Restrict(posted(request), viewer=request.user)
    if form.is_valid():
        said = dict(form.cleaned_data)
        named = [Named(said.pop("named"), reachable_at_any_hour=True)]
        try:
            made = cases.commands.restrict(**said, named=named, by=request.user)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{made.reference} is for its named list alone from now on.")
            return redirect("restriction", made.pk)
    return _form(request, "desk/restrictions/new.html", form)


@require_safe
def restriction(request: Request, restriction_id: int) -> HttpResponse:
    """One restricted record: its list, and, for its owner alone, who came near it."""
    found = cases.queries.restriction(restriction_id, viewer=request.user)
    answers = cases.permissions.answers_for(found, by=request.user)
    looked(
        request,
        persons=[found.person_id],
        records={"restriction": found.pk},
        sections=[Section.FULL] if answers else (),
        ground="restriction",
    )
    context = {
        "restriction": found,
        "places": cases.queries.named_list(found, viewer=request.user),
        "hits": cases.queries.private_hits(found, viewer=request.user),
        "is_owner": found.owner == request.user,
        "under_way": _under_way(found, request.user) if answers else None,
        "can_restrict": cases.permissions.can_restrict(by=request.user),
    }
    return render(request, "desk/restrictions/restriction.html", context)


def _under_way(found: Restriction, viewer: User) -> dict[str, Any]:
    """What went on with the child as the record closed, and still does: the owner rings whoever it is of."""
    return {
        "referrals": referrals.queries.referrals_under_way(found, viewer=viewer),
        "places": cases.queries.places_under_way(found, viewer=viewer),
        "told": partners.queries.under_way(found, viewer=viewer),
        "courses": interventions.queries.courses_under_way(found, viewer=viewer),
    }


@require_http_methods(["GET", "POST"])
def answer_referral(request: Request, restriction_id: int, referral_id: int) -> HttpResponse:
    """A referral of the child that the hub cannot decide: its owner does, and answers in person."""
    found = cases.queries.restriction(restriction_id, viewer=request.user)
    child = referrals.queries.to_answer(found, referral_id, viewer=request.user)
    form = None if child.answered_at else referrals.forms.AnswerInPerson(posted(request))
    if form is not None and form.is_valid():
        try:
            referrals.commands.answer_in_person(child, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"You have answered {child.referral.reference} in person.")
            return redirect("restriction", found.pk)
    looked(
        request,
        persons=[found.person_id],
        records={"restriction": found.pk, "referral": child.referral_id},
        sections=[Section.FULL],
        ground="restriction",
    )
    context = {
        "restriction": found,
        "child": child,
        "referral": child.referral,
        "hides_words": referrals.queries.tells_of_another(child, viewer=request.user),
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "desk/restrictions/referral.html", context, status=status)


@require_http_methods(["GET", "POST"])
def name(request: Request, restriction_id: int) -> HttpResponse:
    """Put somebody on the list."""
    found = cases.queries.restriction(restriction_id, viewer=request.user)
    form = cases.forms.NameOnList(posted(request), viewer=request.user)
    if found.is_live and form.is_valid():
        try:
            place = cases.commands.add_to_list(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{place.user} is on the list.")
            return redirect("restriction", found.pk)
    if not found.is_live:
        return redirect("restriction", found.pk)
    return _form(request, "desk/restrictions/name.html", form, restriction=found)


@require_http_methods(["GET", "POST"])
def take_off(request: Request, place_id: int) -> HttpResponse:
    """Take somebody off the list."""
    place = cases.queries.named_place(place_id, viewer=request.user)
    error = ""
    if request.method == "POST":
        try:
            cases.commands.take_off_list(place, by=request.user)
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            messages.success(request, f"{place.user} is off the list from this second.")
            return redirect("restriction", place.restriction_id)
    context = {"place": place, "error": error}
    status = 422 if error else 200
    return render(request, "desk/restrictions/take_off.html", context, status=status)


@require_http_methods(["GET", "POST"])
def hand_over(request: Request, restriction_id: int) -> HttpResponse:
    """Give the record another owner."""
    found = cases.queries.restriction(restriction_id, viewer=request.user)
    if not found.is_live:
        return redirect("restriction", found.pk)
    form = cases.forms.HandOver(posted(request), viewer=request.user)
    if form.is_valid():
        try:
            held = cases.commands.hand_over_record(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{held.owner} owns {held.reference} from now on.")
            keeps = cases.permissions.can_keep_list(held, by=request.user)
            # Who has given it away stands on the list, and keeps it no more.
            return redirect("restriction", held.pk) if keeps else redirect("home")
    return _form(request, "desk/restrictions/hand_over.html", form, restriction=found)


@require_http_methods(["GET", "POST"])
def seal(request: Request, restriction_id: int) -> HttpResponse:
    """Seal a restricted record."""
    cases.permissions.check_can_restrict(by=request.user)
    found = cases.queries.restriction(restriction_id, viewer=request.user)
    if not found.is_live or found.is_sealed:
        return redirect("restriction", found.pk)
    return _end(request, found, "seal", "Sealed: nothing opens it, and nothing is matched with it.")


@require_http_methods(["GET", "POST"])
def lift(request: Request, restriction_id: int) -> HttpResponse:
    """Open a record again to everybody who has a ground on it."""
    cases.permissions.check_can_restrict(by=request.user)
    found = cases.queries.restriction(restriction_id, viewer=request.user)
    if not found.is_live:
        return redirect("restriction", found.pk)
    return _end(request, found, "lift", "Lifted: every ground that is still live counts again.")


def _end(request: Request, found: Restriction, what: str, done: str) -> HttpResponse:
    """The form that asks why, and then the command of that name."""
    form = cases.forms.Why(posted(request))
    if form.is_valid():
        command = cases.commands.seal if what == "seal" else cases.commands.lift
        try:
            command(found, why=form.cleaned_data["why"], by=request.user)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, done)
            return redirect("restriction", found.pk)
    return _form(request, f"desk/restrictions/{what}.html", form, restriction=found)


@require_http_methods(["GET", "POST"])
def hit(request: Request, hit_id: int) -> HttpResponse:
    """Somebody came near a record without knowing: its owner decides, and answers in person."""
    found = cases.queries.private_hit(hit_id, viewer=request.user)
    link = cases.queries.link_of(found, viewer=request.user)
    form = _about_hit(request, found, link)
    if form is not None and form.is_valid():
        command = cases.commands.unlink_hit if found.decided_at else cases.commands.decide_hit
        try:
            command(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"You have decided on {found.reference}.")
            return redirect("restriction", found.restriction_id)
    looked(
        request,
        persons=[found.restriction.person_id],
        records={"hit": found.pk},
        ground="restriction",
    )
    context = {"hit": found, "form": form, "link": link}
    status = 422 if form is not None and form.errors else 200
    return render(request, "desk/restrictions/hit.html", context, status=status)


def _about_hit(request: Request, found: PrivateHit, link: PrivateLink | None) -> Form | None:
    """What its owner may say of a hit: what they decide, or that what they linked was somebody else."""
    if not found.decided_at:
        return cases.forms.HitDecision(posted(request), hit=found, viewer=request.user)
    if link is not None and link.until is None:
        return cases.forms.Unlink(posted(request))
    return None


def _form(request: Request, template: str, form: Any, **context: object) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
