"""Who works here: invite people, give them roles, keep their training and home postcode, let them go."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import accounts.commands
import accounts.queries
import oversight.commands
import oversight.queries
from accounts import forms, permissions
from accounts.models import Role, User
from desk import refusals
from desk.requests import Request, posted
from govuk.forms import Form
from oversight.forms import Home

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
    """One person: their roles, training, home postcode; or they leave the agency."""
    found = accounts.queries.person(user_id, viewer=request.user)
    change = request.POST.get("change", "") if request.method == "POST" else None
    forms_typed = _typed(request, found, change)
    error = ""
    if change is not None:
        try:
            if done := _changed(request, found, change, forms_typed):
                messages.success(request, done)
                return redirect("person", found.pk)
            said = any(form.errors for form in forms_typed.values())
            error = "" if said else "Choose what to change."
        except ValidationError as refused:
            error = " ".join(refused.messages)
    given = {role.value for role in permissions.roles_to_give(by=request.user)}
    context = {
        "person": found,
        "teams": accounts.queries.teams_of([found], viewer=request.user).get(found.pk, []),
        **forms_typed,
        "given_elsewhere": [Role(role) for role in found.roles if role not in given],
        "home_kept_at": oversight.queries.home_postcode_kept_at(found, viewer=request.user),
        "is_own": found == request.user,
        "error": error,
    }
    status = 200 if change is None else 422
    return render(request, "desk/people/person.html", context, status=status)


def _typed(request: Request, found: User, change: str | None) -> dict[str, Form]:
    """The forms of the page, by what they change: the one that was sent as it was typed."""
    typed = {
        name: request.POST if change == name else None for name in ("roles", "training", "home")
    }
    return {
        "roles": forms.Roles(typed["roles"], viewer=request.user, initial={"roles": found.roles}),
        "training": forms.Training(
            typed["training"], initial={"trained_until": found.trained_until}
        ),
        "home": Home(typed["home"]),
    }


def _changed(request: Request, found: User, change: str, typed: dict[str, Form]) -> str:
    """What has been changed, in words; '' where nothing was, for what the forms say."""
    ways: dict[str, Callable[[], str]] = {
        "roles": lambda: _give_roles(request, found, typed["roles"]),
        "training": lambda: _record_training(request, found, typed["training"]),
        "home": lambda: _keep_home_postcode(request, found, typed["home"]),
        "no home": lambda: _remove_home_postcode(request, found),
        "leave": lambda: _leave(request, found),
    }
    return ways[change]() if change in ways else ""


def _give_roles(request: Request, found: User, form: Form) -> str:
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


def _record_training(request: Request, found: User, form: Form) -> str:
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


def _keep_home_postcode(request: Request, found: User, form: Form) -> str:
    if not form.is_valid():
        return ""
    try:
        oversight.commands.keep_home_postcode(found, form.cleaned_data["postcode"], by=request.user)
    except ValidationError as error:
        refusals.put(form, error)
        return ""
    # The same words whatever was kept before.
    return f"The digest of the home postcode of {found} is kept. They are told on My work."


def _remove_home_postcode(request: Request, found: User) -> str:
    oversight.commands.remove_home_postcode(found, by=request.user)
    return f"No home postcode of {found} is kept."


def _leave(request: Request, found: User) -> str:
    accounts.commands.leave_agency(found, by=request.user)
    return f"{found} has left: nothing is open to them any more."
