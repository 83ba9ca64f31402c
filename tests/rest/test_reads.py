"""Lists and reads: pages that stay true, tags, what a partner is told."""

from datetime import timedelta

import pytest

import clock
import referrals.commands
from accounts.models import AgencyKind
from audit.models import Entry, Kind
from cases.models import Contact
from tests import factories
from tests.conftest import TODAY
from tests.rest.api import Machine, machine, report, robin

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def school() -> Machine:
    factories.team(is_hub=True)
    return machine(factories.agency(AgencyKind.SCHOOL))


def refer(by: Machine, number: int) -> str:
    """A contact of the client's, referred; the referral's reference."""
    sent = by.post("/contacts", report(source_ref=f"SCH-{number}")).json()
    contact = Contact.objects.get(pk=sent["id"])
    return referrals.commands.make_referral(
        contact=contact,
        children=[child.person for child in contact.children.all()],
        reason="Away from home",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=by.user,
    ).reference


def test_pages_hold_each_row_once_while_new_ones_come_in(school: Machine) -> None:
    made = [refer(school, number) for number in range(5)]
    first = school.get("/referrals?limit=2").json()
    refer(school, 9)
    seen, page = first["results"], first
    while page["next"]:
        page = school.get(page["next"].removeprefix("/api/v1")).json()
        seen += page["results"]
    assert [row["reference"] for row in seen] == made[::-1]


def test_a_list_is_narrowed_by_state_and_moment(school: Machine) -> None:
    refer(school, 1)
    with clock.at(TODAY + timedelta(minutes=10)):
        later = refer(school, 2)
        since = "2026-11-24T10:35:00%2B00:00"
        found = school.get(f"/referrals?modified_since={since}").json()["results"]
    assert [row["reference"] for row in found] == [later]
    assert school.get("/referrals?state=accepted").json()["results"] == []
    assert len(school.get("/referrals?state=waiting").json()["results"]) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor=abc", "cursor"),
        ("cursor=" + "9" * 40, "cursor"),
        ("cursor=%00", "cursor"),
        ("limit=0", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("modified_since=yesterday", "modified_since"),
        ("modified_since=", "modified_since"),
        ("state=lost", "state"),
        ("state=%ff", "state"),
    ],
)
def test_what_cannot_be_asked_is_named(school: Machine, query: str, field: str) -> None:
    answer = school.get(f"/referrals?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_tag_says_that_nothing_has_changed_and_the_look_is_recorded(school: Machine) -> None:
    reference = refer(school, 1)
    first = school.get(f"/referrals/{reference}")
    again = school.get(f"/referrals/{reference}", If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert Entry.objects.filter(kind=Kind.DISCLOSURE, verb="api referrals").count() == 2
    assert school.get(f"/referrals/{reference}", If_None_Match='"old"').status_code == 200


def test_an_entry_names_the_client_its_agency_and_the_children(school: Machine) -> None:
    reference = refer(school, 1)
    school.get(f"/referrals/{reference}")
    entry = Entry.objects.filter(verb="api referrals").get()
    child = Contact.objects.get().children.get().person_id
    assert (entry.username, entry.agency) == (school.client.client_id, school.client.agency.name)
    assert (entry.persons, entry.ground) == ([child], "own")


def test_readings_add_up_and_say_why() -> None:
    lead = machine()
    (child,) = lead.post("/contacts", report(children=[robin()])).json()["children"]
    said = lead.get(f"/children/{child['id']}/readings").json()
    assert said["is_read"]
    assert {lens["lens"] for lens in said["lenses"]} == {"harm_to_child", "harm_by_child", "need"}
    assert said["missing"] == ["Nothing has been observed yet."]
    entry = Entry.objects.get(verb="api readings")
    assert (entry.kind, entry.persons, entry.ground) == (Kind.DISCLOSURE, [child["id"]], "task")


def test_another_method_is_405_and_says_which(school: Machine) -> None:
    answer = school.post("/referrals", {})
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer.json()["code"] == "method_not_allowed"
