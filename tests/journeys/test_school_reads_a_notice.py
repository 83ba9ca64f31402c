"""Police tell a school of a night at home, and somebody there sees to it before the school day."""

from datetime import UTC, datetime

import pytest

import clock
from cases.models import Contact
from tests import factories
from tests.browser import Visitor
from tests.partners.conftest import World, build_world
from tests.partners.notices.sending import abuse

EVENING = datetime(2026, 11, 27, 21, 40, tzinfo=UTC)  # a Friday
MONDAY = datetime(2026, 11, 30, 7, 50, tzinfo=UTC)


@pytest.fixture
def world(portal: str, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def contact(world: World) -> Contact:
    factories.safe_to_tell(
        world.child, "Mum by day", never="Dad must not know that school was told"
    )
    with clock.at(EVENING):
        return abuse(world, world.child, world.sibling, narrative="Dad threw a plate at Mum")


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_a_school_reads_a_notice_before_the_school_day(
    world: World, contact: Contact, portal: str, browser: object, width: str
) -> None:
    with clock.at(EVENING):
        reference = _is_told(world, contact, portal, browser, width)
    with clock.at(MONDAY):
        _sees_to_it(world, reference, portal, browser, width)
        _learns_of_it(world, contact, portal, browser, width)


def _is_told(world: World, contact: Contact, portal: str, browser: object, width: str) -> str:
    police = Visitor(browser, portal, width, "notice")
    page = police.page
    police.signs_in(world.lead_worker.username, factories.PASSWORD)
    police.goes_to(f"/contacts/{contact.pk}")
    assert "the notice is due before 30 November 2026 at 08:30" in police.reads()
    police.looks("contact")
    page.get_by_role("button", name="Send a notice to the school").click()
    page.get_by_text("Dad must not know that school was told").wait_for()
    police.looks("new")
    page.get_by_role("button", name="See it as they will").click()
    page.get_by_text("There is a problem").wait_for()
    police.looks("new-refused")
    page.get_by_label("I have read who may be told").check()
    page.get_by_role("radio", name="Robin Example").check()
    page.get_by_label("Who is told?").select_option("Northfield Academy")
    page.get_by_label("What should they know?").fill(
        "Police came to a row at home on Friday night. Robin was upstairs and said: I held the dog."
    )
    page.get_by_label("Do not speak to the family about it").check()
    page.get_by_role("button", name="See it as they will").click()
    page.get_by_text("As Northfield Academy will see it").wait_for()
    assert "plate" not in police.reads()
    police.looks("preview")
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("is on its way to Northfield Academy").wait_for()
    police.looks("sent")
    reference = page.get_by_role("link", name="N-").first.inner_text()
    police.leaves()
    return str(reference)


def _sees_to_it(world: World, reference: str, portal: str, browser: object, width: str) -> None:
    school = Visitor(browser, portal, width, "notice")
    page = school.page
    school.signs_in(world.teacher.username, factories.PASSWORD)
    page.get_by_role("heading", name="Notices: a child needs you to know").wait_for()
    school.looks("school-my-work")
    school.goes_to("/notices")
    page.get_by_role("heading", name="To see to").wait_for()
    school.looks("school-list")
    page.get_by_role("link", name=f"Robin Example, {reference}").click()
    page.get_by_text("I held the dog").wait_for()
    assert "Do not speak to the family about it" in school.reads()
    assert "plate" not in school.reads()
    school.looks("school-notice")
    page.get_by_label("A word back to the sender").fill("We meet Robin at the gate")
    page.get_by_role("button", name="We see to it").click()
    page.get_by_text("Lee Leader has been told").wait_for()
    school.looks("school-acknowledged")
    # It opens nothing else of the child.
    assert school.goes_to(f"/children/{world.child.pk}") == 404
    school.leaves()


def _learns_of_it(world: World, contact: Contact, portal: str, browser: object, width: str) -> None:
    police = Visitor(browser, portal, width, "notice")
    police.signs_in(world.lead_worker.username, factories.PASSWORD)
    police.goes_to(f"/contacts/{contact.pk}")
    police.page.get_by_role("link", name="N-").first.click()
    police.page.get_by_text("Northfield Academy says: We meet Robin at the gate").wait_for()
    police.looks("answered")
    police.page.get_by_role("button", name="Recall this notice").click()
    police.page.get_by_label("Why do you recall this notice?").wait_for()
    police.looks("recall")
    police.leaves()
