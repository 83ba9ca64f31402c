"""An answer as it goes out: JSON, rendered inside the transaction, with its tag."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from rest.http import limits


class Answer(HttpResponse):
    """`told`: ids of the children whom it tells of, so that telling it again is recorded of them.
    `otherwise`: the body for a second try by a client that may be told of one of them no more."""

    told: tuple[int, ...] = ()
    otherwise: bytes = b""


def answered(
    request: Request,
    content: Mapping[str, Any],
    *,
    status: int = 200,
    told: Iterable[int] = (),
    otherwise: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The content as JSON. A read carries an ETag, and is 304 where If-None-Match names it."""
    response = sent(request, JSONRenderer().render(content), status=status)
    if isinstance(response, Answer):
        response.told = tuple(told)
        response.otherwise = JSONRenderer().render(otherwise) if otherwise else b""
    return response


def sent(request: Request, body: bytes, *, status: int) -> HttpResponse:
    """The bytes as they are."""
    response: HttpResponse = Answer(body, status=status, content_type="application/json")
    if request.method in {"GET", "HEAD"}:
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        held = parse_etags(request.headers.get("If-None-Match", ""))
        if "*" in held or etag in held or f"W/{etag}" in held:
            response = HttpResponseNotModified()
        response["ETag"] = etag
    limits.say(request, response)
    return response
