"""assets/js/portal.js in a browser, and how the pages look to axe."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.browser import PATIENCE
from tests.govuk import pages

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = ["/", "/contact", "/sign-in", "/accessibility", "/nowhere"]
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
# The page's, in milliseconds.
AFTER_LAST_KEY = 800


@pytest.fixture
def tab(browser: Any, site: str) -> Iterator[Any]:
    """A phone's tab on the site; it fails the test when the console spoke of an error.

    Its time stands still: what the page does after a while, it does when the test says so.
    """
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 844})
    context.clock.install(time=NOW - timedelta(minutes=1))
    context.clock.pause_at(NOW)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.expected = []
    yield page
    unexpected = [e for e in errors if not any(re.search(known, e) for known in page.expected)]
    context.close()
    assert not unexpected


def kinds() -> list[str]:
    return [kind for kind, _ in pages.received]


def wait_for(tab: Any, condition: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE / 1000
    while not condition():
        assert monotonic() < until, "it did not happen"
        tab.wait_for_timeout(50)


def opens(tab: Any, path: str) -> None:
    """Open a page; the design system's components are started in it."""
    tab.goto(path)
    tab.evaluate(STARTED)


def status(tab: Any) -> str:
    return tab.locator(".app-draft-status").inner_text()


# The page awaits the same two and has waited for longer.
STARTED = """Promise.all(
    ["govuk-frontend", "moj-frontend"].map((id) => import(document.getElementById(id).href)),
).then(() => null)"""


# Looks


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_axe_finds_nothing_and_nothing_spills_over(tab, width):
    tab.expected = ["404"]
    tab.clock.resume()  # axe waits now and then
    tab.set_viewport_size({"width": width, "height": 844})
    for path in PATHS:
        opens(tab, path)
        found = tab.evaluate(
            AXE.read_text() + f";axe.run({{runOnly: {RULES}}})"
            ".then(all => all.violations.map(v => [v.id, ...v.nodes.map(n => n.html)]))"
        )
        assert found == [], path
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_axe_finds_nothing_in_a_form_with_errors(tab):
    tab.clock.resume()
    opens(tab, "/contact")
    tab.get_by_label("No", exact=True).last.check()
    tab.get_by_role("button", name="Save contact").click()
    tab.wait_for_selector(".govuk-error-summary")
    found = tab.evaluate(
        AXE.read_text() + f";axe.run({{runOnly: {RULES}}})"
        ".then(all => all.violations.map(v => [v.id, ...v.nodes.map(n => n.html)]))"
    )
    assert found == []


def test_the_components_of_the_design_system_are_started(tab):
    opens(tab, "/contact")
    assert tab.get_by_text("You have 500 characters remaining").first.is_visible()
    assert tab.get_by_role("button", name="Show password").is_visible()
    assert tab.get_by_role("button", name="Menu").is_visible()


def test_what_opens_beneath_a_choice_opens_with_it(tab):
    opens(tab, "/contact")
    reason = tab.get_by_label("Why not?")
    assert not reason.is_visible()
    told = tab.get_by_role("group", name="Have you told the family?")
    told.get_by_label("No", exact=True).check()
    assert reason.is_visible()
    told.get_by_label("Yes").check()
    assert not reason.is_visible()


# Drafts


def test_a_draft_is_saved_after_the_last_key_and_the_time_said(tab):
    tab.goto("/contact")
    for letter in "Stone":
        tab.get_by_label("Surname").press_sequentially(letter)
        tab.clock.run_for(AFTER_LAST_KEY - 1)
    assert kinds() == []
    tab.clock.run_for(1)
    wait_for(tab, lambda: kinds() == ["draft"])
    assert pages.received[0][1]["surname"] == "Stone"
    wait_for(tab, lambda: re.fullmatch(r"Draft saved at \d\d:\d\d", status(tab)) is not None)
    assert tab.locator(".app-draft-status").get_attribute("role") == "status"


def test_a_draft_is_saved_when_the_page_is_left_at_once(tab):
    tab.add_init_script(
        "const plain = fetch;"
        "window.fetch = (url, how) => { localStorage.outlives = how.keepalive; return plain(url, how); }"
    )
    tab.goto("/contact")
    tab.get_by_label("Surname").fill("Stone")
    tab.goto("/")
    wait_for(tab, lambda: kinds() == ["draft"])
    assert tab.evaluate("localStorage.outlives") == "true"


def test_without_signal_the_words_stay_and_are_saved_when_it_is_back(tab):
    tab.expected = ["ERR_INTERNET_DISCONNECTED"]
    opens(tab, "/contact")
    tab.context.set_offline(True)
    tab.get_by_label("Surname").fill("Stone")
    tab.clock.run_for(AFTER_LAST_KEY)
    wait_for(tab, lambda: status(tab) == "Not saved: no signal. Your words are still here.")
    assert kinds() == []
    tab.context.set_offline(False)
    # On a machine that has no network at all the browser never says this by itself.
    tab.evaluate("dispatchEvent(new Event('online'))")
    wait_for(tab, lambda: set(kinds()) == {"draft"})
    wait_for(tab, lambda: status(tab).startswith("Draft saved"))


def test_signed_out_meanwhile_the_draft_says_so(tab):
    tab.expected = ["401"]
    pages.answers.append(401)
    tab.goto("/contact")
    tab.get_by_label("Surname").fill("Stone")
    tab.clock.run_for(AFTER_LAST_KEY)
    wait_for(tab, lambda: "signed out" in status(tab))
    assert tab.get_by_label("Surname").input_value() == "Stone"


# Sending


def test_two_clicks_send_once_and_the_next_page_says_what_became_of_it(tab):
    opens(tab, "/contact")
    tab.get_by_label("Surname").fill("Stone")
    tab.get_by_role("button", name="Save contact").dblclick()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/")
    assert tab.get_by_text("Contact saved").is_visible()
    assert kinds().count("contact") == 1
    # A draft that came after it would bring the sent form back to life.
    assert kinds()[-1] == "contact"


def test_errors_take_the_place_of_the_page(tab):
    opens(tab, "/contact")
    tab.get_by_label("Day").first.fill("31")
    tab.get_by_role("button", name="Save contact").click()
    tab.wait_for_selector(".govuk-error-summary")
    assert tab.title().startswith("Error: ")
    assert tab.evaluate("document.activeElement.className") == "govuk-error-summary"
    tab.get_by_role("link", name="Enter surname").click()
    assert tab.evaluate("document.activeElement.id") == "id_surname"
    # What was sent too soon for a draft is saved now.
    tab.clock.run_for(AFTER_LAST_KEY)
    wait_for(tab, lambda: kinds() == ["contact", "draft"])
    # The page that came is alive: it can be put right and sent.
    tab.get_by_label("Day").first.fill("")
    tab.get_by_label("Surname").fill("Stone")
    tab.get_by_role("button", name="Save contact").click()
    tab.wait_for_url("**/")
    assert kinds().count("contact") == 2


def test_without_signal_the_page_stays_and_can_be_sent_again_once(tab):
    tab.expected = ["ERR_INTERNET_DISCONNECTED"]
    opens(tab, "/contact")
    tab.get_by_label("Surname").fill("Stone")
    tab.context.set_offline(True)
    send = tab.get_by_role("button", name="Save contact")
    send.click()
    banner = tab.get_by_text("Could not be sent. Nothing is lost. Try again when you have signal.")
    banner.wait_for()
    assert tab.get_by_label("Surname").input_value() == "Stone"
    assert send.is_enabled()
    tab.context.set_offline(False)
    send.click()
    tab.wait_for_url("**/")
    assert kinds().count("contact") == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [(500, "could not take this just now"), (401, "signed out"), (403, "signed out")],
)
def test_what_the_portal_could_not_take_stays_on_the_page(tab, answer, words):
    tab.expected = [str(answer)]
    pages.answers.append(answer)
    opens(tab, "/contact")
    tab.get_by_label("Surname").fill("Stone")
    tab.get_by_role("button", name="Save contact").click()
    tab.get_by_text(words).first.wait_for()
    assert tab.get_by_label("Surname").input_value() == "Stone"
    tab.get_by_role("button", name="Save contact").click()
    tab.wait_for_url("**/")


def test_signed_in_again_in_another_tab_the_form_can_be_sent(tab, site):
    """Signing in changes the token that the page was given."""
    opens(tab, "/contact")
    new = "n" * 32
    tab.context.add_cookies([{"name": "csrftoken", "value": new, "url": site}])
    tab.get_by_label("Surname").fill("Stone")
    tab.get_by_role("button", name="Save contact").click()
    tab.wait_for_url("**/")


def test_without_the_script_the_form_is_sent_all_the_same(browser, site):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    tab.goto("/contact")
    assert tab.get_by_label("Name", exact=True).count() == 2
    assert tab.get_by_label("Name", exact=True).last.is_visible()
    tab.get_by_role("group", name="Have you told the family?").get_by_label(
        "No", exact=True
    ).check()
    tab.get_by_label("Why not?").fill("Not safe to tell")
    tab.get_by_label("Surname").fill("Stone")
    tab.get_by_role("button", name="Save contact").click()
    tab.get_by_text("Contact saved").wait_for()
    context.close()


# Another child


def test_another_child_opens_at_the_button_and_has_the_focus(tab):
    opens(tab, "/contact")
    add = tab.get_by_role("button", name="Add another child")
    assert not tab.locator("#child-1").is_visible()
    add.click()
    assert tab.evaluate("document.activeElement.id") == "child-1"
    add.click()
    assert tab.locator("#child-2").is_visible()
    assert "contact" not in kinds()


def test_when_no_more_are_folded_the_server_is_asked(tab):
    opens(tab, "/contact")
    tab.get_by_label("Surname").fill("Stone")
    for _ in range(3):
        tab.get_by_role("button", name="Add another child").click()
    wait_for(tab, lambda: "contact" in kinds())
    assert next(sent for kind, sent in pages.received if kind == "contact")["add_child"] == "yes"
