"""How many requests a client may make in a minute, and how that is said.

The headers are those of the draft standard (draft-ietf-httpapi-ratelimit-headers): `RateLimit-Policy`
says the quota and its window, `RateLimit` what is left of it and for how many seconds; a 429 carries
`Retry-After`. A minute is a fixed window in Redis; without Redis nobody is held up.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

import clock

WINDOW = 60


@dataclass(frozen=True)
class Left:
    """What is left of a quota, and how many seconds its window still runs."""

    policy: str
    quota: int
    left: int
    seconds: int


class PerClient(BaseThrottle):
    """The requests of one client in this minute."""

    seconds: int | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user.pk:
            return True
        return self._counted(request, "client", str(request.user.pk), settings.API_RATE)

    def _counted(self, request: Request, policy: str, whose: str, quota: int) -> bool:
        window, gone = divmod(int(clock.now().timestamp()), WINDOW)
        self.seconds = WINDOW - gone
        try:
            number = _count(f"rate:{policy}:{whose}:{window}")
        except RedisError:
            return True
        left = Left(policy, quota, max(quota - number, 0), self.seconds)
        request._request.rate = left  # type: ignore[attr-defined]
        return number <= quota

    def wait(self) -> float | None:
        return self.seconds


class PerAddress(PerClient):
    """The tokens asked for from one address in this minute."""

    def allow_request(self, request: Request, view: Any) -> bool:
        address = request.META.get("REMOTE_ADDR") or "unknown"
        return self._counted(request, "address", address, settings.API_TOKEN_RATE)


def _count(key: str) -> int:
    cache.add(key, 0, timeout=WINDOW * 2)
    try:
        return int(cache.incr(key))
    except ValueError:
        # Gone between the two: the window has only begun.
        return 1


def say(request: Request, response: HttpResponse) -> None:
    """Put the headers on an answer, where something was counted."""
    rate: Left | None = getattr(request._request, "rate", None)
    if rate is not None:
        response["RateLimit-Policy"] = f'"{rate.policy}";q={rate.quota};w={WINDOW}'
        response["RateLimit"] = f'"{rate.policy}";r={rate.left};t={rate.seconds}'
