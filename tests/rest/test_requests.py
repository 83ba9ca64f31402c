"""What a client's agency is asked, and how its program answers for it."""

from typing import Any

import pytest

import partners.commands
from accounts.models import Notification
from audit.models import Entry, Kind
from cases.models import SafeToTell
from partners.models import Contribution, InformationRequest, Share
from tests import factories
from tests.partners.conftest import World, build_world
from tests.partners.test_requests import ask
from tests.rest.api import Machine, machine

GIVEN = {"answer": "given", "text": "Twice"}


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def school(world: World) -> Machine:
    return machine(world.school)


@pytest.fixture
def share(world: World) -> Share:
    return world.share()


@pytest.fixture
def asked(world: World, share: Share) -> InformationRequest:
    return ask(world)


def listed(client: Machine) -> list[dict[str, Any]]:
    answer = client.get("/requests")
    assert answer.status_code == 200
    return answer.json()["results"]


def reply(client: Machine, asked: InformationRequest, said: Any = GIVEN, **more: str) -> Any:
    return client.post(f"/requests/{asked.pk}/answer", said, **more)


def test_it_says_what_is_asked_why_and_by_when(
    world: World, school: Machine, asked: InformationRequest
) -> None:
    (said,) = listed(school)
    assert said == {
        "id": asked.pk,
        "child": world.child.reference,
        "case": world.case.reference,
        "from_agency": world.police.name,
        "what": "How often has he been late since half-term?",
        "why": "To see whether the breakfast club helps",
        "needed_by": "2026-11-27",
        "is_late": False,
        "sent_at": "2026-11-24T10:30:00Z",
        "answer": None,
        "answered_at": None,
    }
    assert school.get(f"/requests/{asked.pk}").json() == {**said, "safe_to_tell": None}
    entries = Entry.objects.filter(verb="api requests")
    assert {(e.kind, tuple(e.persons), str(e.records)) for e in entries} == {
        (Kind.DISCLOSURE, (world.child.pk,), str({"requests": [asked.pk]}))
    }
    assert entries.count() == 2


def test_answered_it_is_a_contribution_and_who_asked_is_told(
    world: World, school: Machine, asked: InformationRequest
) -> None:
    answer = reply(school, asked)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": asked.pk, "answer": "given", "answered_at": "2026-11-24T10:30:00Z",
    }  # fmt: skip
    added = Contribution.objects.get()
    assert (added.text, added.audience, added.by) == ("Twice", ["lead agency"], school.user)
    assert Notification.objects.filter(user=world.lead_worker, text__contains="answered").exists()
    assert listed(school) == []
    assert school.get(f"/requests/{asked.pk}").json()["answer"] == "given"


@pytest.mark.parametrize(
    "said", [{"answer": "nothing held"}, {"answer": "declined", "reason": "Told in trust"}]
)
def test_it_may_hold_nothing_or_decline(
    school: Machine, asked: InformationRequest, said: dict[str, str]
) -> None:
    assert reply(school, asked, said).status_code == 200
    asked.refresh_from_db()
    assert (asked.answer, asked.reason) == (said["answer"], said.get("reason", ""))
    assert not Contribution.objects.exists()


def test_the_first_answer_stands(school: Machine, asked: InformationRequest) -> None:
    first = reply(school, asked, key="one")
    assert reply(school, asked, key="one").content == first.content
    other = reply(school, asked, {"answer": "nothing held"})
    assert other.json()["answer"] == "given"
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "answer"),
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "given"}, "text"),
        ({"answer": "given", "text": 7}, "text"),
        ({"answer": "declined"}, "reason"),
        ({"answer": "declined", "reason": " "}, "reason"),
        ({**GIVEN, "safe_to_tell_read": "7"}, "safe_to_tell_read"),
        ({**GIVEN, "safe_to_tell_read": True}, "safe_to_tell_read"),
    ],
)
def test_what_is_wrong_is_named(
    school: Machine, asked: InformationRequest, said: dict[str, Any], field: str
) -> None:
    answer = reply(school, asked, said)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_somebody_has_read_whom_it_is_safe_to_tell_before_it_is_sent(
    world: World, school: Machine, asked: InformationRequest
) -> None:
    old = factories.safe_to_tell(world.child, never="The stepfather")
    factories.safe_to_tell(world.child, never="The stepfather and his mother")
    for said in (GIVEN, {**GIVEN, "safe_to_tell_read": old.pk}, {"answer": "nothing held"}):
        (error,) = reply(school, asked, said).json()["errors"]
        assert error["field"] == "safe_to_tell_read"
    safe = school.get(f"/requests/{asked.pk}").json()["safe_to_tell"]
    assert safe["people_not_told"] == "The stepfather and his mother"
    assert reply(school, asked, {**GIVEN, "safe_to_tell_read": safe["version"]}).status_code == 200


def test_an_agency_that_must_not_be_told_is_not_and_of_itself_reads_nothing(
    world: World, school: Machine, asked: InformationRequest
) -> None:
    factories.safe_to_tell(world.child, agencies=(world.police,))
    version = SafeToTell.objects.get(replaced_at=None).pk
    (error,) = reply(school, asked, {**GIVEN, "safe_to_tell_read": version}).json()["errors"]
    assert error["field"] == "answer"
    assert "call the hub" in error["reason"]
    factories.safe_to_tell(world.child, agencies=(world.school,))
    assert school.get(f"/requests/{asked.pk}").json()["safe_to_tell"] is None
    assert reply(school, asked).status_code == 200


def test_only_who_is_asked_finds_it_and_while_the_child_is_open_to_them(
    world: World, school: Machine, share: Share, asked: InformationRequest
) -> None:
    world.share(agency=world.charity)
    own = ask(world, agency=world.police, by=world.teacher)
    others = (machine(), machine(world.charity))
    assert [listed(each) for each in others] == [[], []]
    assert {each.get(f"/requests/{asked.pk}").status_code for each in others} == {404}
    assert {reply(each, asked).status_code for each in others} == {404}
    # What the school itself asked is answered by whoever runs the case, in the portal.
    assert [each["id"] for each in listed(school)] == [asked.pk]
    assert {each.get(f"/requests/{own.pk}").status_code for each in (school, others[0])} == {404}
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    assert listed(school) == []
    assert school.get(f"/requests/{asked.pk}").status_code == 404
    assert reply(school, asked).status_code == 404


def test_reading_does_not_let_answer(
    world: World, school: Machine, asked: InformationRequest
) -> None:
    reads = machine(world.school, scopes=("requests:read",))
    assert len(listed(reads)) == 1
    assert reply(reads, asked).status_code == 403
    asked.refresh_from_db()
    assert asked.answered_at is None
