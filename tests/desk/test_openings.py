"""A record opened with a reason: from the search, by its pointer, to the whole of it."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.models import Opening, Person
from tests import factories
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


def test_the_search_offers_it_and_the_pointer_comes_first(officer: Client, robin: Person) -> None:
    factories.contact(robin, by=factories.user(Role.OFFICER), narrative="Hungry at the quay")
    factories.caution(robin)
    where = f"/children/{robin.pk}/open"
    assert where in officer.post("/search", ROBIN).content.decode()
    shown = text_of(officer.get(where))
    assert robin.reference in shown
    assert "Robin Example, born 4 May 2013" in shown
    assert "Dog at the address" in shown
    for more in ("Hungry at the quay", "Sample Street", "What the facts weigh"):
        assert more not in shown
    (look,) = Entry.objects.filter(verb="child_open")
    assert (look.persons, look.ground, look.sections) == ([robin.pk], "pointer", [])


def test_with_a_reason_it_opens_and_each_look_says_why(officer: Client, robin: Person) -> None:
    where = f"/children/{robin.pk}/open"
    answer = officer.post(where, WHY)
    assert (answer.status_code, answer["Location"]) == (302, f"/children/{robin.pk}")
    shown = text_of(officer.get(answer["Location"]))
    assert "is open to you for 8 hours" in shown
    assert "Open to you until 24 November 2026 at 18:30" in shown
    assert "A safeguarding check: Seen alone at the quay at night" in shown
    look = Entry.objects.get(kind=Kind.CONSULTATION, verb="child")
    assert (look.ground, look.reason) == ("reason", Opening.objects.get().reason)
    assert where not in officer.post("/search", ROBIN).content.decode()
    assert officer.get(where).status_code == 302


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
    page = officer.post(f"/children/{robin.pk}/open", WHY | said)
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
    client.post(f"/children/{robin.pk}/open", WHY)
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
