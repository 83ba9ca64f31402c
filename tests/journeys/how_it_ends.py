"""The second half of the story: help is delivered, the case is reviewed and closed, and its worth asked.

The steps of test_contact_becomes_help.py, each by one person at their browser; axe looks at every page.
"""

import re
from datetime import date, timedelta
from time import monotonic

import clock
from eiportal.celery import app
from insights.models import Report
from interventions.models import Service
from tests.browser import PATIENCE, Visitor

SERVICE = "Paper Boat"


def types_day(lena: Visitor, name: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        lena.page.locator(f"[name={name}-{part}]").fill(str(value))


def delivers_help(lena: Visitor, ella: int) -> None:
    """Ella is enrolled, comes, says what it is worth to her; scores stand at the start and later."""
    page, today = lena.page, clock.today()
    lena.goes_to(f"/children/{ella}")
    page.get_by_role("link", name="Arrange help for Ella").click()
    page.get_by_label("What is it for?").wait_for()
    lena.looks("36-enrol")
    page.get_by_role("radio", name=SERVICE).check()
    page.get_by_label("What is it for?").fill("Somebody to talk to on Fridays")
    types_day(lena, "starts_on", today)
    page.get_by_role("button", name="Arrange this help").click()
    page.get_by_role("button", name="Log a session").click()
    held_at = clock.london(clock.now())
    types_day(lena, "held_at", held_at.date())
    page.locator("[name=held_at-time]").fill(f"{held_at:%H:%M}")
    page.get_by_label("Attended", exact=True).check()
    page.get_by_label("Note").fill("Folded boats; she talked about her brother.")
    lena.looks("37-session")
    saves(lena, "Log the session")
    for stage, score in (("At the start", "3"), ("Later", "7")):
        page.get_by_role("button", name="Record a score").click()
        page.get_by_label("How far towards my goal").check()
        page.get_by_label("The child or young person").check()
        page.get_by_label(stage, exact=True).check()
        # One score a day: the first was taken when help was agreed.
        types_day(lena, "taken_on", today - timedelta(days=stage == "At the start"))
        page.get_by_label("Score", exact=True).fill(score)
        lena.looks(f"38-score-{score}")
        saves(lena, "Record the score")
    page.get_by_role("button", name="Record what they say").click()
    types_day(lena, "given_on", today)
    page.get_by_label("It helped a lot").check()
    page.get_by_label("What do they say?").fill("I like that nobody asks me anything there.")
    lena.looks("39-feedback")
    saves(lena, "Record what they say")
    lena.looks("40-help")
    words = lena.reads()
    assert "Came to 1 of 1 session" in words
    assert "nobody asks me anything" in words
    assert "This is distance travelled" in words


def saves(lena: Visitor, button: str) -> None:
    lena.page.get_by_role("button", name=button).click()
    lena.page.wait_for_url(re.compile(r"/enrolments/\d+$"))


def reviews_and_closes(lena: Visitor) -> None:
    """What is left stands in the way; then the review, the outcome, and what stays for each child."""
    page = lena.page
    lena.goes_to("/cases")
    page.get_by_role("main").get_by_role("link", name="EI-").first.click()
    page.get_by_role("button", name="Close the case").click()
    page.get_by_text(f"End Ella’s help first: {SERVICE} is still running").wait_for()
    lena.looks("41-in-the-way")
    ends_help(lena)
    lena.goes_to("/cases")
    page.get_by_role("main").get_by_role("link", name="EI-").first.click()
    page.get_by_role("button", name="Review the case").click()
    page.get_by_label("Who took part?").fill("Ella, her mother, Northfield Academy")
    page.get_by_label("What has changed for Ella?").fill("On time on Mondays; sleeps.")
    page.get_by_label("In Ella’s own words").fill("It is quiet on Fridays now.")
    page.get_by_label("What has changed for Noah?").fill("Comes to the door himself.")
    page.get_by_label("If Noah was not asked, why not?").fill("He was with his aunt")
    lena.looks("42-review")
    page.get_by_role("button", name="Keep the review").click()
    page.get_by_text("The review is kept").wait_for()
    page.get_by_role("button", name="Close the case").click()
    page.get_by_label("Needs met, and likely to stay so").check()
    page.get_by_label("What came of the help?").fill("Home is calm, and both are in school.")
    for name in ("Ella", "Noah"):
        page.get_by_role("group", name=f"How many of {name}’s needs").get_by_label("Most").check()
        page.get_by_label(f"What stays in place for {name}?").fill("Their aunt, and her tutor")
    lena.looks("43-close")
    page.get_by_role("button", name="Close the case").click()
    page.get_by_text("Partners see nothing of it from now on").wait_for()
    lena.looks("44-closed")


def ends_help(lena: Visitor) -> None:
    page = lena.page
    page.go_back()
    page.get_by_role("link", name=SERVICE).first.click()
    page.get_by_role("button", name="End this help").click()
    page.get_by_label("Goals met early").check()
    types_day(lena, "ended_on", clock.today())
    lena.looks("45-end-help")
    saves(lena, "End this help")


def keeps_the_chronology(lena: Visitor, ella: int) -> None:
    """One line of time: contact, referral, case, help, what she said, review and closure."""
    lena.goes_to(f"/children/{ella}")
    lena.looks("46-child-at-the-end")
    words = lena.reads()
    for line in (f"Enrolled in {SERVICE}", "Review", "closed"):
        assert line in words, line
    lena.leaves()


def sees_nothing_any_more(grace: Visitor, ella: int) -> None:
    """The case has closed: the share ended in that second."""
    assert grace.goes_to(f"/children/{ella}") == 404
    grace.goes_to("/shared")
    assert "Ella" not in grace.reads()
    grace.leaves()


def keeps_the_figures(carys: Visitor) -> None:
    """The night is run as beat would have it; the figures follow it, and the commander reads them."""
    app.send_task("risk.tasks.recalculate_tonight")
    appears(carys, "/dashboard", "From contact to help")
    carys.page.locator("[data-chart] canvas").first.wait_for()
    carys.looks("47-figures")
    words = carys.reads()
    # Of the two that were open, the planted town's.
    assert "1 case open" in words
    carys.goes_to("/")
    carys.looks("48-commander-home")
    carys.leaves()


def asks_whether_it_works(mei: Visitor) -> None:
    """Too few children with a whole year behind them: the report says so, and no number stands in it."""
    page = mei.page
    mei.goes_to("/services")
    mei.looks("49-services")
    mei.goes_to("/evaluations/new")
    page.get_by_label("Which service?").select_option(str(Service.objects.get(name=SERVICE).pk))
    page.get_by_label("The question, in your words").fill("Do they come to notice less?")
    page.get_by_label("Contacts of any kind").check()
    page.get_by_label("12 months").check()
    page.get_by_role("button", name="See what it could find").click()
    page.get_by_role("heading", name="What it could find").wait_for()
    page.get_by_role("button", name="Lock the plan").click()
    page.get_by_text("Its report can be written now").wait_for()
    page.get_by_role("button", name="Write the report now").click()
    page.get_by_text("Cannot tell", exact=True).first.wait_for(timeout=5 * PATIENCE)
    mei.looks("50-report")
    report = Report.objects.get()
    address = f"/evaluations/{report.evaluation_id}/reports/{report.pk}"
    for ending, kind in ((".pdf", "application/pdf"), (".csv", "text/csv")):
        file = mei.context.request.get(f"{mei.address}{address}{ending}")
        assert file.ok
        assert file.headers["content-type"].startswith(kind)
    page.get_by_role("link", name="Decide on this report").click()
    page.get_by_label("Refine it").check()
    page.get_by_label("Why?").fill("Too few children yet: we pool with our neighbours.")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("The decision is recorded").wait_for()
    mei.looks("51-decided")
    mei.leaves()


def appears(visitor: Visitor, path: str, words: str) -> None:
    """Open a page until a worker has done what it waits for."""
    until = monotonic() + 5 * PATIENCE / 1000
    while monotonic() < until:
        visitor.goes_to(path)
        if words in visitor.reads():
            return
    raise AssertionError(f"{words!r} did not appear on {path}")
