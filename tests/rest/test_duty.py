"""Who is on duty, over the API: whom to call about a child in an area."""

import pytest

import accounts.commands
from accounts.models import AgencyKind, Role
from audit.models import Entry
from tests import factories
from tests.rest.api import machine

pytestmark = pytest.mark.usefixtures("held_clock")


def test_the_area_s_own_stand_before_the_force_s(db: None) -> None:
    by, harbour = factories.administrator(), factories.area("NBA1")
    sam, ines = (factories.user(Role.SUPERVISOR, name=name) for name in ("Sam", "Ines"))
    post = accounts.commands.post_duty
    post("Duty sergeant", step=0, user=sam, from_hour=7, until_hour=19, by=by)
    post("Harbour sergeant", step=0, user=ines, area=harbour, by=by)
    post("Night inspector", step=1, user=ines, from_hour=19, until_hour=7, by=by)
    post("Elsewhere", step=0, user=sam, area=factories.area("NBB1"), by=by)
    client = machine(factories.agency(AgencyKind.SCHOOL))
    last = Entry.objects.latest("pk").pk
    answer = client.get("/duty?area=NBA1")
    assert answer.json() == {
        "on_duty": [
            {"step": 0, "post": "Harbour sergeant", "name": "Ines", "phone": "01632 960 002",
             "area": "NBA1"},
            {"step": 0, "post": "Duty sergeant", "name": "Sam", "phone": "01632 960 002",
             "area": None},
        ]
    }  # fmt: skip
    assert Entry.objects.get(pk__gt=last).verb == "api duty"
    whole = client.get("/duty").json()["on_duty"]
    assert [each["post"] for each in whole] == ["Duty sergeant"]


def test_an_area_that_there_is_not_is_said(db: None) -> None:
    client = machine()
    for area in ("NOWHERE", "x" * 11, ""):
        answer = client.get(f"/duty?area={area}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "area")


def test_without_the_scope_it_is_refused(db: None) -> None:
    assert machine(scopes=("services:read",)).get("/duty").status_code == 403
