"""Share a child's place with a partner, what is shared with us, and the agreements behind it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import cases.queries
import clock
import partners.commands
import partners.permissions
import partners.queries
from cases.models import CaseChild, Section
from desk import refusals
from desk.help import help_as_shared
from desk.looks import looked, looked_at
from desk.requests import Request
from partners import forms
from partners.models import LawfulBasis, Share

# Half a year, or what is left of the agreement (default by judgement).
SHARED_FOR = timedelta(days=182)
PRESET = (Section.SUMMARY, Section.PLAN)
# Who may be told stands first, before anything else is decided.
ORDER = ("safe_to_tell_read",)
# How many shares one page shows.
MOST = 100


def new_share(request: Request, place_id: int) -> HttpResponse:
    """Share a child's place: what is shared and why, then as they will see it, then the share."""
    place = cases.queries.place(place_id, viewer=request.user)
    partners.permissions.check_can_share(place, by=request.user)
    if request.method != "POST" and not place.case.is_open:
        return redirect("case", place.case_id)
    form = _share_form(request, place)
    preview = None
    if form.is_valid() and "preview" in request.POST:
        asked = {name: form.cleaned_data[name] for name in ("agency", "sections", "summary")}
        preview = partners.queries.as_they_see_it(place, viewer=request.user, **asked)
    elif form.is_valid() and "change" not in request.POST and _share(request, place, form):
        return redirect("case", place.case_id)
    sight = cases.queries.sight_of(place, viewer=request.user)
    looked_at(request, sight, records={"place": place.pk})
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    if safe and "safe_to_tell_read" not in form.fields:
        # Recorded since this request began: it is asked for now.
        form = _share_form(request, place)
    context = {"place": place, "form": form, "safe": safe}
    if preview is not None:
        context |= {
            "seen": preview,
            "share": form.cleaned_data,
            "lawful_basis": LawfulBasis(form.cleaned_data["lawful_basis"]).label,
            "last_day": clock.london_date(form.cleaned_data["until"] - timedelta(microseconds=1)),
            "late": {
                a.pk for a in preview.actions if cases.queries.is_late(a, viewer=request.user)
            },
            "help": help_as_shared(place, preview.sections, viewer=request.user),
            "typed": _typed(request, form),
        }
        return render(request, "desk/partners/preview_share.html", context)
    status = 422 if form.errors else 200
    return render(request, "desk/partners/new_share.html", context, status=status)


def _share_form(request: Request, place: CaseChild) -> forms.Share:
    return forms.Share(
        request.POST if request.method == "POST" else None,
        viewer=request.user,
        place=place,
        initial=_usual(request),
        field_order=ORDER,
    )


def _usual(request: Request) -> dict[str, Any]:
    """What most shares say: the one agreement in force, summary and plan, for half a year."""
    agreements = list(partners.queries.agreements_in_force(viewer=request.user))
    until = clock.today() + SHARED_FOR
    if len(agreements) != 1:
        return {"sections": PRESET, "until": until}
    (only,) = agreements
    sections = [section for section in PRESET if section in only.sections]
    return {"agreement": only.pk, "sections": sections, "until": min(until, only.last_day)}


def _share(request: Request, place: CaseChild, form: forms.Share) -> bool:
    """Make the share. False where the command refused it: the form says why."""
    said = form.cleaned_data
    try:
        partners.commands.share(place, by=request.user, **said)
    except ValidationError as error:
        if not _shared_already(request, place, said):
            refusals.put(form, error)
            return False
    # By reference: a message waits in the browser, and no child's name does.
    of = f"the record of {place.person.reference}"
    messages.success(request, f"{said['agency']} can now see what you chose of {of}.")
    return True


def _shared_already(request: Request, place: CaseChild, said: dict[str, Any]) -> bool:
    """Whether it is this very share, sent twice."""
    live = partners.queries.shares(place, viewer=request.user)
    same = {name: said[name] for name in ("agency", "agreement", "purpose", "summary", "until")}
    return live.filter(**same, decided_by=request.user).exists()


def _typed(request: Request, form: forms.Share) -> list[tuple[str, str]]:
    """What was typed, carried through the preview unseen; of a date, each of its parts."""
    sent = request.POST.lists()
    asked = [(name, values) for name, values in sent if name.partition("-")[0] in form.fields]
    return [(name, value) for name, values in asked for value in values]


def end_share(request: Request, share_id: int) -> HttpResponse:
    """End a share, in that second."""
    share = partners.queries.share(share_id, viewer=request.user)
    partners.permissions.check_can_share(share.place, by=request.user)
    form = forms.EndShare(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not share.is_live:
        return _ended(request, share)
    if form.is_valid():
        partners.commands.end_share(share, by=request.user, **form.cleaned_data)
        return _ended(request, share)
    sight = cases.queries.sight_of(share.place, viewer=request.user)
    looked_at(request, sight, records={"share": share.pk})
    status = 422 if form.errors else 200
    return render(
        request, "desk/partners/end_share.html", {"share": share, "form": form}, status=status
    )


def _ended(request: Request, share: Share) -> HttpResponse:
    messages.success(request, f"Sharing with {share.agency} has ended. They see nothing of it now.")
    return redirect("case", share.place.case_id)


def shared(request: Request) -> HttpResponse:
    """What other agencies share with the viewer's own: who, what, why, until when."""
    partners.permissions.check_can_see_shared(by=request.user)
    shares = list(partners.queries.shared_with_us(viewer=request.user)[: MOST + 1])
    shown = shares[:MOST]
    changed = partners.queries.last_changes(shown, viewer=request.user)
    looked(
        request,
        persons=[share.place.person_id for share in shown],
        records={"shares": [share.pk for share in shown]},
        sections={section for share in shown for section in share.sections},
        ground="share",
    )
    context = {
        "shares": [(share, changed[share.pk]) for share in shown],
        "undecided": partners.queries.undecided(
            [share.place for share in shown], viewer=request.user
        ),
        "more": len(shares) > MOST,
        "most": MOST,
    }
    return render(request, "desk/partners/shared.html", context)


def new_contribution(request: Request, place_id: int) -> HttpResponse:
    """A partner adds what they know about a child."""
    place = cases.queries.place(place_id, viewer=request.user)
    partners.permissions.check_can_contribute(place, by=request.user)
    typed = request.POST if request.method == "POST" else None
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
    return render(request, "desk/partners/agreement.html", {"agreement": found})


def new_agreement(request: Request) -> HttpResponse:
    """Put an agreement in the register."""
    partners.permissions.check_can_sign_agreement(by=request.user)
    typed = request.POST if request.method == "POST" else None
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
