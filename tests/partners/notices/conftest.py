"""A manager at the school of the partners' world."""

import pytest

from accounts.models import Role, User
from tests import factories
from tests.partners.conftest import World


@pytest.fixture
def manager(world: World) -> User:
    return factories.user(Role.PARTNER_MANAGER, agency=world.school, name="Mo Manager")
