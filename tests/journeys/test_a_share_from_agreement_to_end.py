"""A lead worker shares the chronology in the partner's own words; the agreement is suspended mid-session."""

import pytest

from tests import factories
from tests.browser import Visitor
from tests.partners.conftest import World, build_world

TYPED = "Robin was at 1 Sample Street with Dana, seen by an informant. Call 07700 900123"
WRITTEN = "Robin was out late with an older person"


@pytest.fixture
def world(portal: str, held_clock: object) -> World:
    built = build_world()
    built.sign(title="Attendance", purposes=["Attendance"], conditions=["safeguarding"])
    factories.contact(built.child, by=built.lead_worker, narrative=TYPED)
    return built


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_from_the_agreement_to_its_suspension(
    world: World, portal: str, browser: object, width: str
) -> None:
    lead, teacher, signer = (Visitor(browser, portal, width, "sharing") for _ in range(3))
    for visitor, user in (
        (lead, world.lead_worker),
        (teacher, world.teacher),
        (signer, world.signer),
    ):
        visitor.signs_in(user.username, factories.PASSWORD)
    shares(lead, world)
    reads(teacher, world)
    holds(lead)
    suspends(signer, world)
    # The page that was open shows nothing more when it is asked again.
    teacher.page.reload()
    assert WRITTEN not in teacher.reads()
    assert "Robin" not in teacher.reads()
    for visitor in (lead, teacher, signer):
        visitor.leaves()


def shares(lead: Visitor, world: World) -> None:
    page = lead.page
    lead.goes_to(f"/places/{world.place.pk}/shares/new")
    lead.looks("1-agreement")
    page.get_by_role("radio", name="Attendance").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Share with", exact=True).select_option(label="Northfield Academy")
    page.get_by_label("Purpose").select_option(label="Attendance")
    page.get_by_label("Public task", exact=False).check()
    page.get_by_role("radio", name="None of it is shared").check()
    page.get_by_label("Why is it necessary").fill("The school sees Robin every day.")
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_label("Why for safeguarding?").fill("Seen with older people")
    for name in ("Summary", "Chronology"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("checkbox", name="Plan", exact=True).uncheck()
    page.get_by_label("Summary for the partner").fill("Robin is often out late.")
    lead.looks("2-share")
    page.get_by_role("button", name="See it as they will").click()
    page.get_by_role("heading", name="What will they read of each line?").wait_for()
    lead.looks("3-lines")
    page.get_by_label("The heading and this text").check()
    page.get_by_role("button", name="See it as they will").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    lead.looks("4-still-marked")
    page.get_by_label("Text for the partner").fill(WRITTEN)
    page.get_by_role("button", name="See it as they will").click()
    page.get_by_role("button", name="Share it").wait_for()
    assert WRITTEN in lead.reads()
    assert "Dana" not in lead.reads()
    lead.looks("5-as-they-will-see-it")
    page.get_by_role("button", name="Share it").click()
    page.get_by_text("can now see what you chose").wait_for()
    lead.looks("6-case")


def reads(teacher: Visitor, world: World) -> None:
    teacher.goes_to(f"/children/{world.child.pk}")
    assert WRITTEN in teacher.reads()
    assert "Dana" not in teacher.reads()
    teacher.looks("7-school")


def holds(lead: Visitor) -> None:
    lead.goes_to("/shares")
    assert "Safeguarding" in lead.reads()
    lead.looks("8-who-holds-what")


def suspends(signer: Visitor, world: World) -> None:
    page = signer.page
    signer.goes_to("/agreements")
    page.get_by_role("link", name="Attendance").click()
    page.get_by_role("button", name="Suspend it").click()
    page.get_by_label("Why is it suspended?").wait_for()
    signer.looks("9-suspend")
    page.get_by_label("Why is it suspended?").fill("A laptop was lost")
    page.get_by_role("button", name="Suspend the agreement").click()
    page.get_by_text("The agreement is suspended").wait_for()
    signer.looks("10-suspended")
