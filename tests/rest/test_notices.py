"""Notices over the API: what a school's program reads, and how it says who sees to one."""

import pytest

import partners.commands
from accounts.models import Notification
from audit.models import Entry, Kind
from partners.models import Notice
from tests.partners.conftest import World, build_world
from tests.partners.notices.sending import CONTENT, send
from tests.rest.api import Machine, machine

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def school(world: World) -> Machine:
    return machine(world.school)


def test_a_notice_is_read_whole_and_the_disclosure_recorded(world: World, school: Machine) -> None:
    notice = send(world, cautions=["do not approach"], caution_words="Ring before 3")
    said = school.get(f"/notices/{notice.pk}").json()
    assert said["content"] == CONTENT
    assert said["child_name"] == "Robin Example"
    assert said["sender"] == {
        "name": "Lee Leader", "agency": world.police.name, "phone": "01632 960 002",
    }  # fmt: skip
    assert said["cautions"][1] == "Ring before 3"
    assert school.get("/notices").json()["results"] == [said]
    entries = Entry.objects.filter(verb="api notices")
    assert {(e.kind, e.ground, tuple(e.persons)) for e in entries} == {
        (Kind.DISCLOSURE, "notice", (world.child.pk,))
    }


def test_a_program_that_fetches_it_has_not_read_it(world: World, school: Machine) -> None:
    notice = send(world)
    school.get(f"/notices/{notice.pk}")
    assert Notice.objects.get().read_at is None


def test_acknowledged_the_sender_is_told_and_the_first_answer_stands(
    world: World, school: Machine
) -> None:
    notice = send(world)
    address = f"/notices/{notice.pk}/acknowledgement"
    said = {"seen_to_by": "Ms Okafor", "answer": "We meet her at the gate"}
    first = school.post(address, said)
    assert first.status_code == 200
    assert first.json()["seen_to_by"] == "Ms Okafor"
    again = school.post(address, {"seen_to_by": "Somebody else"})
    assert again.json()["seen_to_by"] == "Ms Okafor"
    assert Notification.objects.filter(user=world.lead_worker, text__contains="sees to").exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "seen_to_by"),
        ({"seen_to_by": ""}, "seen_to_by"),
        ({"seen_to_by": "   "}, "seen_to_by"),
        ({"seen_to_by": 7}, "seen_to_by"),
        ({"seen_to_by": "x" * 121}, "seen_to_by"),
        ({"seen_to_by": "T", "answer": "x" * 501}, "answer"),
        ({"seen_to_by": "T", "answer": None}, "answer"),
    ],
)
def test_what_is_wrong_is_named(world: World, school: Machine, body: object, field: str) -> None:
    notice = send(world)
    answer = school.post(f"/notices/{notice.pk}/acknowledgement", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_recalled_it_is_404_and_the_kept_answer_tells_nothing_of_the_child(
    world: World, school: Machine
) -> None:
    notice = send(world)
    address = f"/notices/{notice.pk}/acknowledgement"
    school.post(address, {"seen_to_by": "Ms Okafor"}, key="one")
    partners.commands.recall_notice(notice, reason="Wrong school", by=world.lead_worker)
    assert school.get(f"/notices/{notice.pk}").status_code == 404
    assert school.get("/notices").json()["results"] == []
    assert school.post(address, {"seen_to_by": "T"}).status_code == 404
    kept = school.post(address, {"seen_to_by": "Ms Okafor"}, key="one")
    assert "Robin" not in kept.content.decode()


def test_another_agency_s_program_finds_none(world: World, school: Machine) -> None:
    notice = send(world)
    for other in (machine(world.charity), machine()):
        assert other.get("/notices").json()["results"] == []
        assert other.get(f"/notices/{notice.pk}").status_code == 404
