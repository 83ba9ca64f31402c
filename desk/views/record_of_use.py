"""Information governance: who used which record, when and why."""

import io
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

import accounts.queries
import audit.queries
import clock
import oversight.commands
from accounts.models import User
from audit.queries import Asked
from desk import entries as in_words
from desk import forms, paging, refusals
from desk.looks import looked
from desk.requests import Request
from oversight import permissions

# Of a file that is being made: so much is kept in memory, the rest on disk.
IN_MEMORY = 1024 * 1024


@require_safe
def entries(request: Request) -> HttpResponse:
    """The record of use by whom, of whom, when and what, newest first. A look here is recorded too."""
    permissions.check_can_read(by=request.user)
    return _console(request, _form(request))


@require_safe
def export(request: Request) -> HttpResponseBase:
    """What the same address finds, as a file: made whole inside the transaction, then sent."""
    permissions.check_can_read(by=request.user)
    form = _form(request)
    if not form.is_valid():
        return _console(request, form)
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the answer closes it)
    text = io.TextIOWrapper(cast(IO[bytes], file), "utf-8", newline="", write_through=True)
    try:
        asked = _asked(form, request.user)
        oversight.commands.export_entries(asked, to=text, by=request.user)
    except ValidationError as error:
        refusals.put(form, error)
        return _console(request, form)
    text.detach()
    file.seek(0)
    name = f"{oversight.commands.MARKING}-record-of-use-{clock.today().isoformat()}.csv"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )


def _form(request: Request) -> forms.RecordOfUse:
    viewer = request.user
    verbs = [(verb, in_words.in_list(verb)) for verb in audit.queries.words("verb", viewer=viewer)]
    agencies = audit.queries.words("agency", viewer=viewer)
    grounds = audit.queries.grounds(viewer=viewer)
    return forms.RecordOfUse(
        request.GET,
        kinds=[(kind.value, words) for kind, words in in_words.KINDS.items()],
        grounds=[(ground, ground.capitalize()) for ground in grounds],
        agencies=[(agency, agency) for agency in agencies],
        verbs=sorted(verbs, key=lambda each: each[1]),
    )


def _asked(form: forms.RecordOfUse, viewer: User) -> Asked:
    said = dict(form.cleaned_data)
    username, person = said.pop("user"), said.pop("record")
    user = accounts.queries.user_named(username, viewer=viewer) if username else None
    return Asked(username=username, user_id=user.pk if user else None, person=person, **said)


def _console(request: Request, form: forms.RecordOfUse) -> HttpResponse:
    """The page; without any entries where something asked for was wrong."""
    viewer = request.user
    context: dict[str, object] = {
        "form": form,
        "sealed": audit.queries.sealed_state(viewer=viewer),
        "query": request.GET.urlencode(),
    }
    asked = None
    if form.is_valid():
        asked = _asked(form, viewer)
        context |= _found(request, asked)
    looked(request, **_kept(asked), ground="audit")
    status = 422 if form.errors else 200
    return render(request, "desk/record_of_use/list.html", context, status=status)


def _found(request: Request, asked: Asked) -> dict[str, object]:
    viewer = request.user
    found = audit.queries.trail(asked, viewer=viewer)
    page = paging.by_moment(request, found, at="at")
    number, more = audit.queries.number(found, viewer=viewer)
    context: dict[str, object] = {
        "page": page,
        "lines": in_words.lines(page.rows, viewer=viewer),
        "number": number,
        "more": more,
        "most_exported": oversight.commands.MOST_EXPORTED,
    }
    if asked.user_id and asked.day:
        context["users_day"] = audit.queries.users_day(asked.user_id, asked.day, viewer=viewer)
    if asked.person is not None:
        context["of_child"] = audit.queries.of_child(asked.person, viewer=viewer)
    return context | {"asked": asked}


def _kept(asked: Asked | None) -> dict[str, Any]:
    """What was asked for, as the entry of this look keeps it; nothing of what was typed wrongly."""
    if asked is None:
        return {}
    return {
        "persons": [asked.person] if asked.person is not None else [],
        "records": asked.said,
    }
