"""Answers the forms that assets/js/portal.js sends in the background.

A browser follows a redirect inside `fetch` by itself: the page after it would be fetched twice,
counted twice as a look at a record, and its 'Saved' message used up unseen. So a redirect is
answered with an empty response that only names the address, and the script goes there once.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

ASKED, GOAL = "X-Safe-Send", "X-Location"
SENT, SIGNED_OUT = 204, 401


class SafeSend:
    """Turns a redirect into 204 with X-Location; into 401 when it leads to the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.headers.get(ASKED) and response.status_code in {301, 302, 303, 307, 308}:
            goal = response["Location"]
            del response["Location"]
            signed_out = urlsplit(goal).path == resolve_url(settings.LOGIN_URL)
            response.status_code = SIGNED_OUT if signed_out else SENT
            response[GOAL] = goal
        return response
