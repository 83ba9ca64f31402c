"""Who is on duty, now and tonight; the rota, and the hours of the week ahead without cover."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import accounts.commands
import accounts.queries
from accounts import forms, permissions
from accounts.queries.duty import STEPS
from desk import refusals
from desk.requests import Request, posted
from desk.templatetags.rota import step_in_words


@require_safe
def rota(request: Request) -> HttpResponse:
    """Whom to call now and tonight, every line of the rota, and its gaps."""
    viewer = request.user
    lines = list(accounts.queries.rota(viewer=viewer))
    context = {
        "now": accounts.queries.on_duty_now(viewer=viewer),
        "tonight": accounts.queries.on_duty_tonight(viewer=viewer),
        "lines": [
            (line, permissions.can_manage_people_of(line.user.agency, by=viewer)) for line in lines
        ],
        "gaps": accounts.queries.gaps(viewer=viewer),
        "can_manage": permissions.can(permissions.MANAGE_PEOPLE, by=viewer),
    }
    return render(request, "desk/rota/rota.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Put somebody on the rota."""
    permissions.check(permissions.MANAGE_PEOPLE, by=request.user)
    typed = posted(request)
    steps = [(step, step_in_words(step)) for step in STEPS]
    form = forms.Duty(typed, steps=steps, viewer=request.user)
    if form.is_valid():
        try:
            post = accounts.commands.post_duty(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{post.user} is on the rota.")
            return redirect("rota")
    status = 422 if form.errors else 200
    return render(request, "desk/rota/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def post(request: Request, post_id: int) -> HttpResponse:
    """One line of the rota: take it off."""
    found = accounts.queries.post(post_id, viewer=request.user)
    if request.method == "POST":
        accounts.commands.take_off_duty(found, by=request.user)
        messages.success(request, f"{found.user} is off the rota. Hours without cover stand below.")
        return redirect("rota")
    return render(request, "desk/rota/post.html", {"post": found})
