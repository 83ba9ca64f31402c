"""Who acts on readings, and what went to the workers."""

from collections.abc import Callable

import pytest
from django.db import connection

import accounts.commands
from accounts.models import Role, User
from risk.commands import runs
from tests import factories


@pytest.fixture
def system(held_clock) -> User:
    return accounts.commands.system()


@pytest.fixture
def officer(system) -> User:
    return factories.user(Role.OFFICER)


@pytest.fixture
def sent(monkeypatch) -> Callable[[], list]:
    """Commits what the test's transaction asked for, and says what went to the workers."""
    messages: list = []
    monkeypatch.setattr(
        runs.current_app, "send_task", lambda name, args: messages.append((name, args))
    )

    def committed() -> list:
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _, callback, _ in waiting:
            callback()
        return messages

    return committed
