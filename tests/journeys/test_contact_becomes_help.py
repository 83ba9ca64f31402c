"""The story that the product exists for: a contact in the street becomes help, seen by those alone
whom it belongs to; the help ends, and its worth is asked. In a real browser, on a phone and on a
desktop; axe looks at every page."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

import accounts.commands
import clock
import partners.commands
from accounts.models import AgencyKind, Role, User
from cases.models import Person
from eiportal.celery import app
from partners.models import LawfulBasis
from risk.models import Reading
from tests import factories
from tests.browser import PATIENCE, ROOT, Visitor
from tests.insights import planted
from tests.journeys import how_it_ends

HUB_PHONE = "01632 960 100"


@pytest.fixture
def town(portal: str) -> dict[str, User]:
    """Who takes part, and Ella, who is known already."""
    council, school, charity = (
        factories.agency(kind, name=name)
        for kind, name in (
            (AgencyKind.EARLY_HELP, "Northbridge Early Help"),
            (AgencyKind.SCHOOL, "Northfield Academy"),
            (AgencyKind.CHARITY, "Northbridge Youth Trust"),
        )
    )
    police = factories.agency(is_lead=True)
    area = factories.area("NBC1")
    hub = factories.team(agency=council, is_hub=True, name="Hub")
    early = factories.team(name="Early Intervention Team")
    users = {
        name: factories.user(role, username=name, name=name.title(), agency=agency, teams=teams)
        for name, role, agency, teams in (
            ("asha", Role.OFFICER, police, ()),
            ("sam", Role.SUPERVISOR, police, (factories.team(name="Duty"),)),
            ("tariq", Role.TRIAGE_WORKER, council, (hub,)),
            ("lena", Role.LEAD_WORKER, police, (early,)),
            ("grace", Role.PARTNER_PRACTITIONER, school, ()),
            ("jon", Role.PARTNER_PRACTITIONER, charity, ()),
            ("ivy", Role.INFORMATION_GOVERNANCE, police, ()),
            ("adam", Role.ADMINISTRATOR, police, ()),
            ("carys", Role.COMMANDER, police, (factories.team(name="Command"),)),
            ("mei", Role.COMMISSIONER, police, ()),
        )
    }
    planted.town(3, {how_it_ends.SERVICE: (25, 0.5)}, pool=120, by=users["mei"])
    accounts.commands.post_duty(
        "Duty sergeant", step=0, user=users["sam"], by=factories.administrator()
    )
    partners.commands.sign_agreement(
        title="Early help agreement",
        parties=[police, school, council],
        purposes=["Early help"],
        lawful_bases=[LawfulBasis.PUBLIC_TASK],
        sections=["summary", "chronology", "watch", "plan", "contributions"],
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=365),
        review_on=clock.today() + timedelta(days=180),
        impact_assessment="DPIA-1",
        signatories=["N. Ash for each party"] * 5,
        by=users["ivy"],
    )
    ella = factories.child("Ella", "Marsh", born=clock.today() - timedelta(days=4500))
    factories.caution(ella)
    factories.status(ella)
    assert area
    return users


@pytest.fixture
def visit(portal: str, browser: object, width: str) -> Iterator[Callable[[str], Visitor]]:
    """Sign somebody in, in a browser of their own."""
    open_visitors: list[Visitor] = []

    def enter(username: str) -> Visitor:
        visitor = Visitor(browser, portal, width, "spine")
        open_visitors.append(visitor)
        visitor.signs_in(username, factories.PASSWORD)
        return visitor

    yield enter
    for visitor in open_visitors:
        visitor.leaves()


@contextmanager
def worker() -> Iterator[None]:
    """A real Celery worker on this test's database and queue."""
    app.control.purge()  # what earlier tests of this process sent, nobody has taken
    mine = urlsplit(os.environ["DATABASE_URL"])._replace(
        path="/" + connection.settings_dict["NAME"]
    )
    environment = os.environ | {"DATABASE_URL": mine.geturl()}
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "eiportal",
        "worker",
        "-P",
        "solo",
        "-l",
        "ERROR",
    ]
    process = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"], cwd=ROOT, env=environment
    )
    try:
        yield
    finally:
        # It ends the task that it has in hand, on the database that is this test's own until then.
        process.terminate()
        process.wait()


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_a_contact_becomes_help(town: dict[str, User], visit: Callable[[str], Visitor]) -> None:
    logs_a_contact(visit("asha"))
    answers_the_flag(visit("sam"))
    refers(visit("asha"))
    accepts(visit("tariq"))
    child = shares_one_child(visit("lena"))
    sees_two_sections(visit("grace"), child)
    sees_nothing(visit("jon"), child)
    does_the_action(visit("lena"))
    lena = visit("lena")
    how_it_ends.delivers_help(lena, child)
    how_it_ends.reviews_and_closes(lena)
    how_it_ends.keeps_the_chronology(lena, child)
    how_it_ends.sees_nothing_any_more(visit("grace"), child)
    with worker():
        runs_the_night(visit("adam"))
        how_it_ends.keeps_the_figures(visit("carys"))
        how_it_ends.asks_whether_it_works(visit("mei"))
    sees_who_looked(visit("ivy"), child)


def logs_a_contact(asha: Visitor) -> None:
    """Two children, one of whom the form finds: cautions first, then who this is."""
    page = asha.page
    asha.looks("01-home")
    page.get_by_role("button", name="Log a contact").click()
    page.wait_for_url("**/contacts/drafts/*")
    asha.looks("02-capture-empty")
    page.locator("[name=child-0-forenames]").fill("Ella")
    page.locator("[name=child-0-surname]").fill("Marsh")
    born = Person.objects.get(forenames="Ella").date_of_birth
    for part, value in (("day", born.day), ("month", born.month), ("year", born.year)):
        page.locator(f"[name=child-0-date_of_birth-{part}]").press_sequentially(str(value))
    found = page.locator("#child-0-matches")
    # Only with the whole birth date: what was found by the name alone gives way to it, and whatever
    # was chosen there too.
    found.get_by_text("Very likely the same child").wait_for()
    words = found.inner_text()
    assert "Dog at the address" in words
    assert "Child in need" in words
    assert f"No other record that you can open. Worried? Call the hub on {HUB_PHONE}." in words
    page.locator("[name=child-0-person]").first.check()
    page.get_by_role("button", name="Add another child").click()
    page.locator("[name=child-1-forenames]").fill("Noah")
    page.locator("[name=child-1-surname]").fill("Marsh")
    page.get_by_label("What kind of contact is this?").select_option(
        "Domestic abuse - child present"
    )
    page.get_by_label("What happened?").fill(
        "Shouting heard; Ella opened the door with Noah behind her."
    )
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Where?").fill("12 Canal Street")
    page.get_by_label("Area").select_option(label="Area NBC1")
    page.get_by_label("May be shared with partners").check()
    page.get_by_text("Draft saved").wait_for()
    asha.looks("03-capture-filled")
    loses_the_signal_and_sends_again(asha)
    completes(asha)


def loses_the_signal_and_sends_again(asha: Visitor) -> None:
    """A failed send keeps the page; sent again it is one contact."""
    page = asha.page
    with asha.without_signal():
        page.get_by_role("button", name="Log the contact").last.click()
        page.get_by_text("Could not be sent").first.wait_for()
        assert page.get_by_label("Where?").input_value() == "12 Canal Street"
    page.get_by_role("button", name="Log the contact").last.click()
    page.wait_for_url("**/complete")


def completes(asha: Visitor) -> None:
    """Indicators, strengths, the child's voice; domestic abuse raises a flag."""
    page = asha.page
    asha.looks("04-complete-empty")
    for number, name in enumerate(("Ella Marsh", "Noah Marsh")):
        part = page.locator("section", has=page.get_by_role("heading", name=name))
        part.get_by_label("At risk", exact=True).check()
        if number == 0:
            part.get_by_label("What did they say or show?").fill("It is always loud on Fridays.")
            part.get_by_text("Tick the strengths").click()
            part.get_by_label("Trusted adult outside the family").check()
            part.get_by_label("Domestic abuse in the household", exact=True).check()
        else:
            part.get_by_label("If you can’t say, why not?").fill("Hid behind his sister")
    page.get_by_label("Yes", exact=True).last.check()
    page.get_by_label("Refer for early help").check()
    asha.looks("05-complete-filled")
    page.get_by_role("button", name="Complete the contact").click()
    page.wait_for_url("**/refer")
    asha.leaves()


def answers_the_flag(sam: Visitor) -> None:
    """The duty sergeant is called, sees the flag above any band, and answers with an action."""
    page = sam.page
    sam.looks("06-duty-home")
    sam.goes_to("/flags")
    sam.looks("07-flags")
    page.get_by_role("main").get_by_role("link").first.click()
    page.wait_for_url("**/flags/*")
    sam.looks("08-flag")
    page.get_by_label("What was done").fill("Seen at home; mother and children staying with aunt.")
    page.get_by_role("button", name="Answer the flag").click()
    page.get_by_role("button", name="Answer the flag").wait_for(state="detached")
    assert "staying with aunt" in sam.reads()
    sam.looks("09-flag-answered")
    sam.leaves()


def refers(asha: Visitor) -> None:
    """The readings have moved and say why; the contact becomes a referral."""
    page = asha.page
    person = Person.objects.get(forenames="Ella")
    asha.goes_to(f"/children/{person.pk}")
    asha.looks("10-child")
    assert "Coordinated help" in asha.reads()
    asha.goes_to(f"/children/{person.pk}/readings")
    asha.looks("11-readings")
    assert "Domestic abuse" in asha.reads()
    asha.goes_to(f"/contacts/{person.contacts.get().contact_id}")
    asha.looks("12-contact")
    page.get_by_role("button", name="Refer for early help").click()
    page.wait_for_url("**/refer")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Why are you making this referral?").fill("The children hear it every week.")
    page.get_by_label("What help do you think is needed?").fill(
        "Somebody for the children to talk to"
    )
    page.get_by_label("Yes", exact=True).check()
    asha.looks("13-refer")
    page.get_by_role("button", name="Send to the hub").click()
    page.wait_for_url("**/referrals/R-*")
    asha.looks("14-referral-made")
    asha.leaves()


def accepts(tariq: Visitor) -> None:
    """A triage worker accepts with a reason, against the clock; a case opens."""
    page = tariq.page
    tariq.goes_to("/referrals")
    tariq.looks("15-queue")
    page.get_by_role("main").get_by_role("link", name="R-").first.click()
    page.wait_for_url("**/referrals/R-*")
    tariq.looks("16-decide")
    page.get_by_label("Accept: open a case").check()
    page.get_by_label("Why?").fill("Both children live with it; the family wants help.")
    page.get_by_label("Your answer to the referrer").fill("Thank you. Lena will call the family.")
    page.get_by_label("Team, if you accept").select_option(label="Early Intervention Team")
    page.get_by_label("Lead worker, if you accept").select_option(index=1)
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("Accepted").first.wait_for()
    tariq.looks("17-decided")
    tariq.leaves()


def shares_one_child(lena: Visitor) -> int:
    """The lead worker sets an action, and shares Ella's place, two sections, with the school."""
    page = lena.page
    lena.goes_to("/cases")
    lena.looks("18-caseload")
    page.get_by_role("main").get_by_role("link", name="EI-").first.click()
    page.wait_for_url("**/cases/EI-*")
    lena.looks("19-case")
    assert "Noah Marsh" in lena.reads()
    page.get_by_role("button", name="Set an action for Ella").click()
    page.get_by_label("What will be done?").fill("Meet Ella at school")
    page.get_by_label("Who will do it?").select_option(index=1)
    for part, value in zip(("Day", "Month", "Year"), _in_a_week(), strict=True):
        page.get_by_label(part, exact=True).fill(value)
    lena.looks("20-action")
    page.get_by_role("button", name="Set the action").click()
    page.wait_for_url(lambda url: "actions/new" not in url)
    lena.goes_to("/cases")
    page.get_by_role("main").get_by_role("link", name="EI-").first.click()
    page.get_by_role("button", name="Share about Ella").click()
    page.get_by_label("Share with", exact=True).select_option(label="Northfield Academy")
    page.get_by_label("Purpose").select_option(index=1)
    page.get_by_label("Public task", exact=False).check()
    page.get_by_label("Why is it necessary").fill("The school sees Ella every day.")
    page.get_by_role("radio", name="No", exact=True).check()
    for name in ("Summary", "Plan"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_label("Summary for the partner").fill("Ella lives with loud arguments at home.")
    page.wait_for_load_state()
    read = page.get_by_label("I have read who may be told")
    if read.count():
        read.check()
    lena.looks("21-share")
    page.get_by_role("button", name="See it as they will").click()
    page.get_by_role("button", name="Share it").wait_for()
    lena.looks("22-as-they-will-see-it")
    page.get_by_role("button", name="Share it").click()
    page.get_by_role("button", name="Share it").wait_for(state="detached")
    lena.leaves()
    return Person.objects.get(forenames="Ella").pk


def _in_a_week() -> tuple[str, str, str]:
    day = clock.today() + timedelta(days=7)
    return str(day.day), str(day.month), str(day.year)


def sees_two_sections(grace: Visitor, ella: int) -> None:
    """The school sees these two sections of that one child, nothing else, and adds what it knows."""
    page = grace.page
    grace.looks("23-school-home")
    grace.goes_to("/shared")
    grace.looks("24-shared")
    assert grace.goes_to(f"/children/{ella}") == 200
    grace.looks("25-as-shared")
    words = grace.reads()
    assert "Ella lives with loud arguments at home." in words
    assert "Meet Ella at school" in words
    for hidden in ("Noah", "Chronology", "At risk of harm", "oordinated help", "Dog at the address",
                   "loud on Fridays", "Shouting heard"):  # fmt: skip
        assert hidden not in words, hidden
    noah = Person.objects.get(forenames="Noah").pk
    for closed in (f"/children/{noah}", f"/children/{ella}/readings", f"/children/{ella}/looks"):
        assert grace.goes_to(closed) == 404
    grace.goes_to(f"/children/{ella}")
    page.get_by_role("button", name="Add what").click()
    page.get_by_label("What do you know?").fill("Ella has been late on Mondays.")
    page.get_by_label("What does the child say?").fill("I like it when Ms Grant waits for me.")
    grace.looks("26-contribution")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(lambda url: "contributions/new" not in url)
    grace.looks("27-contributed")
    grace.leaves()


def sees_nothing(jon: Visitor, ella: int) -> None:
    """Another agency: the child does not exist."""
    jon.looks("28-stranger-home")
    assert "Ella" not in jon.reads()
    assert jon.goes_to(f"/children/{ella}") == 404
    jon.looks("29-not-found")
    jon.leaves()


def does_the_action(lena: Visitor) -> None:
    """What the school added has reached the lead worker; the action is done."""
    page = lena.page
    lena.looks("30-lead-home")
    page.get_by_role("link", name="Meet Ella at school").first.click()
    page.get_by_label("What came of it?").fill("She chose her tutor as her key adult.")
    lena.looks("31-action")
    page.get_by_role("button", name="It is done").click()
    page.wait_for_url(lambda url: "/actions/" not in url)
    lena.goes_to(f"/children/{Person.objects.get(forenames='Ella').pk}")
    lena.looks("32-child-later")
    words = lena.reads()
    assert "late on Mondays" in words
    assert "She chose her tutor" in words
    lena.leaves()


def runs_the_night(adam: Visitor) -> None:
    """The nightly run goes through the real worker; its progress is there to see."""
    page = adam.page
    adam.goes_to("/runs")
    adam.looks("33-runs")
    page.get_by_role("button", name="Start a run").click()
    page.wait_for_url("**/runs/*")
    page.get_by_text("It ended on").wait_for(timeout=5 * PATIENCE)
    assert f"People read {Reading.objects.count()}" in adam.reads()
    adam.looks("34-run-done")
    adam.leaves()


def sees_who_looked(ivy: Visitor, ella: int) -> None:
    """Information governance sees who looked, when, and on which ground; never a name of a child."""
    ivy.goes_to(f"/record-of-use?record=C-{ella}")
    ivy.looks("35-record-of-use")
    assert "Marsh" not in ivy.reads()
    for username in ("asha", "sam", "tariq", "lena", "grace"):
        ivy.goes_to(f"/record-of-use?record=C-{ella}&user={username}")
        assert f"{username.title()} {username} " in ivy.reads(), username
    ivy.leaves()
