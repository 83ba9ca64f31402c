"""My work of administrators, commanders, commissioners and analysts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import accounts.commands
from accounts.models import AgencyKind, Role
from tests import factories
from tests.desk.home.page import SignedIn, headings, page, told
from tests.desk.pages import text_of

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_a_commander_sees_the_latest_run(signed_in: SignedIn) -> None:
    assert "No run yet" in page(signed_in(factories.user(Role.COMMANDER)))


def test_an_administrator_sees_the_latest_run_and_the_people(signed_in: SignedIn) -> None:
    administrator = factories.administrator()
    factories.user(agency=factories.agency(AgencyKind.SCHOOL))
    accounts.commands.system()
    client = signed_in(administrator)
    assert headings(client) == [GAPS, "Latest run", "People"]
    shown = text_of(client.get("/"))
    assert "2 people of 2 agencies may sign in. 1 of them has no role" in shown


GAPS = "Hours without cover in the next seven days"


def test_an_administrator_sees_the_hours_that_nobody_covers(signed_in: SignedIn) -> None:
    administrator, area = factories.administrator(), factories.area("NBC1")
    client = signed_in(administrator)
    shown = text_of(client.get("/"))
    assert "everywhere: 24 November 2026 at 10:00 to 1 December 2026 at 11:00" in shown
    assert "The rota, and 1 more" in shown
    for step in range(4):
        accounts.commands.post_duty(
            f"Step {step}",
            step=step,
            user=factories.user(Role.SUPERVISOR),
            area=area if step == 3 else None,
            by=administrator,
        )
    shown = text_of(client.get("/"))
    assert "The rota, and" not in shown
    assert "where no area is known: 24 November 2026" in shown
    assert "everywhere" not in shown
    accounts.commands.post_duty(
        "Everywhere", step=3, user=factories.user(Role.SUPERVISOR), by=administrator
    )
    assert GAPS not in page(client)


def test_a_partner_s_administrator_is_not_asked_to_fill_the_rota(signed_in: SignedIn) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    client = signed_in(factories.user(Role.ADMINISTRATOR, agency=council))
    assert GAPS not in page(client)
    # Who has people in a hub or an emergency duty team may put them on it.
    factories.user(Role.TRIAGE_WORKER, agency=council, teams=(factories.team(is_hub=True),))
    assert GAPS in page(client)
    assert GAPS not in page(signed_in(factories.user(Role.OFFICER)))


def test_a_commander_reads_what_is_in_hand_in_their_area(signed_in: SignedIn) -> None:
    area = factories.area("NBC1")
    commander = factories.user(Role.COMMANDER, teams=(factories.team(area=area),))
    assert headings(signed_in(commander)) == [f"{area.name} now", "Latest run"]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([Role.COMMANDER], ["Latest run"]),
        ([Role.COMMISSIONER], ["Evaluations", "Plan an evaluation", "Figures"]),
        ([Role.ANALYST], ["Evaluations", "Plan an evaluation", "Figures"]),
        ([], []),
    ],
)
def test_who_has_no_casework_is_shown_none_and_nothing_of_it_is_asked(
    roles: list[Role], expected: list[str], signed_in: SignedIn
) -> None:
    user = factories.user(*roles)
    client = signed_in(user)
    assert headings(client) == expected
    with CaptureQueriesContext(connection) as asked:
        page(client)
    late_climb = ("cases_flag", "cases_prompt", "cases_dutycall")
    for query in asked:
        tables = set(re.findall(r'"((?:cases|partners|referrals)_\w+)"\.', query["sql"]))
        assert not {t for t in tables if t.startswith(("partners_", "referrals_"))}
        assert {t for t in tables if t in late_climb} == tables
    told(user)
    assert headings(client)[0] == "New for you"
