"""Signed out, every path is the sign-in page, whether it exists or not; signed in, the database is told who
asks. The API answers for itself."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

import asking
import clock

# What anybody may open; everything else asks who is there.
OPEN = ("/static/", "/health", "/sign-in", "/accessibility")
# Knows no session: a bearer token or 401, for any path beneath it (eiportal/api.py).
API = "/api/"


def never_kept(response: HttpResponseBase) -> HttpResponseBase:
    """No browser and no proxy keeps the page: Back after signing out must not show a child."""
    patch_cache_control(response, no_store=True, private=True)
    return response


class Asking:
    """Whoever is signed in asks the database, until the answer has been made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The API says it once it has read the token (rest.http.endpoints).
        if request.path.startswith(API) or not request.user.is_authenticated:
            return self.get_response(request)
        out_of_hours = not clock.in_working_hours(clock.now())
        with asking.viewer(request.user.pk, out_of_hours=out_of_hours):
            return self.get_response(request)


class SignInRequired:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API) or request.user.is_authenticated:
            return never_kept(self.get_response(request))
        if request.path.startswith(OPEN):
            return self.get_response(request)
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
