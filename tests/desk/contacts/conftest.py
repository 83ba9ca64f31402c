"""An officer at her browser, a child who is known, and a contact of hers."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import Role, User
from cases.models import (
    Contact,
    Person,
)
from tests import factories


@pytest.fixture
def asha(db: None) -> User:
    return factories.user(Role.OFFICER, username="asha", name="Asha Rahman")


@pytest.fixture
def client(signed_in: object, asha: User) -> Client:
    return signed_in(asha)


@pytest.fixture
def robin(db: None) -> Person:
    return factories.child("Robin", "Example", born=date(2013, 5, 4))


@pytest.fixture
def contact(asha: User, robin: Person) -> Contact:
    return factories.contact(robin, by=asha)
