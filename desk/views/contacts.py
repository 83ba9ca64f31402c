"""Log a contact in the street, complete it by the end of the shift, see what became of it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import cases.commands
import cases.forms
import cases.permissions
import cases.queries
import referrals.permissions
import referrals.queries
import risk.queries
from accounts.models import User
from accounts.permissions import ANSWER_FLAG, SHARE, can
from audit.denied import NotVisible
from cases.access.scope import Sight
from cases.commands.completing import completion_form
from cases.models import (
    Caution,
    Confidence,
    Contact,
    ContactChild,
    ContactDraft,
    IndicatorKind,
    NextStep,
    Observation,
    Severity,
)
from cases.queries import WhoMayBeTold
from cases.queries.terms import digest
from desk import refusals
from desk.looks import looked, looked_at_all
from desk.notices import about_contact
from desk.requests import Request
from govuk.characters import showable
from referrals.models import State
from risk.queries import Explanation

# Names the draft of a completion: one contact, one draft.
COMPLETIONS = UUID("0c6a3f6e-3b53-4c52-9c6d-0f1f7c1f5d24")


# --- logging ----------------------------------------------------------------------------------


@require_safe
def new(request: Request) -> HttpResponse:
    """A fresh address to type at: what is saved there, and sent from there, is one contact."""
    cases.permissions.check_can_record_contact(by=request.user)
    return redirect("contact_draft", uuid4())


@require_http_methods(["GET", "POST"])
def draft(request: Request, key: UUID) -> HttpResponse:
    """The form of a contact. Sent again, it leads to the contact that it has become."""
    cases.permissions.check_can_record_contact(by=request.user)
    typed = cases.queries.half_typed("contact", key, viewer=request.user)
    if typed and typed.contact:
        return redirect("contact_complete", typed.contact.pk)
    if request.method == "POST":
        return _send(request, key)
    if typed and typed.fields:
        form = cases.forms.Capture(_as_sent(typed), viewer=request.user)
        form.unjudged()
    else:
        form = cases.forms.Capture.begun(viewer=request.user)
    return _capture(request, key, form)


def _send(request: Request, key: UUID) -> HttpResponse:
    form = cases.forms.Capture(request.POST, viewer=request.user)
    if "add_child" in request.POST:
        form.unjudged()
        _keep(request, "contact", key)
        return _capture(request, key, form, more=1)
    if form.is_valid():
        try:
            contact = cases.commands.send_contact(form.told(key), key=key, by=request.user)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            _searched(request, form.searched, shown=False)
            _say(request, contact, "Contact logged. Now add what you noticed and heard.")
            return redirect("contact_complete", contact.pk)
    kept = _keep(request, "contact", key)
    if kept.contact:
        # Sent twice at once: the first made the record that the second would now be asked about.
        return redirect("contact_complete", kept.contact.pk)
    return _capture(request, key, form, asks=not form.has_errors)


def _capture(
    request: Request,
    key: UUID,
    form: cases.forms.Capture,
    *,
    more: int = 0,
    asks: bool = False,
) -> HttpResponse:
    """The page. `more`: fieldsets to open beside those that are filled; `asks`: it came back only
    because nobody has said yet whether these are known children."""
    _searched(request, form.searched)
    filled = max((child.number + 1 for child in form.filled), default=1)
    context = {
        "form": form,
        "key": key,
        "shown": min(filled + more, cases.forms.MOST_CHILDREN),
        "most": cases.forms.MOST_CHILDREN,
        "asks": asks,
    }
    status = 422 if form.has_errors else 200
    return render(request, "desk/contacts/capture.html", context, status=status)


@require_POST
def save(request: Request, key: UUID) -> HttpResponse:
    """Keep what has been typed of a contact so far."""
    _keep(request, "contact", key)
    return HttpResponse(status=204)


@require_POST
def matches(request: Request, key: UUID) -> HttpResponse:
    """Known children that the one being typed may be: a part of the form's page."""
    cases.permissions.check_can_record_contact(by=request.user)
    cases.queries.half_typed("contact", key, viewer=request.user)
    number = request.POST.get("child", "")
    if number not in {str(each) for each in range(cases.forms.MOST_CHILDREN)}:
        return HttpResponseBadRequest("Which child?", content_type="text/plain")
    child = cases.forms.Child(request.POST, number=int(number), viewer=request.user)
    child.unjudged()
    _searched(request, [child] if child.is_searched else [])
    return render(request, "desk/contacts/_matches.html", {"child": child, "is_part": True})


def _searched(
    request: Request, children: Sequence[cases.forms.Child], *, shown: bool = True
) -> None:
    """Record that children were looked for, found or not, and who was shown.

    Where a contact was made of it, that asks for the look among hidden records itself.
    """
    if not children:
        return
    if shown:
        cases.commands.keep_searches([child.described for child in children], by=request.user)
    looked(
        request,
        persons=[c.pointer.person.pk for child in children for c in child.candidates if shown],
        records={"terms": [digest(child.described) for child in children]},
        ground="pointer",
    )


def _keep(request: Request, form: str, key: UUID) -> ContactDraft:
    """Save the posted fields as a draft, as they were typed."""
    typed = cases.commands.start_draft(form, key=key, by=request.user)
    fields = {
        showable(name): [showable(value) for value in values]
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
    }
    return cases.commands.save_draft(typed, fields=fields, by=request.user)


def _as_sent(typed: ContactDraft) -> QueryDict:
    """A draft's fields as the form was posted."""
    sent = QueryDict(mutable=True)
    for name, values in typed.fields.items():
        sent.setlist(name, values)
    return sent


# --- completing -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def complete(request: Request, contact_id: int) -> HttpResponse:
    """What was noticed, heard and decided. A contact that is complete is shown instead."""
    found = cases.queries.contact(contact_id, viewer=request.user)
    cases.permissions.check_can_complete(found, by=request.user)
    if found.completed_at:
        return redirect("contact", found.pk)
    form = _completion(request, found)
    if request.method == "POST":
        if form.is_valid() and _completed(request, found, form):
            return _after(request, found, form)
        _keep(request, completion_form(found), _completion_key(found, request.user))
    return _completion_page(request, found, form)


def _completion(request: Request, found: Contact) -> cases.forms.Completion:
    """The form as sent now, as its draft was left, or empty."""
    if request.method == "POST":
        return cases.forms.Completion(request.POST, contact=found, viewer=request.user)
    key = _completion_key(found, request.user)
    typed = cases.queries.half_typed(completion_form(found), key, viewer=request.user)
    if typed is None and not found.is_of(request.user):
        typed = cases.queries.typed_before(
            completion_form(found), author=found.recorded_by, viewer=request.user
        )
    if not (typed and typed.fields):
        return cases.forms.Completion(contact=found, viewer=request.user)
    form = cases.forms.Completion(_as_sent(typed), contact=found, viewer=request.user)
    form.unjudged()
    return form


def _completion_key(found: Contact, user: User) -> UUID:
    """The same for the same contact, and not to be guessed from its number; a draft is one person's."""
    whose = "" if found.recorded_by_id == user.pk else f" {user.pk}"
    return uuid5(COMPLETIONS, f"{found.source} {found.source_ref}{whose}")


def _completed(request: Request, found: Contact, form: cases.forms.Completion) -> bool:
    try:
        cases.commands.complete_contact(
            found,
            completions=[child.completion() for child in form.children],
            handling=found.handling,
            noticed=form.noticed,
            told_family=form.cleaned_data["told_family"],
            told_family_why_not=form.cleaned_data["told_family_why_not"],
            next_step=form.cleaned_data["next_step"],
            not_referred_why=form.cleaned_data["not_referred_why"],
            by=request.user,
        )
    except ValidationError as error:
        # Sent twice at once: the first has completed it.
        if cases.queries.contact(found.pk, viewer=request.user).completed_at:
            return True
        refusals.put(form, error)
        return False
    _say(request, found, "Contact completed.")
    return True


def _after(request: Request, found: Contact, form: cases.forms.Completion) -> HttpResponse:
    refer = form.cleaned_data["next_step"] == NextStep.REFER
    if refer and referrals.permissions.can_make_referral(by=request.user):
        return redirect("contact_refer", found.pk)
    return redirect("contact", found.pk)


def _completion_page(
    request: Request, found: Contact, form: cases.forms.Completion
) -> HttpResponse:
    sights = _sights(found, request.user)
    _looked_at(request, found, sights)
    flags = cases.queries.flags_raised_by(found, viewer=request.user)
    context = {
        "contact": found,
        "form": form,
        "children": _with_standing(form, sights, request.user),
        "open_flags": [flag for flag in flags if flag.answered_at is None],
        "can_answer": can(ANSWER_FLAG, by=request.user),
        "severities": [(str(value), label) for value, label in Severity.choices],
        "confidences": Confidence.choices,
    }
    status = 422 if form.has_errors else 200
    return render(request, "desk/contacts/complete.html", context, status=status)


def _with_standing(
    form: cases.forms.Completion, sights: dict[int, Sight], viewer: User
) -> list[tuple[cases.forms.ChildCompletion, Sequence[Caution], WhoMayBeTold | None]]:
    """Each child's form, what to beware of, and whom it is safe to tell, where its record is open."""
    cautions = cases.queries.cautions((sight.person for sight in sights.values()), viewer=viewer)
    return [
        (
            child,
            cautions.get(child.child.person_id, ()),
            cases.queries.safe_to_tell(sight, viewer=viewer) if sight else None,
        )
        for child in form.children
        for sight in [sights.get(child.child.person_id)]
    ]


@require_POST
def save_completion(request: Request, contact_id: int) -> HttpResponse:
    """Keep what has been typed of a completion so far; nothing more once it is complete."""
    found = cases.queries.contact(contact_id, viewer=request.user)
    cases.permissions.check_can_complete(found, by=request.user)
    if not found.completed_at:
        _keep(request, completion_form(found), _completion_key(found, request.user))
    return HttpResponse(status=204)


# --- the contact ------------------------------------------------------------------------------


def _say(request: Request, found: Contact, words: str) -> None:
    """A banner on the next page; none before an open flag, which must be the first thing read."""
    flags = cases.queries.flags_raised_by(found, viewer=request.user)
    if not flags.filter(answered_at=None).exists():
        messages.success(request, words)


@dataclass(frozen=True)
class ChildSeen:
    """A child of the contact as the page shows them.

    `sight` is None where the viewer sees nothing of the child's own record now. `explanation` says
    what moved the readings; None while a flag is open, which stands instead of any band.
    """

    child: ContactChild
    sight: Sight | None
    risks: Sequence[Observation]
    strengths: Sequence[Observation]
    explanation: Explanation | None


@require_safe
def contact(request: Request, contact_id: int) -> HttpResponse:
    """A contact as it was written down, what it set off, and what to do next."""
    found = cases.queries.contact(contact_id, viewer=request.user)
    flags = list(cases.queries.flags_raised_by(found, viewer=request.user))
    sights = _sights(found, request.user)
    _looked_at(request, found, sights)
    referral = referrals.queries.referral_of(found, viewer=request.user)
    context = {
        "contact": found,
        "referral": referral,
        "children": _children(found, sights, viewer=request.user),
        "noticed": [
            (name.capitalize(), found.noticed[name])
            for name in cases.forms.Completion.NOTICED
            if name in found.noticed
        ],
        "open_flags": [flag for flag in flags if flag.answered_at is None],
        "answered_flags": [flag for flag in flags if flag.answered_at],
        "to_complete": cases.permissions.can_complete(found, by=request.user),
        "can_answer": can(ANSWER_FLAG, by=request.user),
        "can_share": can(SHARE, by=request.user) and not found.is_police_only,
        # What was declined, returned or answered in person may be put before the hub again.
        "can_refer": referrals.permissions.can_make_referral(by=request.user)
        and (referral is None or referral.state not in {State.WAITING, State.ACCEPTED}),
        **about_contact(found, viewer=request.user),
    }
    return render(request, "desk/contacts/contact.html", context)


def _children(found: Contact, sights: dict[int, Sight], *, viewer: User) -> list[ChildSeen]:
    """The children of the contact, with what was noticed of each and what it moved."""
    observed = list(cases.queries.observed_at(found, viewer=viewer))
    children = sorted(found.children.all(), key=lambda child: child.pk)
    flagged = cases.queries.flagged([child.person for child in children], viewer=viewer)
    return [
        _child_seen(
            child,
            sights.get(child.person_id),
            [each for each in observed if each.person_id == child.person_id],
            is_flagged=child.person_id in flagged,
            viewer=viewer,
        )
        for child in children
    ]


def _child_seen(
    child: ContactChild,
    sight: Sight | None,
    observed: Sequence[Observation],
    *,
    is_flagged: bool,
    viewer: User,
) -> ChildSeen:
    explanation = None
    if sight is not None and not is_flagged:
        explanation = risk.queries.explanation(sight, viewer=viewer)
    return ChildSeen(
        child=child,
        sight=sight,
        risks=[o for o in observed if o.indicator.kind == IndicatorKind.RISK],
        strengths=[o for o in observed if o.indicator.kind == IndicatorKind.STRENGTH],
        explanation=explanation,
    )


def _sights(found: Contact, viewer: User) -> dict[int, Sight]:
    """What the viewer sees of the contact's children now, by id; its author maybe nothing."""
    sights = {}
    for child in found.children.all():
        with suppress(NotVisible):
            sights[child.person_id] = cases.queries.record(child.person_id, viewer=viewer)
    return sights


def _looked_at(request: Request, found: Contact, sights: dict[int, Sight]) -> None:
    """Record that a contact was shown, on the grounds that open its children to the viewer."""
    own = [child.person_id for child in found.children.all() if child.person_id not in sights]
    looked_at_all(request, sights.values(), own=own, records={"contact": found.pk})
