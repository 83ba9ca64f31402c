"""Teams: who is in them, and who supervises them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import accounts.commands
import accounts.queries
from accounts import forms, permissions
from accounts.models import Team, User
from audit.denied import NotVisible
from desk import refusals
from desk.requests import Request, posted


@require_safe
def teams(request: Request) -> HttpResponse:
    """The teams of every agency, or of the viewer's own."""
    found = accounts.queries.teams_managed(viewer=request.user)
    return render(request, "desk/teams/list.html", {"teams": found})


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Form a team."""
    permissions.check(permissions.MANAGE_PEOPLE, by=request.user)
    form = forms.NewTeam(posted(request), viewer=request.user)
    if form.is_valid():
        typed = form.cleaned_data
        kind = typed.pop("kind")
        try:
            made = accounts.commands.form_team(
                **typed, is_hub=kind == "hub", is_duty_team=kind == "duty", by=request.user
            )
        except ValidationError as error:
            refusals.put(form, error)
        else:
            return redirect("team", made.pk)
    status = 422 if form.errors else 200
    return render(request, "desk/teams/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def team(request: Request, team_id: int) -> HttpResponse:
    """One team: put somebody in it, take somebody out of it, name its supervisor."""
    found = accounts.queries.team(team_id, viewer=request.user)
    change = request.POST.get("change", "") if request.method == "POST" else None
    if change is not None:
        permissions.check_can_manage_team(found, by=request.user)
    members = list(accounts.queries.members(found, viewer=request.user))
    join = forms.Join(request.POST if change == "join" else None, team=found, viewer=request.user)
    supervisor = forms.Supervisor(
        request.POST if change == "supervisor" else None,
        members=members,
        initial={"supervisor": found.supervisor_id},
    )
    error = ""
    if change is not None:
        try:
            if done := _changed(request, found, change, members, join, supervisor):
                messages.success(request, done)
                return redirect("team", found.pk)
            error = "" if join.errors or supervisor.errors else "Choose what to change."
        except ValidationError as refused:
            error = " ".join(refused.messages)
    context = {
        "team": found,
        "members": members,
        "join": join,
        "supervisor": supervisor,
        "can_manage": permissions.can_manage_team(found, by=request.user),
        "sees_all": request.user.agency.is_lead,
        "error": error,
    }
    status = 200 if change is None else 422
    return render(request, "desk/teams/team.html", context, status=status)


def _changed(
    request: Request,
    team: Team,
    change: str,
    members: list[User],
    join: forms.Join,
    supervisor: forms.Supervisor,
) -> str:
    """What has been changed, in words; '' where nothing was, for what the forms say."""
    if change == "leave":
        return _leave(request, team, members)
    form = {"join": join, "supervisor": supervisor}.get(change)
    if form is None or not form.is_valid():
        return ""
    (user,) = form.cleaned_data.values()
    try:
        if change == "join":
            accounts.commands.join_team(user, team, by=request.user)
            return f"{user} is in the team."
        accounts.commands.name_supervisor(team, user, by=request.user)
    except ValidationError as error:
        refusals.put(form, error)
        return ""
    return f"{user} supervises the team."


def _leave(request: Request, team: Team, members: list[User]) -> str:
    typed = request.POST.get("user", "")
    user = next((each for each in members if str(each.pk) == typed), None)
    if user is None:
        raise NotVisible("member", typed)
    accounts.commands.leave_team(user, team, by=request.user)
    return f"{user} has left the team."
