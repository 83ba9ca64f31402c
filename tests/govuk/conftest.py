"""A small site of these tests' own."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.govuk import pages

OWN = {
    "ROOT_URLCONF": "tests.govuk.pages",
    "LOGIN_URL": "sign_in",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
    "MIDDLEWARE": [
        "csp.middleware.CSPMiddleware",
        "govuk.middleware.SafeSend",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
}


@pytest.fixture
def own_pages() -> Iterator[None]:
    """The site of tests/govuk/pages.py: our templates, the portal's content policy, no database."""
    [engine] = settings.TEMPLATES
    processors = [
        "django.template.context_processors.request",
        "django.contrib.messages.context_processors.messages",
        "tests.govuk.pages.site",
    ]
    templates = [engine | {"OPTIONS": {"context_processors": processors}}]
    with override_settings(**OWN, TEMPLATES=templates):
        yield


@pytest.fixture
def site(own_pages: None) -> Iterator[str]:
    """The address of that site, served."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    pages.received.clear()
    pages.answers.clear()
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    thread.join()
