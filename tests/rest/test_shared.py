"""What is shared with a client's agency: in one answer, with one entry, until it ends."""

import pytest

import clock
import partners.commands
import partners.queries
from accounts.models import Agency
from audit.models import Entry, Kind
from tests.partners.conftest import SUMMARY, World, build_world
from tests.rest.api import Machine, machine


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def school(world: World) -> Machine:
    return machine(Agency.objects.get(pk=world.school.pk))


def listed(client: Machine) -> list[dict[str, object]]:
    answer = client.get("/shared")
    assert answer.status_code == 200
    return answer.json()["results"]


def test_it_says_what_is_shared_and_leaves_one_entry(world: World, school: Machine) -> None:
    share = world.share()
    hidden = world.share(place=world.child, sections=["chronology"])
    first, second = listed(school)
    assert second == {
        "reference": share.reference,
        "child": world.child.reference,
        "case": world.case.reference,
        "purpose": "Early help",
        "sections": ["summary", "plan"],
        "starts_at": "2026-11-24T10:30:00Z",
        "until": "2026-12-24T10:30:00Z",
        "summary": SUMMARY,
    }
    assert (first["reference"], first["case"], first["summary"]) == (hidden.reference, None, "")
    entry = Entry.objects.get(verb="api shared")
    assert entry.kind == Kind.DISCLOSURE
    assert (entry.persons, entry.records) == (
        [world.child.pk],
        {"shares": [hidden.pk, share.pk]},
    )


def test_what_is_not_open_now_is_not_in_it(world: World, school: Machine) -> None:
    share = world.share()
    world.share(agency=world.charity)
    assert len(listed(school)) == 1
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)
    assert listed(school) == []
    partners.commands.resume_agreement(world.agreement, reason="Mended", by=world.signer)
    assert len(listed(school)) == 1
    with clock.at(share.until):
        assert not partners.queries.shared_with_us(viewer=school.user).exists()
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    assert listed(school) == []


def test_of_the_lead_agency_nothing_is_shared_with_it(world: World) -> None:
    world.share()
    assert listed(machine()) == []
