"""Signed out, every path is the sign-in page, whether it exists or not; signed in, the database is told who
asks. The API answers for itself."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

import asking

# What anybody may open, by its very path, and what pages are made of; everything else asks who is there.
OPEN = frozenset({"/health", "/sign-in", "/accessibility"})
FILES = "/static/"
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
        with asking.viewer(request.user.pk):
            return self.get_response(request)


class SignInRequired:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API) or request.user.is_authenticated:
            return never_kept(self.get_response(request))
        if request.path in OPEN or request.path.startswith(FILES):
            return self.get_response(request)
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
