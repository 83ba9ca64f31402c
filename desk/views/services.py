"""What help there is here, who offers it, what is known of it; and the keeping of that list."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from desk import refusals
from desk.requests import Request, posted
from interventions import commands, forms, permissions, queries
from interventions.models import Service
from interventions.quoting import quotes


def services(request: Request) -> HttpResponse:
    """The directory: those that take new children, then those that do not."""
    permissions.check_can_see_services(by=request.user)
    known = list(queries.services(viewer=request.user))
    context = {
        "open": [(each, quotes(each.approach.ratings)) for each in known if not each.closed_at],
        "closed": [each for each in known if each.closed_at],
        "can_manage": permissions.can_manage_services(by=request.user),
    }
    return render(request, "desk/services/list.html", context)


def service(request: Request, service_id: int) -> HttpResponse:
    """One service, with every rating that is known of its kind of help."""
    permissions.check_can_see_services(by=request.user)
    found = queries.service(service_id, viewer=request.user)
    context = {
        "service": found,
        "quotes": quotes(found.approach.ratings),
        "can_change": permissions.can_manage_services_of(found.provider, by=request.user),
    }
    return render(request, "desk/services/service.html", context)


def new_service(request: Request) -> HttpResponse:
    """Put a service in the list."""
    permissions.check_can_manage_services(by=request.user)
    typed = posted(request)
    form = forms.OfferService(typed, viewer=request.user)
    if form.is_valid():
        try:
            made = commands.offer_service(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{made} is in the list.")
            return redirect("service", made.pk)
    status = 422 if form.errors else 200
    return render(request, "desk/services/new.html", {"form": form}, status=status)


def change_service(request: Request, service_id: int) -> HttpResponse:
    """Change what a service says, or close it to new children."""
    permissions.check_can_manage_services(by=request.user)
    found = queries.service(service_id, viewer=request.user)
    permissions.check_can_manage_services_of(found.provider, by=request.user)
    typed = posted(request)
    form = forms.ChangeService(typed, initial=_says(found))
    if form.is_valid():
        try:
            commands.change_service(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, "The service is changed.")
            return redirect("service", found.pk)
    context = {"service": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/services/change.html", context, status=status)


def _says(service: Service) -> dict[str, object]:
    said = ("name", "description", "youngest", "oldest", "capacity", "unit_cost")
    return {field: getattr(service, field) for field in said} | {
        "takes_children": service.closed_at is None
    }
