"""A request as the pages see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class Request(HttpRequest):
    """Somebody is signed in: accounts.middleware lets nobody else through to these pages."""

    user: User
    htmx: HtmxDetails
