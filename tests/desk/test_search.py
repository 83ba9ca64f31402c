"""Search: enough at a door for whoever may match; each search recorded, its words never."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import AgencyKind, Role
from audit.models import Entry, Kind
from cases.models import Handling, Person, StatusKind
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")

LAST_WORDS = "No other record that you can open. Worried? Call the hub on"
ROBIN = {
    "forenames": "Robin",
    "surname": "Example",
    "date_of_birth-day": "4",
    "date_of_birth-month": "5",
    "date_of_birth-year": "2013",
}


@pytest.fixture
def robin() -> Person:
    return factories.child("Robin", "Example", born=date(2013, 5, 4))


@pytest.fixture
def officer(signed_in: object) -> Client:
    return signed_in(factories.user(Role.OFFICER, username="asha"))


def page(client: Client, **typed: str) -> str:
    return client.post("/search", typed or ROBIN).content.decode()


def looks() -> list[Entry]:
    return list(Entry.objects.filter(kind=Kind.CONSULTATION, verb="search").order_by("pk"))


def test_a_known_child_is_pointed_to(officer: Client, robin: Person) -> None:
    factories.caution(robin)
    factories.status(robin, StatusKind.LOOKED_AFTER)
    team = factories.team()
    lead = factories.user(Role.LEAD_WORKER, name="Lena Holt", teams=(team,))
    factories.case(robin, lead_worker=lead, team=team)
    shown = page(officer)
    for words in (
        "Robin Example, born 4 May 2013",
        "Dog at the address",
        "Looked after",
        "social worker D. Fell",
        "01632 960 300",
        "Out of hours, the emergency duty team",
        "01632 960 200",
        "Lena Holt",
        "01632 960 002",
        "same date of birth",
        LAST_WORDS,
    ):
        assert words in shown
    assert "Safeguarding flag open" not in shown


def test_an_open_flag_is_said(officer: Client, robin: Person) -> None:
    factories.contact(robin, by=factories.user(Role.OFFICER), safe_now="no")
    assert "Safeguarding flag open" in page(officer)


def test_the_record_is_linked_only_where_one_has_sight(
    officer: Client, robin: Person, signed_in: object
) -> None:
    author = factories.user(Role.OFFICER)
    factories.contact(robin, by=author)
    link = f'href="/children/{robin.pk}"'
    assert link not in page(officer)
    assert link in page(signed_in(author))


def test_the_search_is_recorded_with_who_was_shown_and_never_its_words(
    officer: Client, robin: Person
) -> None:
    page(officer)
    page(
        officer,
        forenames="ROBIN",
        surname="example",
        **{k: v for k, v in ROBIN.items() if "-" in k},
    )
    page(officer, forenames="Nobody", surname="Atall")
    first, again, nobody = looks()
    assert first.persons == again.persons == [robin.pk]
    assert nobody.persons == []
    assert first.records == again.records != nobody.records
    assert (first.ground, len(first.records["terms"][0])) == ("pointer", 64)
    assert "obin" not in str(vars(first))


def test_nobody_found_ends_with_the_same_words(officer: Client) -> None:
    shown = page(officer, forenames="Nobody", surname="Atall")
    assert "Nobody found" in shown
    assert LAST_WORDS in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Enter at least two of first names, surname and date of birth"),
        ({"surname": "Example"}, "Enter at least two of"),
        ({"surname": "Exa\x00mple", "forenames": "Robin"}, "a character that cannot be kept"),
        ({"surname": "x" * 5000, "forenames": "Robin"}, "80 characters or fewer"),
        ({"surname": "Example", "date_of_birth-day": "31"}, "must include a month and year"),
        (ROBIN | {"date_of_birth-year": "2031"}, "must be the same as or before"),
        (ROBIN | {"date_of_birth-year": "1990"}, "must be the same as or after 25 November 2000"),
    ],
)
def test_what_cannot_be_searched_for_is_said(officer: Client, typed: dict, words: str) -> None:
    answer = officer.post("/search", typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert looks() == []


def test_the_form_alone_is_no_search(officer: Client) -> None:
    assert LAST_WORDS not in officer.get("/search", ROBIN).content.decode()
    assert looks() == []


def test_hub_members_of_any_agency_search(signed_in: object, robin: Person) -> None:
    hub = factories.team(is_hub=True)
    health = factories.agency(AgencyKind.HEALTH)
    triage = factories.user(Role.TRIAGE_WORKER, agency=health, teams=(hub,))
    assert "Robin Example" in page(signed_in(triage))


@pytest.mark.parametrize("role", [Role.TRIAGE_WORKER, Role.PARTNER_PRACTITIONER])
def test_a_partner_outside_the_hub_does_not(signed_in: object, robin: Person, role: Role) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    client = signed_in(factories.user(role, agency=school))
    assert client.get("/search").status_code == 403
    assert client.post("/search", ROBIN).status_code == 403
    assert Entry.objects.filter(kind=Kind.DENIED).count() == 2


def test_a_role_without_search_does_not(signed_in: object) -> None:
    assert signed_in(factories.user(Role.COMMANDER)).get("/search").status_code == 403


def test_a_police_only_flag_changes_nothing_for_the_hub_of_another_agency(
    signed_in: object, robin: Person
) -> None:
    health = factories.agency(AgencyKind.HEALTH)
    triage = factories.user(Role.TRIAGE_WORKER, agency=health, teams=(factories.team(is_hub=True),))
    officer = factories.user(Role.OFFICER)
    factories.contact(robin, by=officer, safe_now="no", handling=Handling.POLICE_ONLY)
    assert "Safeguarding flag open" not in page(signed_in(triage))
    assert "Safeguarding flag open" in page(signed_in(officer))
    factories.contact(robin, by=officer, safe_now="no")
    assert "Safeguarding flag open" in page(signed_in(triage))
