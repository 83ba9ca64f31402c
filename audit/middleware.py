"""Gives each request its id, and records what was refused."""

from collections.abc import Callable
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from audit import commands, context
from audit.denied import NotAllowed, NotVisible
from audit.models import Kind

BIGGEST_ID = 2**63 - 1


class Requests:
    """Entries written while a request is answered carry its id and address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = context.Request(uuid4(), request.META.get("REMOTE_ADDR") or None)
        token = context.current.set(known)
        try:
            response = self.get_response(request)
            # What a face answers itself is refused here: its transaction has ended by now.
            if refused := getattr(request, "refused", None):
                _record(request, *refused)
            return response
        finally:
            context.current.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """The view's transaction is rolled back by now, so this entry stands on its own."""
        if isinstance(exception, NotVisible | NotAllowed) and request.user.is_authenticated:
            _record(request, exception, request.user)


def _record(request: HttpRequest, exception: NotVisible | NotAllowed, by: commands.Actor) -> None:
    with transaction.atomic():
        assert request.resolver_match is not None, "a view has refused"
        commands.record(
            Kind.DENIED,
            request.resolver_match.view_name,
            persons=_children(exception.about),
            records=exception.about,
            by=by,
        )


def _children(about: dict[str, str]) -> list[int]:
    """The child that was asked for, there or not: under its id the attempt is found later."""
    asked = [about[kind] for kind in ("child", "person") if kind in about]
    return [
        int(ident)
        for ident in asked
        # The length first: an address may hold more digits than a number is read from.
        if len(ident) <= 19 and ident.isascii() and ident.isdigit() and int(ident) <= BIGGEST_ID
    ]
