"""Safeguarding flags: what waits, and the answer that closes one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import cases.commands
import cases.permissions
import cases.queries
from accounts.models import User
from audit.denied import NotVisible
from cases.access.scope import Sight
from cases.models import Flag
from desk import forms, refusals
from desk.looks import looked, looked_at
from desk.requests import Request, posted


@require_safe
def flags(request: Request) -> HttpResponse:
    """Flags that nobody has answered, the one that waits longest first."""
    cases.permissions.check_can_answer_flag(by=request.user)
    waiting = list(cases.queries.flags(viewer=request.user).prefetch_related("calls__user"))
    looked(
        request,
        persons=[flag.person_id for flag in waiting],
        records={"flag": [flag.pk for flag in waiting]},
        ground="task",
    )
    return render(request, "desk/flags/list.html", {"flags": waiting})


@require_http_methods(["GET", "POST"])
def flag(request: Request, flag_id: int) -> HttpResponse:
    """One flag: what was seen, who was called; its answer, given here or given already."""
    found = cases.queries.flag(flag_id, viewer=request.user)
    cases.permissions.check_can_answer_flag(by=request.user)
    sight = _sight(found, request.user)
    if found.answered_at or sight is None:
        return _answered(request, found, sight)
    others = cases.queries.open_flags(sight, viewer=request.user).exclude(pk=found.pk)
    sent = posted(request)
    form = forms.FlagAnswer(sent, others=others)
    if form.is_valid():
        try:
            cases.commands.answer_flag(
                found,
                action=form.cleaned_data["action"],
                also=tuple(form.cleaned_data.get("also", ())),
                by=request.user,
            )
        except ValidationError as error:
            if cases.queries.flag(found.pk, viewer=request.user).answered_at:
                # Somebody was faster: the page says who, and when.
                return redirect("flag", found.pk)
            refusals.put(form, error)
        else:
            messages.success(request, f"You answered flag F-{found.pk}.")
            return _after(found, request.user)
    looked_at(request, sight, records={"flag": found.pk})
    context = {
        "flag": found,
        "form": form,
        "pointer": cases.queries.pointers([sight.person], viewer=request.user)[0],
        "safe": cases.queries.safe_to_tell(sight, viewer=request.user),
        "next_call_at": cases.queries.next_call_at(found, viewer=request.user),
    }
    return render(request, "desk/flags/flag.html", context, status=422 if form.errors else 200)


def _sight(flag: Flag, viewer: User) -> Sight | None:
    """What the viewer sees of the child now: with the answer, the task that showed it has ended."""
    try:
        return cases.queries.record(flag.person_id, viewer=viewer)
    except NotVisible:
        return None


def _answered(request: Request, flag: Flag, sight: Sight | None) -> HttpResponse:
    """Who answered and when; what was done for whoever did it, or sees the child in full."""
    full = sight is not None and sight.everything
    if sight is not None:
        looked_at(request, sight, records={"flag": flag.pk})
    else:
        looked(request, persons=[flag.person_id], records={"flag": flag.pk}, ground="task")
    context = {
        "flag": flag,
        "sight": sight if full else None,
        "shows_action": full or flag.answered_by == request.user,
    }
    return render(request, "desk/flags/answered.html", context)


def _after(flag: Flag, viewer: User) -> HttpResponse:
    """To the child, where the viewer still has a ground; otherwise to what became of the flag."""
    if _sight(flag, viewer):
        return redirect("child", flag.person_id)
    return redirect("flag", flag.pk)
