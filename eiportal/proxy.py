"""Behind the TLS proxy every connection comes from the proxy: the record of use must name the client."""

from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponseBase


class ClientAddress:
    """Takes the client's address from the last X-Forwarded-For, which our own proxy wrote.

    What stands before the last was said by the client, who may say anything. Not in the demo and the
    tests, where nothing stands in front.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        said = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        # A zone (fe80::1%eth0) is a word of the proxy's machine: no database keeps it.
        said = said.partition("%")[0]
        if _is_address(said):
            request.META["REMOTE_ADDR"] = said
        return self.get_response(request)


def _is_address(said: str) -> bool:
    try:
        ip_address(said)
    except ValueError:
        return False
    return True
