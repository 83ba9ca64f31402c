"""Every address of the portal. Nouns; each is in tests/access/test_matrix.py or test_api_matrix.py."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.defaults import server_error

import rest.http.problems

# The pages first: they register how references are written in addresses.
urlpatterns = [path("", include("desk.urls")), path("api/", include("eiportal.api"))]


def handler500(request: HttpRequest) -> HttpResponse:
    """Something broke: a problem for a program, a page for a person."""
    if request.path.startswith("/api/"):
        return rest.http.problems.fault()
    return server_error(request)
