"""Behind the proxy, the record of use names the client's address and nothing that the client made up."""

import pytest
from django.http import HttpRequest, HttpResponse

from eiportal.proxy import ClientAddress

PROXY = "172.18.0.5"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("10.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("203.0.113.7, nobody", PROXY),
        ("", PROXY),
        (None, PROXY),
    ],
)
def test_the_client_is_who_the_proxy_says_last(forwarded: str | None, address: str) -> None:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = PROXY
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ClientAddress(answer)(request)
    assert seen == [address]
