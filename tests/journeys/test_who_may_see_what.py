"""Who may see a child changes in the middle of the working day: a share ends under its reader's hands,
a record is restricted, an officer breaks the glass for an hour, and information governance asks why."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

import clock
from accounts.models import Role
from partners.models import Share
from tests import factories
from tests.browser import Visitor
from tests.partners.conftest import SUMMARY, World, build_world

LAST_WORDS = "No other record that you can open. Worried? Call the hub on"
REASON = "She is missing and was seen with a man at the station"


@pytest.fixture
def world(portal: str, held_clock: object) -> World:
    factories.user(Role.SUPERVISOR, username="olga", name="Olga Reyes")
    factories.user(Role.OFFICER, username="asha", name="Asha Verma")
    factories.user(Role.INFORMATION_GOVERNANCE, username="gov", name="Gil Govern")
    built = build_world()
    built.share()
    return built


@pytest.fixture
def opened(portal: str, browser: object) -> Iterator[ExitStack]:
    with ExitStack() as leaving:
        yield leaving


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_what_is_open_closes_and_what_opens_is_asked_about(
    world: World, opened: ExitStack, portal: str, browser: object, width: str
) -> None:
    def visit(username: str) -> Visitor:
        visitor = Visitor(browser, portal, width, "who-may-see")
        opened.callback(visitor.leaves)
        visitor.signs_in(username, factories.PASSWORD)
        return visitor

    loses_the_share(visit(world.teacher.username), visit(world.lead_worker.username), world)
    governance, officer = visit("gov"), visit("asha")
    restricts(governance, world)
    searches_in_vain(officer)
    breaks_the_glass(officer, world)
    with clock.at(clock.now() + timedelta(minutes=61)):
        # The session of a shift that went on elsewhere has ended too: signed in anew, it is gone.
        assert visit("asha").goes_to(f"/children/{world.child.pk}") == 404
    reviews(governance)


def loses_the_share(teacher: Visitor, lead: Visitor, world: World) -> None:
    """The page is open when the share ends; the next one that is asked for is not found."""
    record = f"/children/{world.child.pk}"
    teacher.goes_to("/shared")
    assert "Robin" in teacher.reads()
    teacher.goes_to(record)
    assert SUMMARY in teacher.reads()
    teacher.looks("1-shared")
    lead.goes_to(f"/shares/{_share(world)}/end")
    lead.page.get_by_label("Why does this share end?").fill("The family moved school")
    lead.looks("2-ending")
    lead.page.get_by_role("button", name="End the share").click()
    lead.page.get_by_text("They see nothing of it now").wait_for()
    assert teacher.goes_to(record) == 404
    assert "Robin" not in teacher.reads()
    teacher.looks("3-not-found")
    teacher.goes_to("/")
    assert "Robin" not in teacher.reads()
    teacher.looks("4-my-work")


def _share(world: World) -> int:
    return Share.objects.get(place=world.place).pk


def restricts(governance: Visitor, world: World) -> None:
    page = governance.page
    governance.goes_to("/restrictions/new")
    page.get_by_label("Which record?").fill(world.child.reference)
    page.get_by_role("radio", name="Restricted").check()
    page.get_by_label("Why?").fill("Her mother works here")
    page.get_by_label("Who owns it?").fill("olga")
    page.get_by_label("Who on its list").fill("olga")
    governance.looks("5-restrict")
    page.get_by_role("button", name="Restrict the record").click()
    page.get_by_text("is for its named list alone").wait_for()
    assert "Robin" not in governance.reads()
    governance.looks("6-restricted")


def _types_who(officer: Visitor) -> None:
    page = officer.page
    page.locator("main [name=surname]").fill("Example")
    page.locator("main [name=forenames]").fill("Robin")
    for part, number in (("day", "4"), ("month", "5"), ("year", "2013")):
        page.locator(f"main [name=date_of_birth-{part}]").fill(number)


def searches_in_vain(officer: Visitor) -> None:
    officer.goes_to("/search")
    _types_who(officer)
    officer.page.locator("main form button").click()
    officer.page.get_by_text(LAST_WORDS).wait_for()
    officer.looks("7-no-other-record")


def breaks_the_glass(officer: Visitor, world: World) -> None:
    page = officer.page
    assert officer.goes_to(f"/children/{world.child.pk}") == 404
    officer.goes_to("/break-glass")
    _types_who(officer)
    page.get_by_label("Why do you need this record now?").fill(REASON)
    officer.looks("8-break-glass")
    page.get_by_role("button", name="Break the glass").click()
    page.get_by_text("this record is open to you until").wait_for()
    assert "Robin Example" in officer.reads()
    officer.looks("9-opened")


def reviews(governance: Visitor) -> None:
    page = governance.page
    governance.goes_to("/break-glass/reviews")
    governance.looks("10-tries")
    page.locator("main table a").first.click()
    page.get_by_text(REASON).wait_for()
    assert "Robin" not in governance.reads()
    page.get_by_label("Right: it was needed").check()
    page.get_by_label("In words").fill("Found the same evening; her owner was told")
    governance.looks("11-review")
    page.get_by_role("button", name="Keep the review").click()
    page.get_by_text("You have reviewed").wait_for()
