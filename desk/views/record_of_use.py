"""Information governance: who used which record, when and why."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import audit.queries
from accounts import permissions
from desk import entries as in_words
from desk import forms, paging
from desk.looks import looked
from desk.requests import Request


@require_safe
def entries(request: Request) -> HttpResponse:
    """The record of use by user, child's record and day, newest first. A look here is recorded too."""
    permissions.check(permissions.READ_AUDIT, by=request.user)
    form = forms.RecordOfUse(request.GET)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        user, record, day = form.asked
        found = audit.queries.trail(viewer=request.user, person=record, username=user, day=day)
        page = paging.by_moment(request, found, at="at")
        context |= {"page": page, "lines": in_words.lines(page.rows, viewer=request.user)}
    looked(request, **_asked(form), ground="audit")
    status = 422 if form.errors else 200
    return render(request, "desk/record_of_use/list.html", context, status=status)


def _asked(form: forms.RecordOfUse) -> dict[str, Any]:
    """What was asked for, as the entry of this look keeps it; nothing of what was typed wrongly."""
    if not form.is_valid():
        return {}
    user, record, day = form.asked
    asked = {"user name": user, "day": day.isoformat() if day else ""}
    return {
        "persons": [record] if record else [],
        "records": {name: value for name, value in asked.items() if value},
    }
