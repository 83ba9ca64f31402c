"""Who works here: invite people, give them roles, keep their training, let them go."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import accounts.commands
import accounts.queries
from accounts import forms, permissions
from accounts.models import Role, User
from desk import refusals
from desk.requests import Request, posted

# Of one list; whoever looks for somebody else narrows it.
MOST = 100


@require_safe
def people(request: Request) -> HttpResponse:
    """Everybody whom the viewer manages, narrowed by agency, team and role."""
    permissions.check(permissions.MANAGE_PEOPLE, by=request.user)
    form = forms.PeopleFilter(request.GET or None, viewer=request.user)
    asked = form.cleaned_data if form.is_valid() else {}
    found = list(accounts.queries.people_managed(**asked, viewer=request.user)[: MOST + 1])
    shown = found[:MOST]
    teams = accounts.queries.teams_of(shown, viewer=request.user)
    context = {
        "form": form,
        "people": [(user, teams.get(user.pk, [])) for user in shown],
        "more": len(found) > MOST,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/people/list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Invite somebody, with a first password that the administrator hands over."""
    permissions.check(permissions.MANAGE_PEOPLE, by=request.user)
    form = forms.Invite(posted(request), viewer=request.user)
    if form.is_valid():
        try:
            made = accounts.commands.invite_user(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{made} can sign in.")
            return redirect("person", made.pk)
    status = 422 if form.errors else 200
    return render(request, "desk/people/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def person(request: Request, user_id: int) -> HttpResponse:
    """One person: their roles, their training; or they leave the agency."""
    found = accounts.queries.person(user_id, viewer=request.user)
    change = request.POST.get("change", "") if request.method == "POST" else None
    typed = {name: request.POST if change == name else None for name in ("roles", "training")}
    roles = forms.Roles(typed["roles"], viewer=request.user, initial={"roles": found.roles})
    training = forms.Training(typed["training"], initial={"trained_until": found.trained_until})
    error = ""
    if change is not None:
        try:
            if done := _changed(request, found, change, roles, training):
                messages.success(request, done)
                return redirect("person", found.pk)
            error = "" if roles.errors or training.errors else "Choose what to change."
        except ValidationError as refused:
            error = " ".join(refused.messages)
    given = {role.value for role in permissions.roles_to_give(by=request.user)}
    context = {
        "person": found,
        "teams": accounts.queries.teams_of([found], viewer=request.user).get(found.pk, []),
        "roles": roles,
        "given_elsewhere": [Role(role) for role in found.roles if role not in given],
        "training": training,
        "is_own": found == request.user,
        "error": error,
    }
    status = 200 if change is None else 422
    return render(request, "desk/people/person.html", context, status=status)


def _changed(
    request: Request, found: User, change: str, roles: forms.Roles, training: forms.Training
) -> str:
    """What has been changed, in words; '' where nothing was, for what the forms say."""
    ways: dict[str, Callable[[], str]] = {
        "roles": lambda: _give_roles(request, found, roles),
        "training": lambda: _record_training(request, found, training),
        "leave": lambda: _leave(request, found),
    }
    return ways[change]() if change in ways else ""


def _give_roles(request: Request, found: User, form: forms.Roles) -> str:
    if not form.is_valid():
        return ""
    given = permissions.roles_to_give(by=request.user)
    # What the lead agency gave stays: it is not on a partner's form.
    kept = [Role(role) for role in found.roles if role not in given]
    try:
        accounts.commands.give_roles(found, [*form.cleaned_data["roles"], *kept], by=request.user)
    except ValidationError as error:
        refusals.put(form, error)
        return ""
    return f"The roles of {found} are changed."


def _record_training(request: Request, found: User, form: forms.Training) -> str:
    if not form.is_valid():
        return ""
    try:
        accounts.commands.record_training(
            found, form.cleaned_data["trained_until"], by=request.user
        )
    except ValidationError as error:
        refusals.put(form, error)
        return ""
    return f"The training of {found} is kept."


def _leave(request: Request, found: User) -> str:
    accounts.commands.leave_agency(found, by=request.user)
    return f"{found} has left: nothing is open to them any more."
