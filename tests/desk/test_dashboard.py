"""The figures' pages: who sees which area, what is exact and what is rounded, what is nobody's."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import accounts.commands
import clock
import insights.commands
from accounts.models import Role, User
from audit.models import Entry, Kind
from cases.models import Handling
from insights.models import Snapshot
from tests import factories
from tests.desk.pages import text_of
from tests.insights import world
from tests.insights.world import TODAY, Town

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("held_clock")

# A table cell that a published table must never hold.
SMALL = re.compile(r"<td[^>]*>\s*[1-4]\s*</td>|data-value=\"[1-4](\.0)?\"")


@pytest.fixture
def town(db: None) -> Town:
    found = world.build()
    take()
    return found


def take(on: date = TODAY) -> None:
    insights.commands.take_snapshot(on=on, by=accounts.commands.system())


def commander(*areas: Any) -> User:
    return factories.user(Role.COMMANDER, teams=tuple(factories.team(area=area) for area in areas))


def section(page: Any, heading: str) -> str:
    """The HTML of one part of the page."""
    text = page.content.decode()
    start = text.index(f'aria-labelledby="{heading}"')
    return text[start : text.index("</section>", start)]


# Who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    [Role.OFFICER, Role.SUPERVISOR, Role.LEAD_WORKER, Role.TRIAGE_WORKER, Role.ADMINISTRATOR],
)
def test_others_see_no_figures(town: Town, role: Role, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(role))
    for path in ("/dashboard", "/dashboard/NBA1", "/dashboard/nowhere"):
        assert client.get(path).status_code == 403
    assert "Figures" not in client.get("/").content.decode()


def test_a_commander_sees_the_areas_of_their_teams_and_no_other(
    town: Town, signed_in: SignedIn
) -> None:
    client = signed_in(commander(town.harbour))
    assert "Area NBA1" in text_of(client.get("/dashboard"))
    assert client.get("/dashboard/NBA1").status_code == 200
    pages = [client.get(f"/dashboard/{code}") for code in ("NBB1", "NOWHERE", "x" * 200)]
    assert {page.status_code for page in pages} == {404}
    token = re.compile(r'(value=|X-CSRFToken": )"\w+"')
    assert len({token.sub("", page.content.decode()) for page in pages}) == 1
    assert Entry.objects.filter(kind=Kind.DENIED, verb="dashboard_area").count() == 3


def test_a_commander_of_two_areas_goes_from_one_to_the_other(
    town: Town, signed_in: SignedIn
) -> None:
    client = signed_in(commander(town.harbour, town.old_town))
    page = client.get("/dashboard/NBB1")
    assert '<strong aria-current="page">Area NBB1</strong>' in page.content.decode()
    assert 'href="/dashboard/NBA1"' in page.content.decode()
    assert "Whole force" not in text_of(page)


def test_a_team_without_an_area_is_the_whole_force(town: Town, signed_in: SignedIn) -> None:
    client = signed_in(commander(None))
    assert "Whole force" in text_of(client.get("/dashboard"))
    for code in ("NBA1", "NBB1"):
        assert client.get(f"/dashboard/{code}").status_code == 200


def test_a_commander_in_no_team_reads_who_can_put_them_in_one(
    town: Town, signed_in: SignedIn
) -> None:
    administrator = factories.administrator()
    outsider = factories.user(Role.ADMINISTRATOR, agency=town.hub_worker.agency, name="Not Ours")
    user = commander()
    page = signed_in(user).get("/dashboard")
    assert administrator.name in text_of(page)
    assert outsider.name not in text_of(page)
    assert "Demand" not in text_of(page)
    left = commander(town.harbour)
    accounts.commands.leave_team(left, left.memberships.get().team, by=administrator)
    client = signed_in(left)
    assert "in no team" in text_of(client.get("/dashboard"))
    assert client.get("/dashboard/NBA1").status_code == 404


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.ANALYST])
def test_commissioners_and_analysts_see_the_whole_force_rounded_and_no_name(
    town: Town, role: Role, signed_in: SignedIn
) -> None:
    client = signed_in(factories.user(role))
    page = client.get("/dashboard")
    text = text_of(page)
    assert "Counts are rounded to the nearest 5" in text
    assert "Lena Holt" not in page.content.decode()
    assert "In hand now" not in text
    assert not SMALL.search(page.content.decode())
    assert client.get("/dashboard/NBA1").status_code == 404


def test_who_is_both_sees_their_area_exactly_and_the_force_rounded(
    town: Town, signed_in: SignedIn
) -> None:
    user = factories.user(Role.COMMANDER, Role.ANALYST, teams=(factories.team(area=town.harbour),))
    client = signed_in(user)
    force, harbour = client.get("/dashboard"), client.get("/dashboard/NBA1")
    assert "In hand now" not in text_of(force)
    assert not SMALL.search(force.content.decode())
    assert "In hand now" in text_of(harbour)


# What it says ---------------------------------------------------------------------------------


def test_who_answers_for_an_area_sees_its_work_exactly_and_at_this_moment(
    town: Town, signed_in: SignedIn
) -> None:
    client = signed_in(commander(town.harbour))
    text = text_of(client.get("/dashboard"))
    assert "0 flags unanswered 0 referrals waiting 1 action late 1 case open" in text
    assert "0 reviews and 1 contact to complete" in text
    assert "Early Help North Lena Holt 1" in text
    factories.contact(town.sam, by=town.officer, area=town.harbour, safe_now="no")
    text = text_of(client.get("/dashboard"))
    assert "1 flag unanswered" in text
    other = text_of(signed_in(commander(town.old_town)).get("/dashboard"))
    assert "0 flags unanswered 1 referral waiting, 1 late" in other
    assert "Lena Holt" not in other


def test_only_who_may_open_the_flags_is_led_to_them(town: Town, signed_in: SignedIn) -> None:
    page = signed_in(commander(town.harbour)).get("/dashboard")
    assert 'href="/flags"' not in section(page, "load")
    both = factories.user(
        Role.COMMANDER, Role.SUPERVISOR, teams=(factories.team(area=town.harbour),)
    )
    assert 'href="/flags"' in section(signed_in(both).get("/dashboard"), "load")


def test_contacts_are_exact_for_the_commander_and_children_rounded(
    town: Town, signed_in: SignedIn
) -> None:
    page = signed_in(commander(town.harbour)).get("/dashboard")
    demand = section(page, "demand")
    assert re.search(r"November 2026</th>\s*<td[^>]*>3</td>", demand)
    assert "fewer than 5" in demand  # the children that were met
    for part in ("readings", "outcomes"):
        assert not SMALL.search(section(page, part)), part


def test_a_page_says_its_date_its_definition_and_what_it_cannot_tell(
    town: Town, signed_in: SignedIn
) -> None:
    page = signed_in(commander(town.harbour)).get("/dashboard")
    for part in ("demand", "readings", "flow", "timeliness", "outcomes"):
        assert "as of 24 November 2026" in section(page, part), part
        assert "This cannot tell" in section(page, part), part
    assert "are never added together" in text_of(page)
    assert "more than a day old" not in text_of(page)


def test_old_figures_say_so_and_none_say_when_they_come(town: Town, signed_in: SignedIn) -> None:
    client = signed_in(commander(town.harbour))
    with clock.at(clock.now() + timedelta(days=2)):
        assert "more than a day old" in text_of(client.get("/dashboard"))
    Snapshot.objects.all().delete()
    text = text_of(client.get("/dashboard"))
    assert "have not been kept yet" in text
    assert "1 action late" in text


def test_of_an_area_founded_since_nothing_was_kept(town: Town, signed_in: SignedIn) -> None:
    client = signed_in(commander(factories.area("NEW1")))
    assert "have not been kept yet" in text_of(client.get("/dashboard"))


def test_a_look_is_kept_with_the_area_and_no_child(town: Town, signed_in: SignedIn) -> None:
    user = commander(None)
    client = signed_in(user)
    client.get("/dashboard")
    client.get("/dashboard/NBB1")
    looks = Entry.objects.filter(kind=Kind.CONSULTATION, user_id=user.pk).order_by("pk")
    assert [(e.verb, e.ground, e.records, e.persons) for e in looks] == [
        ("dashboard", "figures", {"area": "whole force"}, []),
        ("dashboard_area", "figures", {"area": "NBB1"}, []),
    ]


def test_my_work_shows_a_commander_what_is_in_hand(town: Town, signed_in: SignedIn) -> None:
    text = text_of(signed_in(commander(town.harbour, town.old_town)).get("/"))
    assert "Area NBA1 now 0 flags unanswered" in text
    assert "Area NBB1 now 0 flags unanswered 1 referral waiting" in text
    text = text_of(signed_in(commander(None)).get("/"))
    assert "Whole force now" in text
    assert "Area NBA1 now" not in text
    for role in (Role.ANALYST, Role.OFFICER):
        assert "unanswered" not in text_of(signed_in(factories.user(role)).get("/"))


# What is nobody's ------------------------------------------------------------------------------


def shown(client: Client) -> str:
    return re.sub(r'(value=|X-CSRFToken": )"\w+"', "", client.get("/dashboard").content.decode())


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.ANALYST, Role.COMMANDER])
def test_what_is_police_only_changes_no_byte_for_another_agency(
    town: Town, role: Role, signed_in: SignedIn
) -> None:
    team = factories.team(agency=town.hub_worker.agency)
    client = signed_in(factories.user(role, agency=town.hub_worker.agency, teams=(team,)))
    before = shown(client)
    assert "Whole force" in before
    assert "Children by reading and band" not in before
    for _ in range(30):
        secret = factories.contact(
            town.sam, by=town.officer, area=town.harbour, handling=Handling.POLICE_ONLY,
            safe_now="no",
        )  # fmt: skip
    world.refer(secret, town.sam, town.officer)
    take()
    assert shown(client) == before
    for _ in range(30):
        factories.contact(town.sam, by=town.officer, area=town.harbour)
    take()
    assert shown(client) != before


NUMBERS = st.integers(0, 60)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(numbers=st.lists(NUMBERS, min_size=60, max_size=60))
def test_no_cell_of_a_published_table_is_1_to_4(
    town: Town, signed_in: SignedIn, numbers: list[int]
) -> None:
    """Whatever was counted: every count of the snapshot is replaced by any other."""
    rest = iter(numbers * 40)

    def other(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: other(each) for key, each in value.items()}
        return next(rest) if isinstance(value, int | float) else value

    snapshot = Snapshot.objects.get(area=None)
    figures = {who: other(found) for who, found in snapshot.figures.items()}
    # Days are no counts of children; they have a rule of their own.
    for found in figures.values():
        for what in found["flow"]:
            if what.endswith(("median", "ninetieth")):
                found["flow"][what] = dict.fromkeys(found["flow"][what], 7)
    Snapshot.objects.filter(pk=snapshot.pk).update(figures=figures)
    page = signed_in(factories.user(Role.ANALYST)).get("/dashboard").content.decode()
    assert page.count("<td") > 60
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page)
    counts = {cell.replace(",", "") for cell in cells}
    assert not counts & {"1", "2", "3", "4"}
    assert all(int(count) % 5 == 0 for count in counts if count.isdigit())
    assert not SMALL.search(re.sub(r"<td[^>]*>\d+%</td>", "", page))


def test_the_days_of_fewer_than_five_children_are_not_shown(
    town: Town, signed_in: SignedIn
) -> None:
    page = section(signed_in(commander(town.harbour)).get("/dashboard"), "flow")
    assert "too few to say" in page
    assert not re.search(r">\d+ days?<", page)


def test_the_page_asks_the_database_few_questions(town: Town, signed_in: SignedIn) -> None:
    client = signed_in(commander(None))
    client.get("/dashboard")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/dashboard/NBA1")
    assert len(asked) <= 20, [query["sql"][:80] for query in asked]
