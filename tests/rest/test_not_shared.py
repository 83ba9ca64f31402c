"""With whom a child is not shared, as the full record tells a client."""

from datetime import date
from typing import Any

import pytest

import clock
import partners.commands
from audit.models import Entry, Kind
from tests import factories
from tests.conftest import TODAY
from tests.partners.conftest import World, build_world
from tests.rest.api import Machine, machine


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def lead(world: World) -> Machine:
    client = machine()
    factories.contact(world.child, by=client.user)
    return client


def decide(world: World, **changed: Any) -> Any:
    said = {
        "place": world.place,
        "agency": world.school,
        "considered": "The school asked why he was late",
        "detriment": "His uncle works there",
        "review_on": date(2027, 2, 1),
        "by": world.lead_worker,
    }
    return partners.commands.decide_not_to_share(world.child, **said | changed)


def listed(client: Machine, world: World, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/children/{world.child.pk}/not-shared{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_it_says_with_whom_why_and_until_when(world: World, lead: Machine) -> None:
    decided = decide(world)
    whole = decide(world, place=None, agency=world.charity)
    first, second = listed(lead, world)
    assert (first["id"], first["case"], first["agency"]) == (whole.pk, None, world.charity.name)
    assert second == {
        "id": decided.pk,
        "case": world.case.reference,
        "agency": world.school.name,
        "considered": "The school asked why he was late",
        "detriment": "His uncle works there",
        "decided_at": "2026-11-24T10:30:00Z",
        "decided_by": "Lee Leader",
        "review_on": "2027-02-01",
        "ended_at": None,
        "reviews": [],
    }
    entry = Entry.objects.get(verb="api not shared")
    assert (entry.kind, entry.persons, entry.ground) == (Kind.DISCLOSURE, [world.child.pk], "task")
    assert entry.records == {"decisions not to share": [whole.pk, decided.pk]}


def test_its_reviews_are_told_and_change_it(world: World, lead: Machine) -> None:
    decided = decide(world)
    since = "?modified_since=2026-11-24T10:31:00%2B00:00"
    assert listed(lead, world, since) == []
    for minute, still_not in ((40, True), (41, False)):
        with clock.at(TODAY.replace(minute=minute)):
            partners.commands.review_not_sharing(
                decided,
                still_not=still_not,
                next_on=date(2027, 3, 1) if still_not else None,
                reason="Looked again",
                by=world.lead_worker,
            )
    (told,) = listed(lead, world, since)
    assert told["ended_at"] == "2026-11-24T10:41:00Z"
    assert [(each["at"], each["still_not"], each["next_on"], each["by"]) for each in told["reviews"]] == [
        ("2026-11-24T10:41:00Z", False, None, "Lee Leader"),
        ("2026-11-24T10:40:00Z", True, "2027-03-01", "Lee Leader"),
    ]  # fmt: skip


def test_only_the_full_record_tells_of_it(world: World, lead: Machine) -> None:
    decide(world, agency=world.charity)
    world.share()
    path = f"/children/{world.child.pk}/not-shared"
    others = (machine(world.school), machine(world.charity), machine())
    answers = {each.get(path).content for each in others}
    answers.add(lead.get("/children/999999999/not-shared").content)
    assert len(answers) == 1
    assert {each.get(path).status_code for each in others} == {404}
    assert machine(scopes=("risk:read",)).get(path).status_code == 403


@pytest.mark.parametrize("query", ["limit=0", "cursor=x", "modified_since=yesterday"])
def test_what_is_wrong_is_named(world: World, lead: Machine, query: str) -> None:
    answer = lead.get(f"/children/{world.child.pk}/not-shared?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [query.split("=")[0]]
