"""A commander reads the figures of an area on a screen, on a phone and on paper: the charts draw."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

import accounts.commands
import cases.commands
import clock
import insights.commands
import referrals.commands
from accounts.models import Role
from cases.models import Case
from referrals.models import Referral
from tests import factories
from tests.browser import Visitor
from tests.insights import world


def a_year_and_a_half(town: world.Town) -> None:
    """Contacts of eighteen months, one month with many more; some referred, some helped."""
    chance = Random(20261124)
    kinds = ("Child concern", "Missing person", "Anti-social behaviour", "School incident")
    children = [factories.child(f"Child{n}") for n in range(60)]
    for n, child in enumerate(children):
        for code in ("SCH01", "EXP01", "FAM01")[: n % 4]:
            cases.commands.observe(
                child,
                factories.indicator(code),
                observed_on=clock.today(),
                source="form",
                by=town.officer,
            )
    for months_ago in range(18, -1, -1):
        start = datetime(2026, 11, 1, 9, tzinfo=UTC) - timedelta(days=30.4 * months_ago)
        for n in range(chance.randint(9, 14) + (22 if months_ago == 4 else 0)):
            with clock.at(start + timedelta(days=n % 20, hours=n % 5)):
                child = chance.choice(children)
                contact = factories.contact(child, by=town.officer, area=town.harbour)
                world.complete(contact)
                type(contact).objects.filter(pk=contact.pk).update(
                    contact_type=chance.choice(kinds)
                )
                if n % 4 == 0:
                    referred = world.refer(contact, child, town.officer)
                    if n % 8 == 0:
                        accept(referred, town, chance.randint(0, 9))


def accept(referral: Referral, town: world.Town, days: int) -> None:
    with clock.at(min(clock.now() + timedelta(days=days), world.moment(11, 24, 9))):
        case = referrals.commands.accept(
            referral, reason="Needs a lead worker", answer="Thank you", family_name="Example",
            team=town.case.team, lead_worker=town.lead, by=town.hub_worker,
        )  # fmt: skip
        place = case.places.get()
        enrolment = world.enrol(place, town.lead, clock.now())
        enrolment.sessions.create(
            held_at=clock.now() + timedelta(days=days), attendance="attended",
            recorded_at=clock.now() + timedelta(days=days), recorded_by=town.lead,
        )  # fmt: skip
    world.measure(enrolment, world.scale(reliable_change=2), 3, 3 + days % 5, town.lead)
    if days % 2:
        Case.objects.filter(pk=case.pk).update(
            closed_at=clock.now(), closed_by=town.lead, closing_reason="needs met", outcome="Better"
        )
        case.places.update(needs_met="all")


@pytest.fixture
def town(portal: str, held_clock: object) -> world.Town:
    built = world.build()
    a_year_and_a_half(built)
    insights.commands.take_snapshot(on=clock.today(), by=accounts.commands.system())
    return built


@contextmanager
def visiting(browser: object, portal: str, width: str, user: object) -> Iterator[Visitor]:
    visitor = Visitor(browser, portal, width, "dashboard")
    visitor.signs_in(user.username, factories.PASSWORD)
    yield visitor
    visitor.leaves()


CHARTS = 10


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_the_charts_draw_with_a_name_and_without_a_complaint(
    town: world.Town, portal: str, browser: object, width: str
) -> None:
    user = factories.user(Role.COMMANDER, teams=(factories.team(area=town.harbour),))
    analyst = factories.user(Role.ANALYST)
    with visiting(browser, portal, width, user) as visitor:
        visitor.goes_to("/dashboard")
        charts = visitor.page.locator("[data-chart]")
        assert charts.count() == CHARTS
        for number in range(CHARTS):
            chart = charts.nth(number)
            chart.locator("canvas").first.wait_for()
            assert "The table beside it has every number." in chart.get_attribute("aria-label")
            assert chart.get_attribute("role") == "img"
        assert is_drawn(visitor)
        # A tooltip is drawn on the canvas: in HTML the content policy would refuse its styles.
        charts.first.hover()
        visitor.looks("area")
        visitor.goes_to("/")
        visitor.looks("home")
    with visiting(browser, portal, width, analyst) as visitor:
        visitor.goes_to("/dashboard")
        visitor.page.locator("canvas").first.wait_for()
        visitor.looks("published")


def is_drawn(visitor: Visitor) -> bool:
    """Whether the first chart's canvas holds more than one colour."""
    return visitor.page.evaluate(
        """() => {
            const canvas = document.querySelector("[data-chart] canvas");
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            return new Set(new Uint32Array(pixels.buffer)).size > 3;
        }"""
    )


def test_it_prints_on_two_sheets_with_its_tables_open(
    town: world.Town, portal: str, browser: object
) -> None:
    user = factories.user(Role.COMMANDER, teams=(factories.team(area=town.harbour),))
    with visiting(browser, portal, "desktop", user) as visitor:
        visitor.goes_to("/dashboard")
        visitor.page.locator("canvas").first.wait_for()
        printed = visitor.page.pdf(format="A4", prefer_css_page_size=True, print_background=False)
        (visitor.folder / "printed.pdf").write_bytes(printed)
        assert 1 <= printed.count(b"/Type /Page\n") <= 2
        assert not visitor.complaints
