"""The access table's world, built once a module: each test works on it within a savepoint, and is undone.

It takes a second to build. Whatever a test asks for beside it (`db`, `held_clock`) is that test's own.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import clock
from accounts.models import User
from tests.access import out_of_ground, world
from tests.conftest import TODAY
from tests.databases import undone

Build = Callable[[], world.World]


def standing(blocker: object, build: Build) -> Iterator[world.World]:
    """What was built stands, uncommitted, until the module ends."""
    with blocker.unblock(), undone():
        with clock.at(TODAY):
            made = build()
        yield made


def as_new(made: world.World) -> world.World:
    """The world for one test: its users as they stand in the database, without what another test read."""
    found = User.objects.in_bulk([user.pk for user in made.users.values()])
    users = {name: found[user.pk] for name, user in made.users.items()}
    return replace(made, users=users, ids=dict(made.ids))


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: object) -> Iterator[world.World]:
    yield from standing(django_db_blocker, world.build)


@pytest.fixture(scope="module")
def once_beside(django_db_setup: None, django_db_blocker: object) -> Iterator[world.World]:
    """The same, and a family, agencies and people out of everybody's ground."""
    yield from standing(django_db_blocker, lambda: out_of_ground.beside(world.build()))


@pytest.fixture
def the_world(once: world.World, db: None, held_clock: object) -> world.World:
    return as_new(once)


@pytest.fixture
def the_world_beside(once_beside: world.World, db: None, held_clock: object) -> world.World:
    return as_new(once_beside)
