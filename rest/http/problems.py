"""What went wrong, as RFC 9457 says it: one shape for every refusal, with a code that stays.

No problem ever quotes what was sent: answers are logged and shown, and what was sent is of children.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as CommandRefused
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.views import set_rollback

from audit.denied import NotAllowed, NotVisible
from rest.http import limits
from rest.http.scopes import InsufficientScope

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs/"

# code: (status, title). What each means and what to do stands on the docs page under its code.
CODES = {
    "malformed": (400, "The body cannot be read"),
    "invalid": (400, "Some of what was sent cannot be taken"),
    "not_signed_in": (401, "A bearer token is needed"),
    "insufficient_scope": (403, "The client does not have the scope for this"),
    "not_allowed": (403, "The client's agency may not do this"),
    "not_found": (404, "There is nothing here that you can open"),
    "method_not_allowed": (405, "This address does not answer to that method"),
    "key_used": (409, "The idempotency key was used for another request"),
    "too_large": (413, "The body is too large"),
    "media_type": (415, "The body must be JSON"),
    "too_many_requests": (429, "Too many requests"),
    "fault": (500, "The portal could not answer"),
}


class Problem(exceptions.APIException):
    """A refusal by its code. `detail` says what to do."""

    def __init__(self, code: str, detail: str, **errors: tuple[str, str]) -> None:
        super().__init__(detail, code)
        self.status_code = CODES[code][0]
        self.code = code
        self.errors = [Error(field, *said) for field, said in errors.items()]


@dataclass(frozen=True)
class Error:
    """What is wrong at one field: a path such as `children.0.surname`, in words, and a code."""

    field: str
    reason: str
    code: str


def answer(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. None for what is no refusal: that is a fault, and a 500."""
    request = context["request"]
    found = _told(exception)
    if found is None:
        return None
    set_rollback()
    code, detail, errors = found
    if isinstance(exception, NotVisible | NotAllowed | InsufficientScope) and request.user.pk:
        # Recorded by audit.middleware once this transaction has ended.
        request._request.refused = (exception, request.user)
    response = _problem(code, detail, errors)
    if isinstance(exception, exceptions.APIException):
        if header := getattr(exception, "auth_header", None):
            response["WWW-Authenticate"] = header
        if wait := getattr(exception, "wait", None):
            response["Retry-After"] = str(int(wait))
    if isinstance(exception, InsufficientScope):
        response["WWW-Authenticate"] = (
            f'Bearer realm="api", error="insufficient_scope", scope="{exception.scope}"'
        )
    limits.say(request, response)
    return response


def _told(exception: Exception) -> tuple[str, str, list[Error]] | None:
    """The problem's code, what to do, and what is wrong at which field."""
    match exception:
        case Problem():
            return exception.code, str(exception.detail), exception.errors
        case InsufficientScope():
            return "insufficient_scope", str(exception.detail), []
        case exceptions.ValidationError():
            return "invalid", "Correct what is named and send it again.", [*_at(exception.detail)]
        case CommandRefused():
            errors = [*_refused(exception)]
            return "invalid", "Correct what is named and send it again.", errors
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return "not_signed_in", "Ask for a token at /api/v1/token and send it along.", []
        case exceptions.Throttled():
            return "too_many_requests", "Wait as long as Retry-After says.", []
        case exceptions.MethodNotAllowed():
            return "method_not_allowed", "The header Allow names the methods.", []
        case exceptions.UnsupportedMediaType():
            return "media_type", "Send the content type that the documentation names.", []
        case exceptions.ParseError():
            return "malformed", "Send valid JSON in UTF-8.", []
        case RequestDataTooBig():
            return "too_large", "Send less at once.", []
        case NotAllowed() | exceptions.PermissionDenied() | PermissionDenied():
            return "not_allowed", "Ask whoever manages the portal's clients.", []
        # One answer, whether it is there or not.
        case Http404() | exceptions.NotFound():
            return "not_found", "Check the address, and whether your agency still has a ground.", []
    return None


def fault() -> HttpResponse:
    """What a client reads when something breaks in the portal: never a page, and nothing of why."""
    return _problem(
        "fault",
        "It is not your request. Send it again in a moment, with the same Idempotency-Key; call "
        "whoever runs the portal if it goes on.",
        [],
    )


def _problem(code: str, detail: str, errors: list[Error]) -> HttpResponse:
    number, title = CODES[code]
    content = {
        "type": f"{DOCS}#{code}",
        "title": title,
        "status": number,
        "detail": detail,
        "code": code,
        "errors": [vars(error) for error in errors],
    }
    return HttpResponse(JSONRenderer().render(content), status=number, content_type=MEDIA_TYPE)


def _at(detail: Any, path: str = "") -> Iterator[Error]:
    """DRF's nested errors, flat, each at its path."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = "" if name == "non_field_errors" else str(name)
            yield from _at(inner, ".".join(part for part in (path, here) if part))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            is_item = isinstance(inner, dict | list)
            yield from _at(inner, f"{path}.{position}".strip(".") if is_item else path)
    else:
        yield Error(path, str(detail), getattr(detail, "code", "invalid"))


def _refused(error: CommandRefused) -> Iterator[Error]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: [error]}
    for name, refused in by_field.items():
        for each in refused:
            for reason in each.messages:
                field = "" if name == NON_FIELD_ERRORS else name
                yield Error(
                    field, reason, each.code if hasattr(each, "code") and each.code else "invalid"
                )
