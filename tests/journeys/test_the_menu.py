"""The menu on a narrow phone: by keyboard, and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import Role
from tests import factories
from tests.browser import PATIENCE


@pytest.fixture
def narrow(portal: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone of 320 px whose owner, of information governance, has signed in."""
    user = factories.user(Role.INFORMATION_GOVERNANCE)
    context = browser.new_context(
        viewport={"width": 320, "height": 700}, java_script_enabled=request.param
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{portal}/sign-in")
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    context.close()


@pytest.mark.parametrize("narrow", [True], indirect=True)
def test_by_keyboard_the_menu_opens_and_leads_to_all_pages(narrow: Page) -> None:
    menu = narrow.get_by_role("button", name="Menu")
    menu.focus()
    narrow.keyboard.press("Enter")
    links = narrow.get_by_role("navigation", name="Menu").get_by_role("link")
    links.last.wait_for()
    for _ in range(links.count()):
        narrow.keyboard.press("Tab")
    narrow.keyboard.press("Enter")
    narrow.wait_for_url("**/pages")
    narrow.get_by_role("link", name="Retention").click()
    narrow.wait_for_url("**/retention")


@pytest.mark.parametrize("narrow", [False], indirect=True)
def test_without_a_script_all_links_stand_there(narrow: Page) -> None:
    assert not narrow.get_by_role("button", name="Menu").is_visible()
    narrow.get_by_role("link", name="All pages").click()
    narrow.get_by_role("link", name="Agreements").click()
    narrow.wait_for_url("**/agreements")
