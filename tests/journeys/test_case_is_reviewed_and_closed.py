"""A lead worker reviews a case, does what is left to do, and closes it; the school then sees nothing."""

from datetime import timedelta

import pytest

import cases.commands
import clock
from tests import factories
from tests.browser import Visitor
from tests.partners.conftest import World, build_world


@pytest.fixture
def world(portal: str, held_clock: object) -> World:
    with clock.at(clock.now() - timedelta(weeks=6)):
        built = build_world()
        built.share(until=clock.now() + timedelta(days=200))
        cases.commands.set_action(
            built.place, what="Ask the breakfast club for a place", owner=built.lead_worker,
            due_on=clock.today() + timedelta(days=9), by=built.lead_worker,
        )  # fmt: skip
    return built


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_from_the_review_to_the_outcome(
    world: World, portal: str, browser: object, width: str
) -> None:
    lead = Visitor(browser, portal, width, "closing")
    page = lead.page

    def reads(words: str) -> None:
        """The page that says so is there."""
        page.get_by_text(words).first.wait_for()

    lead.signs_in(world.lead_worker.username, factories.PASSWORD)
    lead.looks("home")

    page.get_by_role("link", name=f"Review {world.case.reference}").click()
    reads("Who took part?")
    page.get_by_role("button", name="Keep the review").click()
    reads("There is a problem")
    lead.looks("review-refused")
    page.get_by_label("Who took part?").fill("Robin, Mum, Northfield Academy")
    page.get_by_label("What has changed for Robin?").fill("Eats breakfast, and is in school daily")
    page.get_by_label("In Robin’s own words").fill("Toast is the best part of the day")
    page.get_by_label("What has changed for Sam?").fill("Sleeps through the night")
    page.get_by_label("If Sam was not asked, why not?").fill("Asleep when we came")
    lead.looks("review")
    page.get_by_role("button", name="Keep the review").click()
    reads("The next one is due by 5 January 2027")
    lead.looks("reviewed")

    page.get_by_role("button", name="Close the case").click()
    reads("Before it can close")
    lead.looks("in-the-way")
    page.get_by_role("link", name="The action for Robin").click()
    page.get_by_label("What came of it?").fill("A place from Monday on")
    page.get_by_role("button", name="It is done").click()
    reads("The action is done")

    page.get_by_role("button", name="Close the case").click()
    reads("Why does it close?")
    lead.looks("close")
    page.get_by_role("button", name="Close the case").click()
    reads("There is a problem")
    lead.looks("close-refused")
    page.get_by_label("Needs met, and likely to stay so").check()
    page.get_by_label("What came of the help?").fill("Home is calm, and both are in school")
    for name in ("Robin", "Sam"):
        page.get_by_role("group", name=f"How many of {name}’s needs").get_by_label("Most").check()
        page.get_by_label(f"What stays in place for {name}?").fill("The breakfast club")
    page.get_by_role("button", name="Close the case").click()
    reads("Partners see nothing of it from now on")
    lead.looks("closed")
    lead.leaves()

    school = Visitor(browser, portal, width, "closing")
    school.signs_in(world.teacher.username, factories.PASSWORD)
    assert school.goes_to(f"/cases/{world.case.reference}") == 404
    school.leaves()
