"""What agencies added of a child, as a client reads it, and passes it on once its author has agreed."""

from typing import Any

import pytest

import accounts.commands
import clock
import partners.commands
from accounts.models import Notification
from audit.denied import NotAllowed
from audit.models import Entry, Kind
from cases.models import SafeToTell
from partners.models import Contribution, PassedOn, Share
from tests import factories
from tests.conftest import TODAY
from tests.partners.conftest import World, build_world
from tests.rest.api import Machine, machine

WORDS = "Late three times this week"


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def school(world: World) -> Machine:
    return machine(world.school)


@pytest.fixture
def charity_share(world: World) -> Share:
    return world.share(agency=world.charity, sections=["summary", "contributions"])


@pytest.fixture
def added(world: World, charity_share: Share) -> Contribution:
    world.share(sections=["summary"])
    return world.contribute()


@pytest.fixture
def runs(world: World) -> Machine:
    """A client that an administrator has put in the team that runs the case."""
    client = machine()
    accounts.commands.join_team(client.user, world.case.team, by=factories.administrator())
    return client


@pytest.fixture
def tells(world: World) -> Machine:
    """A client of the lead agency that told of the child, and runs nothing."""
    client = machine()
    factories.contact(world.child, by=client.user)
    return client


def listed(client: Machine, world: World, query: str = "") -> list[dict[str, Any]]:
    path = f"/cases/{world.case.reference}/children/{world.child.pk}/contributions{query}"
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def pass_on(client: Machine, added: Contribution, *, key: str = "", **changed: Any) -> Any:
    said = {"agencies": ["Open Door"], "agreed_by_author": True} | changed
    return client.post(f"/contributions/{added.pk}/passing-on", said, key=key)


# --- reading


def test_it_says_what_was_added_and_by_whom(
    world: World, school: Machine, added: Contribution
) -> None:
    (told,) = listed(school, world)
    assert told == {
        "id": added.pk,
        "agency": world.school.name,
        "by": "Tess Teacher",
        "at": "2026-11-24T10:30:00Z",
        "text": WORDS,
        "voice": "",
        "audience": ["lead agency", "hub"],
    }
    one = school.get(f"/contributions/{added.pk}").json()
    assert one == {
        **told,
        "child": world.child.reference,
        "case": world.case.reference,
        "may_be_passed_on_to": [],
        "safe_to_tell": None,
    }
    entries = Entry.objects.filter(verb="api contributions")
    assert {(e.kind, tuple(e.persons), str(e.records), str(e.sections)) for e in entries} == {
        (
            Kind.DISCLOSURE,
            (world.child.pk,),
            str({"contributions": [added.pk]}),
            str(["contributions"]),
        )
    }
    assert entries.count() == 2


def test_each_reads_what_is_meant_for_them(
    world: World, tells: Machine, added: Contribution
) -> None:
    for_the_team = world.contribute(text="For the table", audience=["case team"])
    charity = machine(world.charity)
    assert [each["id"] for each in listed(tells, world)] == [added.pk]
    assert listed(charity, world) == []
    for one in (added, for_the_team):
        assert charity.get(f"/contributions/{one.pk}").status_code == 404
    unlike = {
        charity.get(f"/contributions/{each}").content for each in (added.pk, 999_999_999, 10**17)
    }
    assert len(unlike) == 1
    stranger = machine()
    path = f"/cases/{world.case.reference}/children/{world.child.pk}/contributions"
    assert stranger.get(path).status_code == 404
    assert tells.get(path.replace(str(world.child.pk), str(world.sibling.pk))).status_code == 404


def test_since_a_moment_it_lists_what_was_added(
    world: World, school: Machine, added: Contribution
) -> None:
    since = "?modified_since=2026-11-24T10:31:00%2B00:00"
    assert listed(school, world, since) == []
    with clock.at(TODAY.replace(minute=32)):
        later = world.contribute(text="And on Monday")
        assert [each["id"] for each in listed(school, world, since)] == [later.pk]
        assert [each["id"] for each in listed(school, world)] == [later.pk, added.pk]


# --- passing on


def test_with_the_authors_agreement_it_goes_to_who_may_read_it_and_they_are_told(
    world: World, runs: Machine, added: Contribution
) -> None:
    assert runs.get(f"/contributions/{added.pk}").json()["may_be_passed_on_to"] == ["Open Door"]
    answer = pass_on(runs, added)
    passed = PassedOn.objects.get()
    assert answer.status_code == 201, answer.content
    assert answer.json() == {"id": passed.pk, "at": "2026-11-24T10:30:00Z"}
    assert (passed.agencies, passed.agreed_by_author, passed.by) == (
        [world.charity.pk], True, runs.user,
    )  # fmt: skip
    assert [each["text"] for each in listed(machine(world.charity), world)] == [WORDS]
    entry = Entry.objects.get(verb="pass on")
    assert (entry.kind, entry.ground) == (Kind.DISCLOSURE, "author agreed")
    assert Notification.objects.filter(user=world.teacher, text__contains="passed on").exists()


def test_passed_on_again_it_is_once(world: World, runs: Machine, added: Contribution) -> None:
    first = pass_on(runs, added, key="one")
    again = pass_on(runs, added, key="one")
    assert (again.status_code, again.content) == (201, first.content)
    assert pass_on(runs, added).json() == first.json()
    assert PassedOn.objects.count() == 1
    for name in ("Robin", WORDS, world.child.reference, "Open Door"):
        assert name not in again.content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agencies": []}, "agencies"),
        ({"agencies": "Open Door"}, "agencies"),
        ({"agencies": None}, "agencies"),
        ({"agencies": [7]}, "agencies.0"),
        ({"agencies": ["Nobody"]}, "agencies"),
        ({"agencies": ["Open Door", "Northfield Academy"]}, "agencies"),
        ({"agreed_by_author": False}, "agreed_by_author"),
        ({"agreed_by_author": "true"}, "agreed_by_author"),
        ({"agreed_by_author": 1}, "agreed_by_author"),
        ({"agreed_by_author": None}, "agreed_by_author"),
        ({"safe_to_tell_read": "7"}, "safe_to_tell_read"),
        ({"safe_to_tell_read": True}, "safe_to_tell_read"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_passed_on(
    runs: Machine, added: Contribution, changed: dict[str, Any], field: str
) -> None:
    answer = pass_on(runs, added, **changed)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not PassedOn.objects.exists()


def test_a_program_never_overrides_the_author(
    world: World, runs: Machine, added: Contribution
) -> None:
    """Whatever comes along beside the fields is not read, and the command itself refuses."""
    answer = pass_on(runs, added, agreed_by_author=False, override_reason="They drive him home")
    assert answer.status_code == 400
    with pytest.raises(NotAllowed):
        partners.commands.pass_on(
            added, agencies=[world.charity], override_reason="They drive him", by=runs.user
        )
    assert not PassedOn.objects.exists()


def test_somebody_has_read_whom_it_is_safe_to_tell_and_who_must_not_be_told_is_not(
    world: World, runs: Machine, added: Contribution
) -> None:
    factories.safe_to_tell(world.child, never="The stepfather")
    (error,) = pass_on(runs, added).json()["errors"]
    assert error["field"] == "safe_to_tell_read"
    factories.safe_to_tell(world.child, agencies=(world.charity,))
    version = SafeToTell.objects.get(replaced_at=None).pk
    (error,) = pass_on(runs, added, safe_to_tell_read=version).json()["errors"]
    assert error["field"] == "agencies"
    factories.safe_to_tell(world.child, never="His uncle")
    version = runs.get(f"/contributions/{added.pk}").json()["safe_to_tell"]["version"]
    assert pass_on(runs, added, safe_to_tell_read=version).status_code == 201


def test_only_a_client_in_the_team_that_runs_the_case_passes_it_on(
    world: World, runs: Machine, tells: Machine, school: Machine, added: Contribution
) -> None:
    elsewhere = machine()
    accounts.commands.join_team(elsewhere.user, factories.team(), by=factories.administrator())
    assert [pass_on(each, added).status_code for each in (tells, school)] == [403, 403]
    others = (elsewhere, machine(world.charity))
    assert [pass_on(each, added).status_code for each in others] == [404, 404]
    accounts.commands.leave_team(runs.user, world.case.team, by=factories.administrator())
    assert pass_on(runs, added).status_code == 404
    reads = machine(world.school, scopes=("contributions:read",))
    assert pass_on(reads, added).status_code == 403
    assert not PassedOn.objects.exists()


def test_what_is_not_meant_for_the_client_it_does_not_pass_on(
    world: World, runs: Machine, added: Contribution
) -> None:
    for_the_hub = world.contribute(text="For the hub alone", audience=["hub"])
    assert pass_on(runs, for_the_hub).status_code == 404
    assert not PassedOn.objects.exists()
