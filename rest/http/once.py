"""Safe twice: a request that a client names by an Idempotency-Key is done once.

Two at once: the second waits until the first has ended, then is given its answer. The first died
half-way: its transaction left nothing, so the second does the work. What was refused is not kept:
corrected, it may be sent under the same key.
"""

import hashlib
import re
from collections.abc import Callable

from django.http import HttpResponse
from rest_framework.request import Request

import audit.commands
import rest.commands
import rest.queries
from accounts.models import User
from audit.denied import NotVisible
from audit.models import Kind
from rest.http.answers import Answer, sent
from rest.http.problems import Problem
from rest.models import IdempotentRequest
from rest.signals import answering_again

HEADER = "Idempotency-Key"
KEY = re.compile("[!-~]{1,255}")


def once(request: Request, user: User, work: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of the work, or the answer that it had the first time, byte for byte; where that tells
    of a child of whom the client may be told no more, the one that tells of none.

    Problem 400 without a key, 409 for a key that was used for something else.
    """
    key = request.headers.get(HEADER, "")
    if not KEY.fullmatch(key):
        said = (
            "Send a key of 1 to 255 visible ASCII characters, a new one for each request.",
            "key",
        )
        raise Problem(
            "invalid", "Name the request, so that sending it twice is safe.", **{HEADER: said}
        )
    named = f"{request.method} {request.path}"[:200]
    body_hash = hashlib.sha256(request.body).hexdigest()
    rest.commands.await_turn(key, by=user)
    first = rest.queries.kept_answer(key, viewer=user)
    if first is None:
        response = work()
        rest.commands.keep_answer(
            key,
            request=named,
            body_hash=body_hash,
            status=response.status_code,
            answer=response.content.decode(),
            told=response.told if isinstance(response, Answer) else (),
            otherwise=response.otherwise.decode() if isinstance(response, Answer) else "",
            by=user,
        )
        return response
    if (first.request, first.body_hash) != (named, body_hash):
        raise Problem("key_used", "Use a new key for a new request, or send the first one again.")
    body, told = _again(first, viewer=user)
    audit.commands.record(
        Kind.DISCLOSURE, "api answer again", persons=told, records={"request": first.pk}, by=user
    )
    response = sent(request, body.encode(), status=first.status)
    response["Idempotent-Replayed"] = "true"
    return response


def _again(first: IdempotentRequest, *, viewer: User) -> tuple[str, list[int]]:
    """What the client is answered now, and whom that tells of. NotVisible where there is nothing to say."""
    try:
        answering_again.send(sender=type(first), persons=first.told, viewer=viewer)
    except NotVisible:
        if not first.otherwise:
            raise
        return first.otherwise, []
    return first.answer, first.told
