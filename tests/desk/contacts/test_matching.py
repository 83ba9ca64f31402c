"""The form finds the child who is meant, or says so: over HTTP."""

import re
from datetime import date

import pytest
from django.test import Client

from accounts.models import AgencyKind, Role
from audit.models import Entry, Kind
from cases.models import (
    Contact,
    LikelyMatch,
    Person,
)
from tests import factories
from tests.desk.contacts.fields import (
    LAST_WORDS,
    NO_BIRTH_DATE,
    address,
    child,
    logged,
    matched,
    typed,
)

pytestmark = pytest.mark.usefixtures("held_clock")


def test_while_typing_the_known_child_is_offered(client: Client, robin: Person) -> None:
    factories.caution(robin)
    where = address()
    page = client.post(f"{where}/matches", child() | {"child": "0"}).content.decode()
    for words in ("Robin Example", "Dog at the address", "same date of birth", LAST_WORDS):
        assert words in page
    assert f'value="{robin.pk}"' in page
    assert "<html" not in page
    [look] = Entry.objects.filter(kind=Kind.CONSULTATION, ground="pointer")
    assert (look.verb, look.persons, look.ground) == ("contact_matches", [robin.pk], "pointer")
    assert "obin" not in str(vars(look))


def test_a_match_is_told_beside_the_button_with_what_to_beware_of(
    client: Client, robin: Person
) -> None:
    where = address()

    def told(page: str) -> str:
        line = re.search('id="child-0-found"[^>]*>(.*)', page)[1].partition("</p>")[0]
        assert 'href="#id_child-0-person-offered"' in line
        assert 'id="id_child-0-person-offered"' in page
        return re.sub("<[^>]*>", "", line).strip()

    sent = child() | {"child": "0"}
    page = client.post(f"{where}/matches", sent).content.decode()
    assert told(page) == "1 known child may be this one"
    factories.caution(robin)
    factories.contact(robin, by=factories.user(Role.OFFICER), safe_now="no")
    said = "1 known child may be this one · safeguarding flag open · caution"
    assert told(client.post(f"{where}/matches", sent).content.decode()) == said
    assert told(client.post(where, typed()).content.decode()) == said


def test_nobody_found_ends_with_the_same_words_and_is_recorded(client: Client) -> None:
    page = client.post(f"{address()}/matches", child(1) | {"child": "1"}).content.decode()
    assert LAST_WORDS in page
    assert "Is this one of these children?" not in page
    assert Entry.objects.get(kind=Kind.CONSULTATION).persons == []


def test_whoever_is_matched_blind_reads_the_same_last_words(
    signed_in: object, robin: Person
) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = signed_in(factories.user(Role.LEAD_WORKER, agency=school))
    where = address()
    met = teacher.post(f"{where}/matches", child() | {"child": "0"}).content.decode()
    stranger = child(surname="Nobody") | {"child": "0"}
    assert met == teacher.post(f"{where}/matches", stranger).content.decode()
    assert LAST_WORDS in met
    assert not Entry.objects.filter(kind=Kind.CONSULTATION).exists()


def test_too_little_typed_looks_for_nobody(client: Client, robin: Person) -> None:
    page = client.post(
        f"{address()}/matches", {"child": "0", "child-0-surname": "Example"}
    ).content.decode()
    assert LAST_WORDS not in page
    assert not Entry.objects.filter(kind=Kind.CONSULTATION).exists()


@pytest.mark.parametrize("number", ["", "4", "-1", "x", "0" * 50])
def test_a_child_that_the_form_does_not_have(client: Client, number: str) -> None:
    assert client.post(f"{address()}/matches", child() | {"child": number}).status_code == 400


def test_a_known_child_is_asked_about_before_anything_is_recorded(
    client: Client, robin: Person
) -> None:
    answer = client.post(address(), typed())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Say whether Robin is one of those we know" in page
    assert "There is a problem" not in page
    assert f'name="child-0-shown" value="{robin.pk} "' in page
    assert not Contact.objects.exists()


def test_the_child_that_was_chosen_is_the_one(client: Client, robin: Person) -> None:
    contact = logged(client, **matched(str(robin.pk), robin))
    assert [seen.person for seen in contact.children.all()] == [robin]
    assert Person.objects.count() == 1


def test_none_of_these_is_a_new_record_that_keeps_whom_it_may_be(
    client: Client, robin: Person
) -> None:
    person = logged(client, **matched("none", robin)).children.get().person
    assert person != robin
    assert not person.is_provisional
    assert LikelyMatch.objects.get(person=person).other == robin


def test_none_of_these_keeps_no_mere_possibility(client: Client) -> None:
    known = factories.child("Rowan", "Example", born=None, postcode="", address="")
    initial = child(forenames="R") | NO_BIRTH_DATE
    person = logged(client, **initial, **matched("none", known)).children.get().person
    assert not LikelyMatch.objects.filter(person=person).exists()


def test_not_known_is_a_provisional_record(client: Client, robin: Person) -> None:
    person = logged(client, **matched("unsure", robin)).children.get().person
    assert person.is_provisional
    assert LikelyMatch.objects.get(person=person).other == robin


def test_none_of_these_says_nothing_of_a_child_that_was_not_shown(
    client: Client, robin: Person
) -> None:
    other = factories.child("Robyn", "Example", born=date(2013, 5, 4))
    answer = client.post(address(), typed(**matched("none", other)))
    assert answer.status_code == 200
    assert not Contact.objects.exists()


def test_a_child_who_does_not_match_cannot_be_chosen(client: Client, robin: Person) -> None:
    stranger = factories.child("Else", "Somebody", born=date(2010, 1, 2), postcode="NB9 9ZZ")
    answer = client.post(address(), typed(**matched(str(stranger.pk), robin)))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose one of the children listed, or none of them" in page
    assert "Somebody" not in page
    assert not Contact.objects.exists()


def test_one_child_cannot_stand_twice_in_a_contact(client: Client, robin: Person) -> None:
    twice = matched(str(robin.pk), robin) | child(1) | matched(str(robin.pk), robin, number=1)
    answer = client.post(address(), typed(**twice))
    assert answer.status_code == 422
    assert "You have already chosen this child above" in answer.content.decode()
