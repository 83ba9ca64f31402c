"""Who restricts a record, and who owns it."""

import pytest

from accounts.models import Role, User
from tests import factories


@pytest.fixture
def governance() -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE)


@pytest.fixture
def owner() -> User:
    return factories.user(Role.SUPERVISOR, name="Owner")
