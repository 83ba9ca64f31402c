"""The pages of teams and of the rota, asked over HTTP."""

from collections.abc import Callable

import pytest
from django.test import Client

import accounts.commands
from accounts.models import AgencyKind, DutyPost, Role, Team, User
from tests import factories
from tests.desk.pages import text_of

pytestmark = pytest.mark.usefixtures("held_clock")
Signed = Callable[[User], Client]


@pytest.fixture
def admin(db: None, signed_in: Signed) -> Client:
    return signed_in(factories.administrator())


def test_a_team_is_formed_filled_and_given_a_supervisor(admin: Client) -> None:
    police = factories.agency(is_lead=True)
    area = factories.area("NBA1")
    form = {"name": "Harbour Team", "agency": police.pk, "area": area.pk, "kind": "team"}
    answer = admin.post("/teams/new", form)
    team = Team.objects.get()
    assert (answer["Location"], team.area, team.is_hub) == (f"/teams/{team.pk}", area, False)
    again = admin.post("/teams/new", form)
    assert again.status_code == 422
    assert "There is a team of this name already" in text_of(again)
    user = factories.user(Role.LEAD_WORKER, name="Lena Holt")
    url = f"/teams/{team.pk}"
    assert admin.post(url, {"change": "join", "user": user.pk}).status_code == 302
    assert "No supervisor" in text_of(admin.get(url))
    named = admin.post(url, {"change": "supervisor", "supervisor": user.pk})
    assert named.status_code == 302
    assert "Supervisor Lena Holt" in text_of(admin.get(url))
    assert "Supervisor: Lena Holt" in text_of(admin.get("/teams"))
    case = factories.case(factories.child(), team=team, lead_worker=user)
    kept = admin.post(url, {"change": "leave", "user": user.pk})
    assert kept.status_code == 422
    assert f"the lead of {case.reference}" in text_of(kept)
    other = factories.user(Role.LEAD_WORKER, teams=(team,))
    admin.post(url, {"change": "supervisor", "supervisor": other.pk})
    assert admin.post(url, {"change": "leave", "user": user.pk}).status_code == 302
    case.refresh_from_db()
    assert case.lead_worker == other


def test_what_fits_no_team_is_refused_at_its_field(admin: Client) -> None:
    team = factories.team()
    stranger = factories.user(agency=factories.agency(AgencyKind.SCHOOL))
    url = f"/teams/{team.pk}"
    for wrong in (
        {"change": "join", "user": stranger.pk}, {"change": "join", "user": ""},
        {"change": "supervisor", "supervisor": stranger.pk}, {"change": "nothing"},
    ):  # fmt: skip
        assert admin.post(url, wrong).status_code == 422
    for typed in (stranger.pk, "", "x", "9" * 30):
        assert admin.post(url, {"change": "leave", "user": typed}).status_code == 404
    assert not team.memberships.exists()


def test_a_partner_s_administrator_reads_of_the_hub_and_changes_nothing(
    db: None, signed_in: Signed
) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    member = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    head = signed_in(factories.user(Role.ADMINISTRATOR, agency=council))
    page = text_of(head.get(f"/teams/{hub.pk}"))
    assert "the lead agency’s administrators say who is in it" in page
    answer = head.post(f"/teams/{hub.pk}", {"change": "leave", "user": member.pk})
    assert answer.status_code == 403
    assert hub.memberships.filter(until=None).count() == 1
    assert head.get(f"/teams/{factories.team().pk}").status_code == 404
    new = {"name": "Mine", "agency": council.pk, "kind": "hub"}
    assert head.post("/teams/new", new).status_code == 422
    assert head.post("/teams/new", new | {"kind": "team"}).status_code == 302


# --- the rota

LINE = {"name": "Duty sergeant", "step": "0", "from_hour": "7", "until_hour": "19"}


def test_somebody_is_put_on_the_rota_and_taken_off(admin: Client, signed_in: Signed) -> None:
    sam = factories.user(Role.SUPERVISOR, name="Sam Field")
    assert "Nobody is on the rota yet" in text_of(admin.get("/rota"))
    answer = admin.post("/rota/new", LINE | {"user": sam.pk, "weekdays": ["0", "1"]})
    assert answer["Location"] == "/rota"
    line = DutyPost.objects.get()
    assert (line.weekdays, line.area, line.from_hour, line.until_hour) == ([0, 1], None, 7, 19)
    page = text_of(signed_in(factories.user(Role.OFFICER)).get("/rota"))
    assert "Sam Field, Duty sergeant, 01632 960 002 Called first, the whole force, 07:00" in page
    assert "Monday, Tuesday, 07:00 to 19:00" in page
    assert "Called after 15 minutes, everywhere" in page
    assert "Take off" not in page
    home = text_of(signed_in(sam).get("/"))
    assert "On duty now and tonight Now Sam Field, Duty sergeant" in home
    url = f"/rota/{line.pk}"
    assert "Take Sam Field off the rota?" in text_of(admin.get(url))
    assert admin.post(url)["Location"] == "/rota"
    assert "Nobody. Call the control room" in text_of(admin.get("/rota"))
    assert admin.post(url).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"step": "4"}, {"from_hour": "24"}, {"until_hour": "-1"}, {"weekdays": ["7"]}, {"user": "0"},
     {"name": ""}, {"area": "x"}],
)  # fmt: skip
def test_a_line_with_a_fault_comes_back(admin: Client, wrong: dict[str, object]) -> None:
    sam = factories.user(Role.SUPERVISOR)
    assert admin.post("/rota/new", LINE | {"user": sam.pk} | wrong).status_code == 422
    assert not DutyPost.objects.exists()


def test_a_partner_s_administrator_keeps_their_own_people_s_lines(
    db: None, signed_in: Signed
) -> None:
    council = factories.agency(AgencyKind.CHILDRENS_SERVICES)
    duty = factories.team(agency=council, is_duty_team=True)
    worker = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(duty,))
    by, sam = factories.administrator(), factories.user(Role.SUPERVISOR)
    ours = accounts.commands.post_duty("Out of hours", step=1, user=worker, by=by)
    theirs = accounts.commands.post_duty("Duty", step=0, user=sam, by=by)
    head = signed_in(factories.user(Role.ADMINISTRATOR, agency=council))
    assert head.post(f"/rota/{theirs.pk}").status_code == 404
    assert head.post("/rota/new", LINE | {"user": sam.pk}).status_code == 422
    assert head.post("/rota/new", LINE | {"user": worker.pk}).status_code == 302
    assert head.post(f"/rota/{ours.pk}").status_code == 302
