"""In and out, and what anybody may open."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from redis.exceptions import ConnectionError as RedisDown

import clock
from accounts.models import Role, User
from audit.models import Entry, Kind
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")

WRONG = "The user name or the password is not right"
LOCKED = "Too many tries. Wait 15 minutes, or call"


@pytest.fixture
def officer() -> User:
    return factories.user(Role.OFFICER, username="asha")


def try_in(client: Client, username: str, password: str, **more: str) -> HttpResponse:
    return client.post("/sign-in", {"username": username, "password": password, **more})


def test_signed_out_the_page_asks_who_is_there(client: Client) -> None:
    answer = client.get("/sign-in", {"next": "/search"})
    assert answer.status_code == 200
    assert '<input type="hidden" name="next" value="/search">' in answer.content.decode()


def test_the_right_password_goes_to_the_page_that_was_asked_for(
    client: Client, officer: User
) -> None:
    client.get("/sign-in")
    answer = try_in(client, "asha", factories.PASSWORD, next="/search?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/search?x=1")
    entry = Entry.objects.get(verb="sign in")
    assert (entry.username, entry.kind) == ("asha", Kind.CONSULTATION)


def test_signing_in_changes_the_session_key(client: Client, officer: User) -> None:
    session = client.session
    session["kept"] = "yes"
    session.save()
    before = session.session_key
    try_in(client, "asha", factories.PASSWORD)
    assert client.session.session_key != before
    assert not client.session.exists(before)


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http://[", ""]
)
def test_nobody_is_sent_elsewhere(client: Client, officer: User, goal: str) -> None:
    answer = try_in(client, "asha", factories.PASSWORD, next=goal)
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("username", "password"), [("asha", "wrong"), ("nobody", "wrong"), ("gone", factories.PASSWORD)]
)
def test_a_wrong_name_a_wrong_password_and_somebody_who_left_hear_the_same(
    client: Client, officer: User, username: str, password: str
) -> None:
    gone = factories.user(Role.OFFICER, username="gone")
    gone.is_active = False
    gone.save()
    answer = try_in(client, username, password)
    assert answer.status_code == 422
    assert WRONG in answer.content.decode()
    assert Entry.objects.filter(kind=Kind.DENIED, verb="sign in").count() == 1


@pytest.mark.parametrize("username", ["asha", "nobody"])
def test_five_wrong_tries_lock_for_a_quarter_of_an_hour(
    client: Client, officer: User, held_clock: datetime, username: str
) -> None:
    said = [try_in(client, username, "wrong").content.decode() for _ in range(5)]
    assert [LOCKED in page for page in said] == [False, False, False, False, True]
    locked = try_in(client, username, factories.PASSWORD)
    assert LOCKED in locked.content.decode()
    assert "_auth_user_id" not in client.session
    with clock.at(held_clock + timedelta(minutes=16)):
        answer = try_in(client, username, factories.PASSWORD)
    assert answer.status_code == (302 if username == "asha" else 422)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"username": "asha"},
        {"username": "as\x00ha", "password": "x"},
        {"username": "x" * 5000, "password": "x"},
    ],
)
def test_what_cannot_be_right_is_refused_at_the_field(client: Client, typed: dict) -> None:
    answer = client.post("/sign-in", typed)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


def test_whoever_is_in_goes_to_their_work(signed_in: object, officer: User) -> None:
    client = signed_in(officer)
    assert client.get("/sign-in")["Location"] == "/"
    assert try_in(client, "asha", "wrong")["Location"] == "/"


def test_out_is_posted_and_ends_the_session(signed_in: object, officer: User) -> None:
    client = signed_in(officer)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/search")["Location"].startswith("/sign-in")


def test_whoever_has_left_is_out_at_once(signed_in: object, officer: User) -> None:
    client = signed_in(officer)
    officer.is_active = False
    officer.save()
    assert client.get("/search")["Location"].startswith("/sign-in")


def test_the_accessibility_statement_is_open_to_anybody(client: Client) -> None:
    assert client.get("/accessibility").status_code == 200


def test_health_when_all_is_well(client: Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.content) == (200, b"database: ok\nredis: ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_health_names_what_does_not_answer(client: Client) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        answer = client.get("/health")
    assert (answer.status_code, answer.content) == (503, b"database: no answer\nredis: ok\n")
    with patch("desk.views.account.cache.get", side_effect=RedisDown("gone")):
        answer = client.get("/health")
    assert (answer.status_code, answer.content) == (503, b"database: ok\nredis: no answer\n")
