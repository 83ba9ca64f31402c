"""What all tests share: a database of one's own, the portal served to a browser, signed-in clients."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.test import Client, override_settings
from hypothesis import settings

import asking
import clock
import tools.databases
from accounts.models import User
from eiportal.celery import app
from eiportal.environment import celery_url
from tests import databases

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
# Each worker has a Redis database of its own, or tests with a real Celery worker would share a queue.
# Their processes find it in the environment; this process has read its settings by now, see below.
os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].split('?')[0]}?db={int(WORKER[2:]) % 15}"
# No test writes into the demo's anchors: tests of anchors name places of their own.
os.environ["PORTAL_AUDIT_ANCHOR"] = ""
# The browser library keeps an event loop in the test's thread; the portal itself is all synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A test looks at everything; who signs in within it, and `asking.viewer`, see what is theirs.
asking.process("test")

# The same examples in every run and on every machine, whoever is slow; `--hypothesis-profile default`
# looks for others.
settings.register_profile("portal", settings.get_profile("ci"))
settings.load_profile("portal")

# A working Tuesday, inside hours.
TODAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def plain_settings() -> Iterator[None]:
    """Static files without a manifest, passwords hashed quickly, no limits of the API."""
    app.conf.broker_url = celery_url(os.environ["REDIS_URL"])
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        # While the clock is held all tests are of one minute; tests/rest/test_limits.py sets its own.
        API_RATE=10**6,
        API_TOKEN_RATE=10**6,
        AUDIT_ANCHORS=[],
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """Instead of pytest-django's: the app's role may not create tables, the owner does."""
    with django_db_blocker.unblock():
        databases.build_template()
        databases.copy_template(databases.mine(WORKER))
        tools.databases.point_to(databases.mine(WORKER))
    yield
    with django_db_blocker.unblock():
        tools.databases.point_to(databases.mine(WORKER))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        databases.drop_all()


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """For tests whose work is committed (threads, servers, workers): a fresh database afterwards."""
    with django_db_blocker.unblock():
        yield
        databases.copy_template(databases.mine(WORKER))


@pytest.fixture
def held_clock() -> Iterator[datetime]:
    """The portal lives at 10:30 on Tuesday 24 November 2026."""
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A test client of a user."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


@contextmanager
def served() -> Iterator[str]:
    """The portal on a port of its own, in a thread of this process (so that it shares the clock)."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.db import connections
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()
        connections.close_all()


@pytest.fixture
def portal(committing: None) -> Iterator[str]:
    """The address of a served portal whose work is committed and undone afterwards."""
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for all tests of a process: the library allows no second."""
    from playwright.sync_api import sync_playwright

    from tools import chromium

    chromium.use_our_node()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(**chromium.launch_options())
        yield launched
        launched.close()
