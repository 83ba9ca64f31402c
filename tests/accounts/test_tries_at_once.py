"""Many wrong passwords sent at once: no more of them are tried than one after another."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.test import Client

import accounts.queries
from accounts.models import Role, SignInAttempt
from tests import factories


def test_no_more_than_five_passwords_are_tried(committing: None, held_clock: object) -> None:
    username = factories.user(Role.OFFICER).username

    def wrong(number: int) -> None:
        try:
            Client().post("/sign-in", {"username": username, "password": f"wrong{number}"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(15) as threads:
        list(threads.map(wrong, range(15)))
    assert SignInAttempt.objects.count() == accounts.queries.ATTEMPTS
