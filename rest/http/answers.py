"""An answer as it goes out: JSON, rendered inside the transaction, with its tag."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from rest.http import limits


def answered(request: Request, content: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """The content as JSON. A read carries an ETag, and is 304 where If-None-Match names it."""
    return sent(request, JSONRenderer().render(content), status=status)


def sent(request: Request, body: bytes, *, status: int) -> HttpResponse:
    """The bytes as they are."""
    response: HttpResponseBase | None = HttpResponse(
        body, status=status, content_type="application/json"
    )
    if request.method in {"GET", "HEAD"}:
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        response["ETag"] = etag
        response = get_conditional_response(request._request, etag, response=response)
    assert isinstance(response, HttpResponse)
    limits.say(request, response)
    return response
