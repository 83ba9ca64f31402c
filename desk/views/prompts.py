"""Ticked words from elsewhere: a person confirms each or drops it. A plain list, child by child."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

import cases.commands
import cases.permissions
import cases.queries
import clock
from accounts.models import User
from audit.denied import NotVisible
from cases.models import Confidence, Contact, Flag, Indicator, Person, Prompt, PromptState, Severity
from cases.queries import ChildWaiting, Rank
from desk import forms, refusals
from desk.looks import looked
from desk.paging import EPOCH
from desk.requests import Request, posted

# Words of one child on a page: some children have a hundred.
SHOWN = 8
# gravity, clock in microseconds, child: what the address of a later page says.
AFTER = re.compile("([0-2])-([0-9]{1,18})-([0-9]{1,18})")


@dataclass(frozen=True)
class Word:
    """A word that waits."""

    prompt: Prompt

    @property
    def is_late(self) -> bool:
        return self.prompt.due_at is not None and self.prompt.due_at < clock.now()


@dataclass(frozen=True)
class Decision(Word):
    """A word on its own page, with the two forms that decide it."""

    confirm: forms.ConfirmPrompt
    drop: forms.DropPrompt


@dataclass(frozen=True)
class Child:
    """A child's gravest words under the contacts that they were ticked in; `more` wait behind them."""

    person: Person
    contacts: Sequence[tuple[Contact | None, Sequence[Word]]]
    more: int


@require_safe
def prompts(request: Request) -> HttpResponse:
    """What waits for the viewer, gravest first, 10 children a page.

    A child may have dozens of words: each is confirmed or dropped with a button here, and has a page
    of its own for whatever else was seen. Two whole forms a word would be megabytes.
    """
    cases.permissions.check_can_review_prompts(by=request.user)
    after = _after(request)
    page = cases.queries.children_waiting(viewer=request.user, after=_rank(after))
    children = [_child(waiting) for waiting in page.children]
    looked(
        request,
        persons=[child.person.pk for child in children],
        records={"prompt": [p.pk for waiting in page.children for p in waiting.prompts[:SHOWN]]},
        ground="task",
    )
    context = {
        "children": children,
        "figures": cases.queries.prompts_waiting(viewer=request.user),
        "after": after,
        "next": _address(after=_written(page.next_after)) if page.next_after else "",
        "at": _shown(request.GET.get("at", ""), children),
    }
    return render(request, "desk/prompts/list.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: Request, prompt_id: int) -> HttpResponse:
    """Confirm or drop one word; by itself on a page where something typed was not right."""
    prompt = cases.queries.prompt(prompt_id, viewer=request.user)
    cases.permissions.check_can_review_prompts(by=request.user)
    if prompt.state != PromptState.WAITING:
        messages.info(request, f"{prompt.decided_by} has already {prompt.state} ‘{prompt.word}’.")
        return _back(request, prompt)
    indicators = list(cases.queries.indicators(viewer=request.user))
    nearest, allowed = cases.queries.meanings(prompt, indicators, viewer=request.user)
    sent = posted(request)
    drops = sent is not None and sent.get("decision") == "drop"
    word = _decision(prompt, nearest, allowed, None if drops else sent, sent if drops else None)
    form = word.drop if drops else word.confirm
    if form.is_valid():
        try:
            decided = _decide(prompt, form.cleaned_data, drops=drops, by=request.user)
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                # Decided meanwhile: that is no mistake of whoever decided second.
                messages.info(request, " ".join(error.messages))
                return _back(request, prompt)
            refusals.put(form, error)
        else:
            messages.success(request, _outcome(decided, request.user))
            return _back(request, prompt)
    looked(request, persons=[prompt.person_id], records={"prompt": prompt.pk}, ground="task")
    context = {"word": word, "after": _after(request), "form": form}
    return render(request, "desk/prompts/prompt.html", context, status=422 if form.errors else 200)


def _decide(prompt: Prompt, answers: dict[str, Any], *, drops: bool, by: User) -> Prompt:
    command = cases.commands.drop_prompt if drops else cases.commands.confirm_prompt
    return command(prompt, **answers, by=by)


def _outcome(prompt: Prompt, viewer: User) -> SafeString:
    """What was decided, without the child's name: a message waits in the browser."""
    decided = f"You {prompt.state} ‘{prompt.word}’ for {prompt.person.reference}."
    flag = getattr(prompt.observation, "flag", None)
    return format_html("{}{}", decided, _raised(flag, viewer) if flag else "")


def _raised(flag: Flag, viewer: User) -> SafeString:
    """The flag to answer now, or, where it is not the viewer's to open, who is to answer it."""
    said = f" It raised safeguarding flag F-{flag.pk}"
    try:
        cases.queries.flag(flag.pk, viewer=viewer)
    except NotVisible:
        call = flag.calls.select_related("user").order_by("-called_at", "-pk").first()
        if call is None:
            return format_html("{}.", said)
        rings = f"; ring {call.phone}" if call.phone else ""
        return format_html("{}. {} was called{}.", said, call.user or call.post, rings)
    return format_html('{}: <a href="{}">answer it now</a>.', said, reverse("flag", args=[flag.pk]))


def _back(request: Request, prompt: Prompt) -> HttpResponse:
    """To the list where it was left, at the child whose word was decided."""
    after = _after(request)
    place = {"after": after} if after else {}
    return redirect(f"{_address(**place, at=str(prompt.person_id))}#child-{prompt.person_id}")


def _after(request: Request) -> str:
    """Where in the list the viewer was, if what was sent says so."""
    sent: QueryDict = request.POST if request.method == "POST" else request.GET
    after = sent.get("after", "")
    return after if _rank(after) else ""


def _address(**query: str) -> str:
    return f"{reverse('prompts')}?{urlencode(query)}"


def _shown(typed: str, children: Iterable[Child]) -> int | None:
    """The child to come back to, if it is still on the page."""
    return next((c.person.pk for c in children if str(c.person.pk) == typed), None)


def _child(waiting: ChildWaiting) -> Child:
    contacts: dict[Contact | None, list[Word]] = {}
    for prompt in waiting.prompts[:SHOWN]:
        contacts.setdefault(prompt.told_in, []).append(Word(prompt))
    return Child(waiting.person, list(contacts.items()), max(len(waiting.prompts) - SHOWN, 0))


def _decision(
    prompt: Prompt,
    nearest: Sequence[Indicator],
    allowed: Sequence[Indicator] = (),
    confirms: QueryDict | None = None,
    drops: QueryDict | None = None,
) -> Decision:
    preset = {
        "indicator": prompt.indicator.code if prompt.indicator else "",
        "severity": Severity.CLEAR,
        "confidence": Confidence.REPORTED,
    }
    ids = f"prompt-{prompt.pk}-%s"
    return Decision(
        prompt,
        forms.ConfirmPrompt(
            confirms, nearest=nearest, allowed=allowed, initial=preset, auto_id=ids
        ),
        forms.DropPrompt(drops, auto_id=ids),
    )


def _written(rank: Rank) -> str:
    clock_at = (rank.due_at - EPOCH) // timedelta(microseconds=1)
    return f"{rank.gravity}-{clock_at}-{rank.person_id}"


def _rank(typed: str) -> Rank | None:
    """The rank that an address says; None for whatever is none."""
    found = AFTER.fullmatch(typed)
    if found is None:
        return None
    gravity, clock_at, person_id = (int(part) for part in found.groups())
    try:
        return Rank(gravity, EPOCH + timedelta(microseconds=clock_at), person_id)
    except OverflowError:
        return None
