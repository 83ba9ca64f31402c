"""What a partner's program adds of a child who is shared with its agency."""

from typing import Any

import pytest

import partners.commands
from accounts.models import Notification
from audit.models import Entry, Kind
from partners.models import Contribution, Share
from tests.partners.conftest import World, build_world
from tests.partners.test_receivers import close
from tests.rest.api import Machine, machine

WORDS = "Late three times this week"
SAID = {"text": WORDS, "audience": ["case team", "lead agency"]}


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def school(world: World) -> Machine:
    return machine(world.school)


def address(share: Share) -> str:
    return f"/shared/{share.reference}/contributions"


def test_it_is_kept_for_its_audience_and_the_lead_worker_told(
    world: World, school: Machine
) -> None:
    answer = school.post(address(world.share()), {**SAID, "voice": "I am hungry"})
    added = Contribution.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": added.pk, "at": "2026-11-24T10:30:00Z", "audience": ["case team", "lead agency"],
    }  # fmt: skip
    assert (added.text, added.voice, added.agency, added.by) == (
        WORDS, "I am hungry", world.school, school.user,
    )  # fmt: skip
    assert Entry.objects.get(verb="contribute").kind == Kind.COLLECTION
    assert Notification.objects.filter(user=world.lead_worker, text__contains="added").exists()


def test_the_school_reads_its_own_in_the_share_and_another_partner_does_not(
    world: World, school: Machine
) -> None:
    share = world.share(sections=["summary"])
    theirs = world.share(agency=world.charity, sections=["summary", "contributions"])
    school.post(address(share), SAID)
    assert [each["text"] for each in contributions(school, share)] == [WORDS]
    assert contributions(machine(world.charity), theirs) == []


def contributions(client: Machine, share: Share) -> list[dict[str, Any]]:
    return client.get(f"/shared/{share.reference}").json()["contributions"]


def test_sent_again_it_is_one(world: World, school: Machine) -> None:
    share = world.share()
    first = school.post(address(share), SAID, key="one")
    again = school.post(address(share), SAID, key="one")
    school.post(address(share), SAID)
    assert (again.status_code, again.content) == (201, first.content)
    assert Contribution.objects.count() == 1
    other = school.post(address(share), {**SAID, "text": "Other"}, key="one")
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": None}, "text"),
        ({"text": "  "}, "text"),
        ({"text": 7}, "text"),
        ({"text": "x" * 50_001}, "text"),
        ({"voice": ["x"]}, "voice"),
        ({"audience": []}, "audience"),
        ({"audience": None}, "audience"),
        ({"audience": "hub"}, "audience"),
        ({"audience": ["everybody"]}, "audience.0"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_kept(
    world: World, school: Machine, changed: dict[str, Any], field: str
) -> None:
    answer = school.post(address(world.share()), {**SAID, **changed})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Contribution.objects.exists()


def test_before_there_is_a_case_it_says_what_to_do(world: World, school: Machine) -> None:
    share = world.share(place=world.child, sections=["summary"])
    answer = school.post(address(share), SAID)
    assert answer.status_code == 400
    assert "post it as a contact" in answer.json()["detail"]


def test_nothing_is_added_where_the_share_or_the_case_is_over(
    world: World, school: Machine
) -> None:
    share = world.share()
    kept = school.post(address(share), SAID, key="one")
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    assert school.post(address(share), {**SAID, "text": "More"}).status_code == 404
    again = school.post(address(share), SAID, key="one")
    assert (again.status_code, again.content) == (201, kept.content)
    for name in ("Robin", WORDS, world.child.reference, world.case.reference):
        assert name not in again.content.decode()
    over = world.share()
    close(world)
    assert school.post(address(over), SAID).status_code == 404
    assert Contribution.objects.count() == 1


def test_another_agency_and_a_token_without_the_scope_add_nothing(
    world: World, school: Machine
) -> None:
    share = world.share()
    assert machine(world.charity).post(address(share), SAID).status_code == 404
    assert machine().post(address(share), SAID).status_code == 404
    reads = machine(world.school, scopes=("shared:read",))
    assert reads.post(address(share), SAID).status_code == 403
    assert not Contribution.objects.exists()
