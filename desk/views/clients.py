"""Programs of agencies that come in through the API: who they are, what they may do, their secrets."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import rest.commands
import rest.permissions
import rest.queries
from desk import refusals
from desk.requests import Request, posted
from rest import forms


@require_safe
def clients(request: Request) -> HttpResponse:
    """The clients that the viewer manages, the revoked ones too."""
    found = rest.queries.clients(viewer=request.user)
    return render(request, "desk/clients/list.html", {"clients": found})


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Register a client. Its secret stands on the answer, and nowhere after that."""
    rest.permissions.check_can_manage_clients(by=request.user)
    form = forms.Client(posted(request), viewer=request.user)
    if form.is_valid():
        try:
            client, secret = rest.commands.register_client(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            return _tell_secret(request, client, secret)
    status = 422 if form.errors else 200
    return render(request, "desk/clients/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def client(request: Request, client_id: int) -> HttpResponse:
    """One client: give it a new secret, or shut it out."""
    found = rest.queries.client(client_id, viewer=request.user)
    error = ""
    if request.method == "POST":
        if "revoke" in request.POST:
            rest.commands.revoke_client(found, by=request.user)
            return redirect("client", found.pk)
        if "renew" in request.POST:
            try:
                secret = rest.commands.renew_secret(found, by=request.user)
            except ValidationError as refused:
                error = refused.messages[0]
            else:
                return _tell_secret(request, found, secret)
        else:
            error = "Choose what to do with this client."
    context = {"client": found, "scopes": _scopes(request, found), "error": error}
    return render(request, "desk/clients/client.html", context, status=422 if error else 200)


def _tell_secret(request: Request, client: rest.queries.Client, secret: str) -> HttpResponse:
    # never_kept: accounts.middleware lets no browser keep a page of the signed-in.
    return render(request, "desk/clients/secret.html", {"client": client, "secret": secret})


def _scopes(request: Request, client: rest.queries.Client) -> list[str]:
    meanings = rest.queries.scopes(viewer=request.user)
    return [meanings[scope] for scope in client.scopes if scope in meanings]
