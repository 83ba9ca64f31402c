"""A commissioner plans an evaluation, reads its report and decides on it, at both widths."""

from datetime import timedelta

import pytest

import accounts.commands
import clock
import insights.commands
from accounts.models import Role
from insights.models import Evaluation
from tests import factories
from tests.browser import WIDTHS, Visitor
from tests.conftest import TODAY
from tests.insights import planted


@pytest.mark.parametrize("width", WIDTHS)
def test_a_commissioner_plans_reads_and_decides(portal: str, browser: object, width: str) -> None:
    with clock.at(TODAY):
        by = factories.user(Role.COMMISSIONER, username="mei")
        town = planted.town(3, {"Paper Boat": (25, 0.5)}, pool=120, by=by)
        visitor = Visitor(browser, portal, width, "evaluations")
        page = visitor.page
        visitor.signs_in("mei", factories.PASSWORD)
        visitor.goes_to("/evaluations/new")
        visitor.looks("new")
        page.get_by_label("Which service?").select_option(str(town.services["Paper Boat"].pk))
        page.get_by_label("The question, in your words").fill("Do they come to notice less?")
        page.get_by_label("Contacts of any kind").check()
        page.get_by_label("12 months").check()
        page.get_by_role("button", name="See what it could find").click()
        page.get_by_role("heading", name="What it could find").wait_for()
        visitor.looks("foresight")
        page.get_by_role("button", name="Lock the plan").click()
        page.get_by_text("Its report can be written now").wait_for()
        visitor.looks("locked")
        plan = Evaluation.objects.get()
        asked = insights.commands.ask_for_report(
            plan, as_of=clock.today() - timedelta(days=1), inline=True, by=by
        )
        visitor.goes_to(f"/evaluations/{plan.pk}")
        visitor.looks("waiting")
        insights.commands.write_evaluation(asked, by=accounts.commands.system())
        visitor.goes_to(f"/evaluations/{plan.pk}")
        visitor.looks("plan")
        page.get_by_role("link", name="Decide on this report").click()
        page.get_by_label("Refine it").check()
        page.get_by_label("Why?").fill("Too few children yet: we pool with our neighbours.")
        page.get_by_role("button", name="Record the decision").click()
        page.get_by_text("The decision is recorded").wait_for()
        visitor.looks("decided")
        visitor.goes_to("/evaluations")
        visitor.looks("list")
        assert "Refine it" in page.inner_text("main")
        visitor.leaves()
