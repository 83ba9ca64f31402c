"""A view of the API: one address, one method, one scope."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from rest_framework import request as drf
from rest_framework.decorators import api_view

import asking
import clock
from accounts.models import User
from rest.http.once import once

View = Callable[..., HttpResponse]


class Request(drf.Request):
    """A request as an endpoint sees it: a client is there, as the user that it acts as."""

    user: User
    auth: Any


def endpoint(method: str, *, scope: str | None = None) -> Callable[[View], View]:
    """Make a function of (request, ...) an endpoint. A POST is done once for its Idempotency-Key."""

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            # Read whole before anything parses it: what is too large is refused here.
            if len(request._request.body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                raise RequestDataTooBig
            out_of_hours = not clock.in_working_hours(clock.now())
            with (
                asking.viewer(request.user.pk, out_of_hours=out_of_hours)
                if scope
                else nullcontext()
            ):
                if method == "POST":
                    return once(request, request.user, lambda: view(request, *args, **kwargs))
                return view(request, *args, **kwargs)

        face: Any = api_view([method])(cast(Any, answer))
        face.cls.scope = scope
        face.cls.http_method_names = [method.lower()]
        return cast(View, face)

    return wrap
