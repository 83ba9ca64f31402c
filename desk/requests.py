"""A request as the pages see it."""

from django.http import HttpRequest, QueryDict
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class Request(HttpRequest):
    """Somebody is signed in: accounts.middleware lets nobody else through to these pages."""

    user: User
    htmx: HtmxDetails


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where its page is only opened."""
    return request.POST if request.method == "POST" else None
