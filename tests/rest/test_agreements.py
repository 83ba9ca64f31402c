"""The register of agreements, as far as it binds a client's agency."""

from datetime import date
from typing import Any

import pytest

import clock
import partners.commands
from accounts.models import AgencyKind
from audit.models import Entry, Kind
from partners.models import Agreement
from tests import factories
from tests.conftest import TODAY
from tests.partners.conftest import World, at, build_world
from tests.rest.api import Machine, machine


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def school(world: World) -> Machine:
    return machine(world.school)


def listed(client: Machine, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/agreements{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def one(client: Machine, agreement: Agreement) -> dict[str, Any]:
    answer = client.get(f"/agreements/{agreement.pk}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def suspend(world: World) -> None:
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)


def test_it_says_what_may_be_shared_and_leaves_one_entry(world: World, school: Machine) -> None:
    (said,) = listed(school)
    assert said == {
        "id": world.agreement.pk,
        "title": "Early help in Northbridge",
        "force": "in force",
        "parties": sorted([world.police.name, "Northfield Academy", "Open Door"]),
        "purposes": ["Early help", "Attendance"],
        "lawful_bases": ["public task", "legal obligation"],
        "conditions": [],
        "sections": ["summary", "chronology", "plan", "contributions"],
        "starts_on": "2026-06-01",
        "last_day": "2027-05-31",
        "review_on": "2027-03-01",
        "impact_assessment": "DPIA-7",
        "signatories": ["N. Ash for each party"] * 5,
        "signed_at": "2026-11-24T10:30:00Z",
        "suspension": None,
    }
    assert one(school, world.agreement) == said
    entries = Entry.objects.filter(verb="api agreements")
    assert {(each.kind, str(each.records)) for each in entries} == {
        (Kind.DISCLOSURE, str({"agreements": [world.agreement.pk]}))
    }
    assert [each.persons for each in entries] == [[], []]


def test_an_agency_reads_what_binds_it_and_the_lead_agency_everything(
    world: World, school: Machine
) -> None:
    theirs = world.sign(parties=[world.police, world.charity])
    assert [each["id"] for each in listed(school)] == [world.agreement.pk]
    assert [each["id"] for each in listed(machine(world.charity))] == [
        theirs.pk, world.agreement.pk,
    ]  # fmt: skip
    assert {each["id"] for each in listed(machine())} == {theirs.pk, world.agreement.pk}
    nobody = machine(factories.agency(AgencyKind.HOUSING))
    assert listed(nobody) == []
    unlike = {school.get(f"/agreements/{each}").content for each in (theirs.pk, 999_999_999)}
    assert len(unlike) == 1
    assert school.get(f"/agreements/{theirs.pk}").status_code == 404


def test_it_is_suspended_in_force_ended_or_yet_to_begin(world: World, school: Machine) -> None:
    suspend(world)
    said = one(school, world.agreement)
    assert (said["force"], said["suspension"]) == (
        "suspended", {"at": "2026-11-24T10:30:00Z", "reason": "Breach"},
    )  # fmt: skip
    partners.commands.resume_agreement(world.agreement, reason="Mended", by=world.signer)
    assert (one(school, world.agreement)["force"], said["id"]) == ("in force", world.agreement.pk)
    for day, force in ((date(2027, 5, 31), "in force"), (date(2027, 6, 1), "ended")):
        with clock.at(at(day)):
            assert one(machine(world.school), world.agreement)["force"] == force
    later = world.sign(starts_on=date(2027, 1, 1))
    assert one(school, later)["force"] == "not yet in force"


def test_since_a_moment_it_lists_what_was_signed_suspended_or_resumed(
    world: World, school: Machine
) -> None:
    since = "?modified_since=2026-11-24T10:31:00%2B00:00"
    assert listed(school, since) == []
    for minute, decide in ((32, suspend), (33, _resume), (34, suspend), (35, _resume)):
        with clock.at(TODAY.replace(minute=minute)):
            decide(world)
            # Once, however often it was decided.
            assert len(listed(school, since)) == 1
    assert [each["force"] for each in listed(school, since)] == ["in force"]


def _resume(world: World) -> None:
    partners.commands.resume_agreement(world.agreement, reason="Mended", by=world.signer)


def test_what_has_not_changed_is_not_sent_again(world: World, school: Machine) -> None:
    tag = school.get("/agreements")["ETag"]
    assert school.get("/agreements", If_None_Match=tag).status_code == 304
    suspend(world)
    assert school.get("/agreements", If_None_Match=tag).status_code == 200


def test_the_list_comes_in_pages(world: World, school: Machine) -> None:
    # The same twice is one.
    second = world.sign(title="The next one")
    answer = school.get("/agreements?limit=1").json()
    assert [each["id"] for each in answer["results"]] == [second.pk]
    rest = school.get(answer["next"].removeprefix("/api/v1")).json()
    assert ([each["id"] for each in rest["results"]], rest["next"]) == ([world.agreement.pk], None)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "cursor=0", "modified_since=2026-11-24", "modified_since=x"]
)
def test_what_is_wrong_is_named(school: Machine, query: str) -> None:
    answer = school.get(f"/agreements?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [each["field"] for each in answer.json()["errors"]] == [query.split("=")[0]]


def test_a_token_without_the_scope_reads_none(world: World) -> None:
    other = machine(world.school, scopes=("shared:read",))
    assert other.get("/agreements").status_code == 403
    assert other.get(f"/agreements/{world.agreement.pk}").status_code == 403
