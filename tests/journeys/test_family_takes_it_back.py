"""A family agrees to help, a school is asked and answers, its words go further, and the family takes
its agreement back: decided the same day, and the school sees nothing more."""

import pytest

from tests import factories
from tests.browser import Visitor
from tests.partners.conftest import World, build_world
from tests.partners.test_contributions import OPEN


@pytest.fixture
def world(portal: str, held_clock: object) -> World:
    built = build_world()
    built.share()
    built.share(agency=built.charity, sections=OPEN)
    return built


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_from_yes_to_no(world: World, portal: str, browser: object, width: str) -> None:
    lead, school = (Visitor(browser, portal, width, "agreement-to-help") for _ in range(2))
    lead.signs_in(world.lead_worker.username, factories.PASSWORD)
    school.signs_in(world.teacher.username, factories.PASSWORD)
    case = f"/cases/{world.case.reference}"

    lead.goes_to(f"/places/{world.place.pk}/consents/new")
    page = lead.page
    page.get_by_label("Yes, they agreed").check()
    page.get_by_label("The young person").check()
    page.get_by_label("To whom did they say it?").fill("Lee Leader, lead worker")
    for part, number in (("Day", "23"), ("Month", "11"), ("Year", "2026")):
        page.get_by_role("group", name="When?").get_by_label(part).fill(number)
    page.get_by_label("We ask again on a day").check()
    for part, number in (("Day", "1"), ("Month", "3"), ("Year", "2027")):
        page.get_by_role("group", name="Ask again on").get_by_label(part).fill(number)
    page.get_by_role("button", name="Record it").click()
    page.get_by_text("under 16 no agreement is kept without it").first.wait_for()
    lead.looks("without-competence")
    page.get_by_label("How do you know that the child").fill("She says what it is for")
    page.get_by_label("Who judged that?").fill("Nurse Novak")
    page.get_by_role("button", name="Record it").click()
    page.get_by_text("What the family said is recorded").wait_for()
    lead.looks("agreed")

    page.get_by_role("link", name="Ask an agency what it knows about Robin").click()
    page.get_by_label("Who do you ask?").select_option("Northfield Academy")
    page.get_by_label("What do you ask for?").fill("How often is he late?")
    page.get_by_label("Why do you need to know?").fill("To see whether breakfast helps")
    for part, number in (("Day", "27"), ("Month", "11"), ("Year", "2026")):
        page.get_by_role("group", name="By when?").get_by_label(part).fill(number)
    lead.looks("asking")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Northfield Academy has been asked").wait_for()
    lead.looks("asked")

    school.goes_to("/")
    school.looks("asked-of-us")
    school.page.get_by_role("link", name="Robin Example").first.click()
    school.page.get_by_label("We know something").check()
    school.page.get_by_label("What do you know?").fill("Twice since half-term")
    school.looks("answering")
    school.page.get_by_role("button", name="Answer").click()
    school.page.get_by_text("has been told").wait_for()

    lead.goes_to(case)
    page.get_by_role("link", name="Pass it on").click()
    page.get_by_label("Open Door").check()
    page.get_by_label("No", exact=True).check()
    lead.looks("passing-on")
    page.get_by_label("Why is it passed on").fill("They walk him to school")
    page.get_by_role("button", name="Pass it on").click()
    page.get_by_text("It is passed on").wait_for()

    page.get_by_role("link", name="They have taken it back").click()
    page.get_by_label("Whoever holds parental responsibility").check()
    page.get_by_label("How do you know?").fill("Mum rang Lee this morning")
    lead.looks("taken-back")
    page.get_by_role("button", name="Record it, and decide").click()
    page.get_by_text("Decide today what follows").wait_for()
    lead.looks("to-decide")
    school.goes_to(f"/children/{world.child.pk}")
    school.page.get_by_text("What follows is being decided").wait_for()
    school.looks("undecided")
    lead.goes_to("/")
    lead.looks("my-work")
    page.get_by_role("link", name="Decide what follows").click()
    page.get_by_label("What is the danger to the child?").fill("Low: he eats at school")
    page.get_by_label("Help ends").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("Sharing has ended").wait_for()
    lead.looks("decided")
    assert school.goes_to(f"/children/{world.child.pk}") == 404

    page.get_by_role("link", name="Decide not to share about Robin").click()
    page.get_by_label("Not to share with").select_option("Open Door")
    page.get_by_label("What was asked for").fill("They asked whether he is well")
    page.get_by_label("What harm could come").fill("His brother volunteers there")
    for part, number in (("Day", "1"), ("Month", "2"), ("Year", "2027")):
        page.get_by_role("group", name="When is this looked at").get_by_label(part).fill(number)
    lead.looks("not-sharing")
    page.get_by_role("button", name="Decide not to share").click()
    page.get_by_text("is not told").wait_for()
    lead.looks("not-shared")
    for visitor in (lead, school):
        visitor.leaves()
