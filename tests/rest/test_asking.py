"""What a client's agency asks others of a child, and what it reads of the answer."""

from typing import Any

import pytest

import clock
import partners.commands
from accounts.models import AgencyKind, Notification
from audit.models import Entry, Kind
from cases.models import SafeToTell
from partners.models import NOT_TO_BE_ASKED, InformationRequest, Share
from tests import factories
from tests.conftest import TODAY
from tests.partners.conftest import World, build_world
from tests.partners.test_receivers import close
from tests.partners.test_requests import ask as ask_in_the_portal
from tests.rest.api import Machine, machine


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def school(world: World) -> Machine:
    return machine(world.school)


@pytest.fixture
def share(world: World) -> Share:
    return world.share(sections=["summary", "contributions"])


def said(world: World, **changed: Any) -> dict[str, Any]:
    asks = {
        "agency": world.police.name,
        "what": "Who fetches him?",
        "why": "To know whom to ring",
        "needed_by": "2026-11-27",
    }
    return asks | changed


def address(world: World, *, of: Any = None) -> str:
    return f"/cases/{world.case.reference}/children/{(of or world.child).pk}"


def ask(client: Machine, world: World, *, key: str = "", **changed: Any) -> Any:
    return client.post(f"{address(world)}/requests", said(world, **changed), key=key)


def listed(client: Machine, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/requests/sent{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def lead_client(world: World) -> Machine:
    """Of the lead agency, with the full record: it told of the child."""
    client = machine()
    factories.contact(world.child, by=client.user)
    return client


# --- whom one may ask


def test_it_says_whom_one_may_ask_and_whom_it_is_safe_to_tell(
    world: World, school: Machine, share: Share
) -> None:
    world.share(agency=world.charity)
    answer = school.get(f"{address(world)}/to-ask")
    assert answer.json() == {
        "child": world.child.reference,
        "case": world.case.reference,
        # Who else is told of the child, a school does not learn.
        "agencies": [world.police.name],
        "safe_to_tell": None,
    }
    entry = Entry.objects.get(verb="api to ask")
    assert (entry.kind, entry.persons, entry.ground) == (Kind.DISCLOSURE, [world.child.pk], "share")
    factories.safe_to_tell(world.child, never="The stepfather")
    safe = school.get(f"{address(world)}/to-ask").json()["safe_to_tell"]
    assert safe["people_not_told"] == "The stepfather"


def test_with_the_full_record_one_may_ask_everybody_it_is_shared_with(
    world: World, share: Share
) -> None:
    answer = lead_client(world).get(f"{address(world)}/to-ask")
    assert answer.json()["agencies"] == [world.school.name]


# --- asking


def test_it_is_asked_and_who_answers_reads_it(world: World, school: Machine, share: Share) -> None:
    answer = ask(school, world)
    asked = InformationRequest.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": asked.pk, "sent_at": "2026-11-24T10:30:00Z"}
    assert (asked.place, asked.from_agency, asked.to_agency, asked.sent_by) == (
        world.place, world.school, world.police, school.user,
    )  # fmt: skip
    entry = Entry.objects.get(verb="ask for information")
    assert (entry.kind, entry.persons) == (Kind.DISCLOSURE, [world.child.pk])
    assert Notification.objects.filter(user=world.lead_worker, text__contains="asks").exists()


def test_asked_again_it_is_one(world: World, school: Machine, share: Share) -> None:
    first = ask(school, world, key="one")
    again = ask(school, world, key="one")
    assert (again.status_code, again.content) == (201, first.content)
    assert ask(school, world).json() == first.json()
    assert InformationRequest.objects.count() == 1
    assert ask(school, world, key="one", what="Another").status_code == 409
    for name in ("Robin", world.child.reference, world.case.reference, world.police.name):
        assert name not in again.content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agency": ""}, "agency"),
        ({"agency": 7}, "agency"),
        ({"agency": None}, "agency"),
        ({"agency": "Nobody"}, "agency"),
        ({"what": " "}, "what"),
        ({"what": ["x"]}, "what"),
        ({"what": "x" * 50_001}, "what"),
        ({"why": ""}, "why"),
        ({"why": 7}, "why"),
        ({"needed_by": "2026-11-23"}, "needed_by"),
        ({"needed_by": "2036-12-01"}, "needed_by"),
        ({"needed_by": "27/11/2026"}, "needed_by"),
        ({"needed_by": 20261127}, "needed_by"),
        ({"needed_by": None}, "needed_by"),
        ({"safe_to_tell_read": "7"}, "safe_to_tell_read"),
        ({"safe_to_tell_read": True}, "safe_to_tell_read"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_sent(
    world: World, school: Machine, share: Share, changed: dict[str, Any], field: str
) -> None:
    answer = ask(school, world, **changed)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not InformationRequest.objects.exists()


@pytest.mark.parametrize("day", ["2026-11-24", "2027-02-01", "2036-11-24"])
def test_an_answer_may_be_needed_today_or_years_on(
    world: World, school: Machine, share: Share, day: str
) -> None:
    assert ask(school, world, needed_by=day).status_code == 201


def test_no_refusal_tells_who_else_knows_of_the_child(
    world: World, school: Machine, share: Share
) -> None:
    world.share(agency=world.charity)
    outside = factories.agency(AgencyKind.HEALTH)
    names = (world.charity.name, outside.name, world.school.name, "No such agency")
    answers = {ask(school, world, agency=name).content for name in names}
    assert len(answers) == 1
    assert NOT_TO_BE_ASKED in answers.pop().decode()


def test_somebody_has_read_whom_it_is_safe_to_tell_before_it_is_sent(
    world: World, school: Machine, share: Share
) -> None:
    old = factories.safe_to_tell(world.child, never="The stepfather")
    factories.safe_to_tell(world.child, never="The stepfather and his mother")
    for read in (None, old.pk):
        (error,) = ask(school, world, safe_to_tell_read=read).json()["errors"]
        assert error["field"] == "safe_to_tell_read"
    version = school.get(f"{address(world)}/to-ask").json()["safe_to_tell"]["version"]
    assert ask(school, world, safe_to_tell_read=version).status_code == 201


def test_an_agency_that_must_not_be_told_is_not_asked(world: World, share: Share) -> None:
    client = lead_client(world)
    factories.safe_to_tell(world.child, agencies=(world.school,))
    version = SafeToTell.objects.get(replaced_at=None).pk
    answer = ask(client, world, agency=world.school.name, safe_to_tell_read=version)
    assert [error["field"] for error in answer.json()["errors"]] == ["agency"]
    assert not InformationRequest.objects.exists()


def test_who_may_not_open_the_place_is_answered_as_if_it_were_not_there(
    world: World, school: Machine, share: Share
) -> None:
    others = (machine(world.charity), machine())
    unlike = {
        answer.content
        for client in others
        for answer in (
            client.get(f"{address(world)}/to-ask"),
            ask(client, world),
            client.get(f"/cases/EI-999999999/children/{world.child.pk}/to-ask"),
        )
        if answer.status_code == 404
    }
    assert len(unlike) == 1
    # A sibling in the same case is another's place, and a child of no case none.
    alone = factories.child("Alex")
    for person in (world.sibling, alone):
        assert school.get(f"{address(world, of=person)}/to-ask").status_code == 404
        answer = school.post(f"{address(world, of=person)}/requests", said(world))
        assert answer.status_code == 404
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    assert ask(school, world).status_code == 404
    assert not InformationRequest.objects.exists()


def test_in_a_closed_case_nothing_is_asked(world: World, share: Share) -> None:
    client = lead_client(world)
    close(world)
    answer = ask(client, world, agency=world.school.name)
    assert answer.status_code == 400
    assert not InformationRequest.objects.exists()


# --- what one has asked


def test_it_is_listed_with_its_answer(world: World, school: Machine, share: Share) -> None:
    ask(school, world)
    asked = InformationRequest.objects.get()
    (told,) = listed(school)
    assert told == {
        "id": asked.pk,
        "child": world.child.reference,
        "case": world.case.reference,
        "to_agency": world.police.name,
        "what": "Who fetches him?",
        "why": "To know whom to ring",
        "needed_by": "2026-11-27",
        "is_late": False,
        "sent_by": school.user.name,
        "sent_at": "2026-11-24T10:30:00Z",
        "answer": None,
        "answered_at": None,
    }
    one = school.get(f"/requests/sent/{asked.pk}").json()
    assert one == {**told, "text": "", "reason": "", "is_closed_to_them": False}
    entries = Entry.objects.filter(verb="api requests sent")
    assert {(e.kind, tuple(e.persons), str(e.records)) for e in entries} == {
        (Kind.DISCLOSURE, (world.child.pk,), str({"requests": [asked.pk]}))
    }
    partners.commands.answer_request(asked, answer="given", text="His aunt", by=world.lead_worker)
    one = school.get(f"/requests/sent/{asked.pk}").json()
    assert (one["answer"], one["text"], one["reason"]) == ("given", "His aunt", "")
    assert listed(school)[0]["answer"] == "given"


def test_what_was_declined_says_why(world: World, school: Machine, share: Share) -> None:
    asked = InformationRequest.objects.get(pk=ask(school, world).json()["id"])
    partners.commands.answer_request(
        asked, answer="declined", reason="Told in trust", by=world.lead_worker
    )
    one = school.get(f"/requests/sent/{asked.pk}").json()
    assert (one["answer"], one["text"], one["reason"]) == ("declined", "", "Told in trust")


def test_what_a_colleague_asked_in_the_portal_is_among_it_and_says_who_can_answer_no_more(
    world: World, share: Share
) -> None:
    client = lead_client(world)
    asked = ask_in_the_portal(world)
    assert [each["id"] for each in listed(client)] == [asked.pk]
    assert listed(client)[0]["sent_by"] == "Lee Leader"
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    assert client.get(f"/requests/sent/{asked.pk}").json()["is_closed_to_them"] is True


def test_only_who_asked_finds_it_and_while_the_child_is_open_to_them(
    world: World, school: Machine, share: Share
) -> None:
    world.share(agency=world.charity)
    own = ask(school, world).json()["id"]
    theirs = ask_in_the_portal(world)
    for client in (machine(world.charity), machine()):
        assert listed(client) == []
        assert client.get(f"/requests/sent/{own}").status_code == 404
    # What the school was asked is not what it asked.
    assert [each["id"] for each in listed(school)] == [own]
    unlike = {school.get(f"/requests/sent/{each}").content for each in (theirs.pk, 999_999_999)}
    assert len(unlike) == 1
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    assert listed(school) == []
    assert school.get(f"/requests/sent/{own}").status_code == 404


def test_since_a_moment_it_lists_what_was_sent_or_answered(
    world: World, school: Machine, share: Share
) -> None:
    since = "?modified_since=2026-11-24T10:31:00%2B00:00"
    asked = InformationRequest.objects.get(pk=ask(school, world).json()["id"])
    assert listed(school, since) == []
    with clock.at(TODAY.replace(minute=40)):
        partners.commands.answer_request(asked, answer="nothing held", by=world.lead_worker)
    assert len(listed(school, since)) == 1
    tag = school.get("/requests/sent")["ETag"]
    assert school.get("/requests/sent", If_None_Match=tag).status_code == 304


def test_each_scope_opens_its_own(world: World, share: Share) -> None:
    reads = machine(world.school, scopes=("asking:read",))
    asks = machine(world.school, scopes=("asking:write",))
    answers = machine(world.school, scopes=("requests:read", "requests:write"))
    asked = ask(asks, world).json()["id"]
    assert len(listed(reads)) == 1
    assert asks.get("/requests/sent").status_code == 403
    assert asks.get(f"/requests/sent/{asked}").status_code == 403
    for client in (reads, answers):
        assert ask(client, world).status_code == 403
        assert client.get(f"{address(world)}/to-ask").status_code == 403
    assert answers.get("/requests/sent").status_code == 403
