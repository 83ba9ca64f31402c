"""A record opened with a reason: from the search, by its pointer, to the whole of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.commands import Named
from cases.models import Opening, Person
from tests import factories
from tests.conftest import TODAY
from tests.desk.pages import text_of
from tests.desk.test_search import ROBIN

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")
WHY = {"kind": "safeguarding check", "words": "Seen alone at the quay at night"}


@pytest.fixture
def robin() -> Person:
    return factories.child()


@pytest.fixture
def officer(signed_in: SignedIn) -> Client:
    return signed_in(factories.user(Role.OFFICER))


def way_to(child: Person, client: Client) -> str:
    """Where this search's answer leads, to open the child's record."""
    found = client.post("/search", ROBIN).content.decode()
    (way,) = re.findall(rf'href="(/children/{child.pk}/open[^"]*)"', found)
    return way


def test_the_search_offers_it_and_the_pointer_comes_first(officer: Client, robin: Person) -> None:
    factories.contact(robin, by=factories.user(Role.OFFICER), narrative="Hungry at the quay")
    factories.caution(robin)
    where = way_to(robin, officer)
    shown = text_of(officer.get(where))
    assert robin.reference in shown
    assert "Robin Example, born 4 May 2013" in shown
    assert "Dog at the address" in shown
    for more in ("Hungry at the quay", "Sample Street", "What the facts weigh"):
        assert more not in shown
    (look,) = Entry.objects.filter(verb="child_open")
    assert (look.persons, look.ground, look.sections) == ([robin.pk], "pointer", [])


def test_with_a_reason_it_opens_and_each_look_says_why(officer: Client, robin: Person) -> None:
    where = way_to(robin, officer)
    answer = officer.post(where, WHY)
    assert (answer.status_code, answer["Location"]) == (302, f"/children/{robin.pk}")
    shown = text_of(officer.get(answer["Location"]))
    assert "is open to you for 8 hours" in shown
    assert "Open to you until 24 November 2026 at 18:30" in shown
    assert "A safeguarding check: Seen alone at the quay at night" in shown
    look = Entry.objects.get(kind=Kind.CONSULTATION, verb="child")
    assert (look.ground, look.reason) == ("reason", Opening.objects.get().reason)
    assert "/open" not in officer.post("/search", ROBIN).content.decode()
    assert officer.get(where).status_code == 302
    assert officer.get(f"/children/{robin.pk}/open").status_code == 302


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"kind": ""}, "kind", "Choose why you open this record"),
        ({"kind": "curious"}, "kind", "Choose one of the answers listed"),
        ({"words": ""}, "words", "Say why you need to see more of this record"),
        ({"words": "x" * 301}, "words", "300 characters or fewer"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    officer: Client, robin: Person, said: dict[str, str], field: str, words: str
) -> None:
    page = officer.post(way_to(robin, officer), WHY | said)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert words in text_of(page)
    assert not Opening.objects.exists()
    kept = "safeguarding check" if field == "words" else "Seen alone"
    assert kept in page.content.decode()


def test_a_hub_member_of_another_agency_sees_no_police_only_fact_by_it(
    signed_in: SignedIn, robin: Person
) -> None:
    by = factories.user(Role.OFFICER)
    factories.contact(robin, by=by, handling="police only", narrative="Source says he runs")
    factories.contact(robin, by=by, narrative="Hungry at the quay")
    health = factories.agency(AgencyKind.HEALTH)
    hub = factories.user(Role.TRIAGE_WORKER, agency=health, teams=(factories.team(is_hub=True),))
    client = signed_in(hub)
    client.post(way_to(robin, client), WHY)
    shown = text_of(client.get(f"/children/{robin.pk}"))
    assert "Hungry at the quay" in shown
    assert "Source says he runs" not in shown
    assert "Police hold more" in shown


def test_a_child_who_is_not_there_and_one_that_a_partner_may_not_open_look_the_same(
    signed_in: SignedIn, robin: Person
) -> None:
    client = signed_in(
        factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL))
    )
    for person in (robin.pk, 987654321):
        for method in (client.get, client.post):
            assert method(f"/children/{person}/open").status_code == 404


# --- who has matched the child, and who has not


def restrict(child: Person) -> None:
    keeper = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        child,
        owner=keeper,
        why="A witness",
        named=[Named(keeper, reachable_at_any_hour=True)],
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )


def same(answers: list[tuple[int, str]]) -> bool:
    return len(set(answers)) == 1


def asked(client: Client, address: str) -> list[tuple[int, str]]:
    """What is answered to a look and to a reason: the status and the words."""
    answers = [client.get(address), client.post(address, WHY)]
    return [(answer.status_code, text_of(answer)) for answer in answers]


def test_counting_up_ids_gives_no_child(officer: Client, robin: Person) -> None:
    sealed, none = factories.child("Wren"), 987654321
    restrict(sealed)
    answers = [
        answer
        for person in (robin.pk, factories.child("Sam").pk, sealed.pk, none)
        for answer in asked(officer, f"/children/{person}/open")
    ]
    assert same(answers)
    assert answers[0][0] == 404
    assert "Robin" not in answers[0][1]
    assert not Opening.objects.exists()


def test_a_proof_is_of_one_child_for_one_user(
    signed_in: SignedIn, officer: Client, robin: Person
) -> None:
    sam = factories.child("Sam", "Other")
    way = way_to(robin, officer)
    assert officer.get(way).status_code == 200
    other = signed_in(factories.user(Role.OFFICER))
    refused = asked(other, way) + asked(officer, way.replace(f"/{robin.pk}/", f"/{sam.pk}/"))
    refused += asked(officer, "/children/987654321/open?" + way.split("?")[1])
    assert same(refused)
    assert refused[0][0] == 404
    assert not Opening.objects.exists()


@pytest.mark.parametrize("proof", ["", "1", ":", "99999999999:", "x/1:", "é\x00:é", "0" * 5000])
def test_what_no_search_has_signed_opens_nothing(
    officer: Client, robin: Person, proof: str
) -> None:
    way = f"/children/{robin.pk}/open"
    for method in (officer.get, officer.post):
        assert method(way, query_params={"matched": proof}).status_code == 404


def test_a_later_end_is_not_signed(officer: Client, robin: Person) -> None:
    where, proof = way_to(robin, officer).split("=")
    ends, signature = proof.split(":")
    assert officer.get(f"{where}={int(ends) + 1}:{signature}").status_code == 404


def test_a_proof_is_good_for_eight_hours(
    signed_in: SignedIn, officer: Client, robin: Person
) -> None:
    way = way_to(robin, officer)
    with clock.at(TODAY + timedelta(hours=8) - timedelta(seconds=1)):
        assert officer.get(way).status_code == 200
    with clock.at(TODAY + timedelta(hours=8)):
        assert [status for status, _ in asked(officer, way)] == [404, 404]


def test_a_child_hidden_after_the_match_is_as_one_who_is_not_there(
    officer: Client, robin: Person
) -> None:
    way = way_to(robin, officer)
    restrict(robin)
    assert asked(officer, way) == asked(officer, "/children/987654321/open")


def test_a_proof_says_nothing_of_anybody_and_stands_in_no_entry(
    signed_in: SignedIn, robin: Person
) -> None:
    user = factories.user(Role.OFFICER)
    client = signed_in(user)
    way = way_to(robin, client)
    ends, signature = way.split("=")[1].split(":")
    assert ends == str(int((TODAY + timedelta(hours=8)).timestamp()))
    assert re.fullmatch(r"[\w-]{43}", signature)
    assert client.get(way).status_code == 200
    client.get(way.replace(f"/{robin.pk}/", "/987654321/"))
    kept = repr(list(Entry.objects.values()))
    assert "987654321" in kept
    assert signature not in kept


def test_whoever_sees_some_of_the_record_needs_no_search(
    signed_in: SignedIn, robin: Person
) -> None:
    """A hub member of another agency with a share: their page of the child leads on to a reason."""
    health = factories.agency(AgencyKind.HEALTH)
    hub = factories.user(Role.TRIAGE_WORKER, agency=health, teams=(factories.team(is_hub=True),))
    place = factories.place(robin, factories.case(robin))
    cases.commands.seat(place, hub, role="Nurse", by=place.case.lead_worker)
    way = f"/children/{robin.pk}/open"
    client = signed_in(hub)
    assert way in client.get(f"/children/{robin.pk}").content.decode()
    assert client.get(way).status_code == 200
