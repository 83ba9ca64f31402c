"""Contacts over the API: once, newer texts as amendments, matched openly or blind."""

from typing import Any

import pytest

import cases.tasks
from accounts.models import AgencyKind
from audit.models import Entry, Kind
from cases.models import Contact, Flag, Handling, LikelyMatch, Person, Prompt
from tests import factories
from tests.rest.api import Machine, machine, report, robin

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def lead() -> Machine:
    return machine()


@pytest.fixture
def school() -> Machine:
    return machine(factories.agency(AgencyKind.SCHOOL))


def taken(by: Machine, status: int = 201, **more: Any) -> dict[str, Any]:
    answer = by.post("/contacts", report(**more))
    assert answer.status_code == status, answer.content
    return answer.json()


def problem(by: Machine, body: Any, status: int = 400) -> dict[str, Any]:
    """The problem that the body meets; it leaves nothing behind."""
    before = Contact.objects.count(), Person.objects.count()
    answer = by.post("/contacts", body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert (Contact.objects.count(), Person.objects.count()) == before
    said = answer.json()
    assert said["status"] == status
    return said


def test_a_contact_is_written_down_and_opens_the_child(lead: Machine) -> None:
    said = taken(lead, officer="PC 12", crime_ref="NB/1", area_code="ZZ9", safe_now="yes")
    (child,) = said["children"]
    assert (said["state"], child["outcome"], child["known_as"]) == ("new", "new", [])
    assert said["notes"] == ["The area is not one that the portal knows: it was kept as given."]
    contact = Contact.objects.get(pk=said["id"])
    assert contact.recorded_by == lead.user
    assert contact.agency == lead.client.agency
    assert contact.completed_at
    assert lead.get(f"/children/{child['id']}/readings").status_code == 200


def test_the_same_again_changes_nothing_and_a_newer_text_amends(lead: Machine) -> None:
    first = taken(lead)
    assert taken(lead, 200) == {
        **first,
        "state": "unchanged",
        "children": taken(lead, 200)["children"],
    }
    newer = taken(lead, 200, narrative="Seen again, with an older man")
    assert (newer["id"], newer["state"]) == (first["id"], "amended")
    contact = Contact.objects.get()
    assert contact.narrative == "Seen again, with an older man"
    assert contact.texts.count() == 2
    assert Person.objects.count() == 1


def test_an_amendment_tightens_and_never_loosens(lead: Machine) -> None:
    taken(lead, handling="police only", safe_now="no")
    taken(lead, 200, handling="share", safe_now="yes")
    contact = Contact.objects.get()
    assert (contact.handling, contact.safe_now) == (Handling.POLICE_ONLY, "no")
    assert Flag.objects.count() == 1


def test_a_child_who_is_no_longer_safe_raises_a_flag_once(lead: Machine) -> None:
    taken(lead, safe_now="yes")
    assert not Flag.objects.exists()
    taken(lead, 200, safe_now="not known")
    taken(lead, 200, safe_now="not known", narrative="More")
    assert [flag.says for flag in Flag.objects.all()] == ["Not known to be safe now"]
    taken(lead, 200, safe_now="no", narrative="Worse")
    assert Flag.objects.count() == 2


def test_words_wait_as_prompts_of_their_own_child(lead: Machine) -> None:
    factories.indicator("SCH01")
    sam = robin(forenames="Sam", date_of_birth="2009-02-02", words=["Poor  Attendance", "xyz"])
    said = taken(lead, children=[robin(), sam])
    assert "Some words are in no list of words" in said["notes"][0]
    (prompt,) = Prompt.objects.all()
    assert (prompt.word, prompt.person.forenames) == ("poor attendance", "Sam")
    taken(lead, 200, children=[robin(words=["poor attendance"]), sam])
    assert {p.person.forenames for p in Prompt.objects.all()} == {"Robin", "Sam"}


def test_a_known_child_is_linked_where_sure_and_the_pointer_told(lead: Machine) -> None:
    known = factories.child()
    factories.caution(known)
    (child,) = taken(lead)["children"]
    assert (child["outcome"], child["id"]) == ("known", known.pk)
    assert child["known_as"][0]["cautions"] == "Dog at the address"
    entry = Entry.objects.get(kind=Kind.DISCLOSURE, verb="api pointers")
    assert (entry.persons, entry.ground, entry.user_id) == ([known.pk], "pointer", lead.user.pk)


def test_a_child_who_may_be_known_is_left_to_a_person(lead: Machine) -> None:
    known = factories.child()
    (child,) = taken(lead, children=[robin(forenames="Robyn")])["children"]
    assert child["outcome"] == "to be checked"
    assert [each["id"] for each in child["may_be"]] == [known.pk]
    assert LikelyMatch.objects.get().other == known


def test_a_partner_is_matched_blind_and_the_match_is_noted_later(school: Machine) -> None:
    known = factories.child()
    met = taken(school)["children"]
    stranger = taken(school, source_ref="SCH-2", children=[robin(surname="Nobody")])["children"]
    blind = {"outcome": "received", "id": None, "reference": None, "known_as": [], "may_be": []}
    assert met == stranger == [blind]
    told = Contact.objects.get(source_ref="CAD-1").children.get().person
    assert told != known
    assert told.is_provisional
    assert not LikelyMatch.objects.exists()
    assert cases.tasks.match_blind([told.pk]) == 1
    assert LikelyMatch.objects.get().other == known
    assert cases.tasks.match_blind([told.pk]) == 1
    assert LikelyMatch.objects.count() == 1


def test_every_answer_ends_with_the_same_words(lead: Machine, school: Machine) -> None:
    factories.child()
    said = [
        taken(lead),
        taken(lead, 200),
        taken(lead, source_ref="CAD-2", children=[robin(surname="Nobody")]),
        taken(school),
    ]
    (words,) = {each["last_words"] for each in said}
    assert words.startswith("No other record that you can open. Worried? Call the hub on 0")


def test_the_night_matches_whom_no_worker_has(school: Machine) -> None:
    factories.child()
    taken(school)
    assert cases.tasks.match_latest() == 1
    assert cases.tasks.match_latest() == 0


def test_a_partner_keeps_the_contact_alone(school: Machine) -> None:
    taken(school)
    told = Contact.objects.get().children.get().person
    assert school.get(f"/children/{told.pk}/readings").status_code == 404
    assert school.get(f"/children/{told.pk}/watch-for").status_code == 404


def test_two_clients_may_use_one_reference(lead: Machine, school: Machine) -> None:
    assert taken(lead)["state"] == taken(school)["state"] == taken(machine())["state"] == "new"
    assert Contact.objects.filter(source_ref="CAD-1").count() == 3


def test_a_newer_text_brings_in_no_other_child(lead: Machine) -> None:
    taken(lead)
    other = robin(forenames="Wolfgang", surname="Quill", date_of_birth="2008-01-02", postcode="")
    said = problem(lead, report(children=[other], narrative="New"))
    assert [error["field"] for error in said["errors"]] == ["children.0"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"occurred_at": "2026-11-24T23:00:00+00:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "occurred_at"),
        ({"occurred_at": "2026-11-24T09:30:00"}, "occurred_at"),
        ({"occurred_at": "1950-11-24T09:30:00Z"}, "occurred_at"),
        ({"occurred_at": 10**400}, "occurred_at"),
        ({"narrative": "Nul \0 here"}, "narrative"),
        ({"narrative": "Half \ud800 a letter"}, "narrative"),
        ({"narrative": 12}, "narrative"),
        ({"contact_type": ["Child concern"]}, "contact_type"),
        ({"handling": {"a": 1}}, "handling"),
        ({"handling": "\ud800"}, "handling"),
        ({"source_ref": ""}, "source_ref"),
        ({"source_ref": "x" * 61}, "source_ref"),
        ({"children": []}, "children"),
        ({"children": {}}, "children"),
        ({"children": [7]}, "children.0"),
        ({"children": [robin()] * 21}, "children"),
        ({"children": [robin(date_of_birth="2026-11-25")]}, "children.0.date_of_birth"),
        ({"children": [robin(date_of_birth="1990-01-01")]}, "children.0.date_of_birth"),
        ({"children": [robin(date_of_birth="2013-02-30")]}, "children.0.date_of_birth"),
        ({"children": [robin(surname="", forenames="")]}, "children.0.surname"),
        ({"children": [robin(surname="x" * 81)]}, "children.0.surname"),
        ({"children": [robin(words="one")]}, "children.0.words"),
        ({"children": [robin(words=["\0"])]}, "children.0.words.0"),
    ],
)
def test_what_cannot_be_taken_is_named_and_never_quoted(
    lead: Machine, wrong: dict[str, Any], field: str
) -> None:
    said = problem(lead, report(**wrong))
    assert said["code"] == "invalid"
    assert said["errors"][0]["field"] == field
    assert "x" * 61 not in said["errors"][0]["reason"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid"),
        (b"{", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (b'{"source_ref": NaN}', 400, "malformed"),
        (b"[]", 400, "invalid"),
        (b"null", 400, "invalid"),
        (b'"' + b"x" * 2_100_000 + b'"', 413, "too_large"),
    ],
)
def test_no_body_is_a_fault_of_ours(lead: Machine, body: bytes, status: int, code: str) -> None:
    assert problem(lead, body, status)["code"] == code
