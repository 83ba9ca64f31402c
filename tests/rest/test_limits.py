"""So many requests a minute: each client its own, said in the headers, forgotten with the minute."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from redis.exceptions import ConnectionError as NoRedis

import clock
from tests.conftest import TODAY
from tests.rest.api import ask_for_token, machine

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def a_fresh_minute(settings: object) -> None:
    """Nobody else counts here: the tests of all workers share a Redis, and the minute of a held clock.

    Nothing is emptied: Celery's queues stand there too.
    """
    only = settings.CACHES["default"] | {"KEY_PREFIX": str(uuid4())}
    settings.CACHES = {"default": only}


def test_a_client_that_asks_too_often_is_told_when_to_come_again(settings: object) -> None:
    with clock.at(TODAY + timedelta(seconds=20)):
        one, other = machine(), machine()
        settings.API_RATE = 2
        first = one.get("/me")
        assert first["RateLimit-Policy"] == '"client";q=2;w=60'
        assert first["RateLimit"] == '"client";r=1;t=40'
        assert one.get("/me").status_code == 200
        refused = one.get("/me")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert refused["Retry-After"] == "40"
        assert refused["RateLimit"] == '"client";r=0;t=40'
        assert other.get("/me").status_code == 200
    with clock.at(TODAY + timedelta(minutes=1)):
        assert one.get("/me").status_code == 200


def test_tokens_are_limited_by_address(settings: object) -> None:
    with clock.at(TODAY):
        known = machine()
        settings.API_TOKEN_RATE = 2  # the first was asked for by `machine`
        assert ask_for_token(known.client.client_id, "wrong").status_code == 401
        refused = ask_for_token(known.client.client_id, known.secret)
        assert (refused.status_code, refused["Retry-After"]) == (429, "60")


@pytest.mark.usefixtures("held_clock")
def test_without_redis_nobody_is_held_up(settings: object) -> None:
    one = machine()
    settings.API_RATE = 0
    with patch("rest.http.limits.cache.add", side_effect=NoRedis):
        assert one.get(f"/services?limit=1&x={uuid4()}").status_code == 200
