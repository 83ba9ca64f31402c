"""Log a contact, keep its draft, see whom to call first: over HTTP."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

import accounts.commands
import cases.commands
from accounts.models import Role, User
from audit.models import Entry, Kind
from cases.models import (
    Contact,
    ContactDraft,
    Flag,
    Person,
)
from tests import factories
from tests.desk.contacts.fields import (
    NO_BIRTH_DATE,
    address,
    child,
    logged,
    typed,
)

pytestmark = pytest.mark.usefixtures("held_clock")


def test_a_new_contact_has_an_address_of_its_own(client: Client) -> None:
    first, second = client.get("/contacts/new"), client.get("/contacts/new")
    assert re.fullmatch(r"/contacts/drafts/[0-9a-f-]{36}", first["Location"])
    assert first["Location"] != second["Location"]
    page = client.get(first["Location"]).content.decode()
    assert 'value="10:30"' in page
    assert page.count("<fieldset") < 20
    assert not ContactDraft.objects.exists()
    assert not Entry.objects.filter(kind=Kind.CONSULTATION).exists()


def test_the_form_stays_light(client: Client) -> None:
    assert len(client.get(address()).content) < 40_000


def test_the_area_of_ones_team_is_proposed(db: None, signed_in: object) -> None:
    factories.area("NBA2")
    team = factories.team(area=factories.area("NBC1"))
    page = signed_in(factories.user(Role.OFFICER, teams=(team,))).get(address()).content.decode()
    assert '<option value="NBC1" selected>' in page


def test_a_contact_with_a_child_that_nobody_knows(client: Client, asha: User) -> None:
    factories.area("NBC1")
    contact = logged(client, area="NBC1")
    person = contact.children.get().person
    assert (person.name, person.date_of_birth) == ("Robin Example", date(2013, 5, 4))
    assert (person.is_provisional, person.birth_date_estimated) == (False, False)
    assert (contact.contact_type, contact.location, contact.area.code) == (
        "Missing person",
        "Bus station",
        "NBC1",
    )
    assert contact.occurred_at.isoformat() == "2026-11-24T09:45:00+00:00"
    assert (contact.source, contact.recorded_by, contact.completed_at) == ("form", asha, None)
    assert Entry.objects.filter(verb="record contact", persons=[person.pk]).exists()
    [look] = Entry.objects.filter(kind=Kind.CONSULTATION)
    assert (look.persons, len(look.records["terms"])) == ([], 1)


def test_an_age_alone_is_kept_as_an_estimated_birth_date(client: Client) -> None:
    nobody = child() | NO_BIRTH_DATE
    person = logged(client, **nobody, **{"child-0-age": "9"}).children.get().person
    assert person.birth_date_estimated
    assert person.date_of_birth == date(2017, 5, 26)


def test_several_children_and_blanks_between(client: Client) -> None:
    contact = logged(client, **child(2, forenames="Jo", surname=""), **{"child-2-sex": "F"})
    people = [seen.person for seen in contact.children.order_by("pk")]
    assert [(p.name, p.sex) for p in people] == [("Robin Example", "U"), ("Jo", "F")]


def test_another_child_without_the_script(client: Client) -> None:
    where = address()
    first = client.get(where).content.decode()
    assert first.count("data-optional-child hidden") == 3
    answer = client.post(where, child() | {"add_child": "yes", "narrative": "Half a wo"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("data-optional-child hidden") == 2
    assert 'value="Robin"' in page
    assert "Half a wo" in page
    assert "error" not in page
    assert not Contact.objects.exists()
    full = client.post(where, child() | child(3) | {"add_child": "yes"}).content.decode()
    assert "data-optional-child hidden" not in full
    assert "log another contact" in full


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contact_type": ""}, "Choose what kind of contact this is"),
        ({"contact_type": "Nonsense"}, "Choose one of the answers listed"),
        ({"narrative": " "}, "Say what happened"),
        ({"narrative": "x" * 4001}, "must be 4,000 characters or fewer"),
        ({"narrative": "a\x00b"}, "a character that cannot be kept"),
        ({"safe_now": ""}, "Say whether the child is safe now"),
        ({"location": ""}, "Say where this was"),
        ({"area": "XXX"}, "Choose one of the answers listed"),
        ({"handling": ""}, "Choose who may know about this"),
        ({"occurred_at-time": ""}, "The time must include a time"),
        ({"occurred_at-time": "11:45"}, "The time must not be after 24 November 2026 at 10:30"),
        ({"occurred_at-day": "31"}, "The time must be a real date"),
        ({"child-0-forenames": "", "child-0-surname": " "}, "Enter a first name, a nickname"),
        (child(**{"date_of_birth-month": ""}), "Date of birth must include a month"),
        (child(**{"date_of_birth-year": "2027"}), "Date of birth must be the same as or before"),
        (child(**{"date_of_birth-year": "1999"}), "Date of birth must be the same as or after"),
        ({"child-0-age": "thirteen"}, "Age must be a whole number from 0 to 25"),
        ({"child-0-age": "99999999"}, "Age must be a whole number from 0 to 25"),
        ({"child-0-age": "١٣"}, "Age must be a whole number from 0 to 25"),
        ({"child-0-sex": "X"}, "Choose one of the answers listed"),
        ({"child-0-surname": "x" * 81}, "Surname must be 80 characters or fewer"),
        ({"child-1-surname": "", "child-1-age": "7"}, "Enter a first name, a nickname"),
        ({"child-0-person": "99999999999999999999"}, "Choose one of the children listed"),
        ({"child-0-person": "1" * 21}, "must be 20 characters or fewer"),
        ({"child-0-person": "\x00"}, "a character that cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    client: Client, changes: dict[str, str], words: str
) -> None:
    where = address()
    answer = client.post(where, typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<title>Error: Log a contact" in page
    assert not Contact.objects.exists()
    # Nothing is lost: what was typed stands there still, also after a reload.
    assert "Bus station" in page or "location" in changes
    again = client.get(where).content.decode()
    assert "There is a problem" not in again
    assert "Missing person" in again


@pytest.mark.parametrize("sent", [{}, {"nonsense": "\x00" * 10}, {"child-0-": "x", "child-": "y"}])
def test_nonsense_is_answered_with_the_form(client: Client, sent: dict[str, str]) -> None:
    answer = client.post(address(), sent)
    assert answer.status_code == 422
    assert "Enter a first name, a nickname or a surname" in answer.content.decode()


def test_sent_twice_it_is_one_contact(client: Client) -> None:
    where = address()
    first, second = client.post(where, typed()), client.post(where, typed(narrative="Again"))
    assert first["Location"] == second["Location"]
    assert client.get(where)["Location"] == first["Location"]
    assert Contact.objects.count() == Person.objects.count() == 1


def test_sent_twice_at_once_it_is_one_contact(committing: None, held_clock: datetime) -> None:
    where, clients = address(), [Client(), Client()]
    author = factories.user(Role.OFFICER)
    for each in clients:
        each.force_login(author)

    def send(each: Client) -> str:
        try:
            return each.post(where, typed(safe_now="no"))["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(send, clients))) == 1
    assert Contact.objects.count() == Person.objects.count() == Flag.objects.count() == 1


# Safeguarding


@pytest.mark.parametrize("safe_now", ["no", "not known"])
def test_not_safe_the_next_page_says_whom_to_call_first(
    client: Client, safe_now: str, asha: User
) -> None:
    sergeant = factories.user(Role.SUPERVISOR, name="Sam Field")
    accounts.commands.post_duty(
        "Duty sergeant", step=0, user=sergeant, by=factories.administrator()
    )
    contact = logged(client, safe_now=safe_now)
    page = client.get(f"/contacts/{contact.pk}/complete").content.decode()
    heading = page.index("Safeguarding: answer now, call Sam Field on")
    assert heading < page.index("What you noticed and heard")
    assert "Duty sergeant" in page
    # Who may not answer has no link to a page that would refuse them.
    assert f"/flags/{Flag.objects.get().pk}" not in page


def test_safe_there_is_no_flag(client: Client) -> None:
    contact = logged(client)
    assert (
        "Safeguarding: answer now"
        not in client.get(f"/contacts/{contact.pk}/complete").content.decode()
    )


# Drafts


def test_a_draft_is_kept_as_typed_and_shown_again(client: Client, robin: Person) -> None:
    where = address()
    half = child(**{"date_of_birth-month": ""}) | {"narrative": "Half a\x00 wo", "safe_now": "no"}
    assert client.post(f"{where}/save", half | {"csrfmiddlewaretoken": "x"}).status_code == 204
    draft = ContactDraft.objects.get()
    assert draft.fields["child-0-forenames"] == ["Robin"]
    assert "csrfmiddlewaretoken" not in draft.fields
    page = client.get(where).content.decode()
    assert "Half a" in page
    assert re.search(r'value="no"[^>]* checked', page)
    assert "There is a problem" not in page
    # The known child is offered again too, and that is a look.
    assert Entry.objects.filter(verb="contact_draft", persons=[robin.pk]).exists()


def test_a_late_save_does_not_bring_a_sent_draft_back(client: Client) -> None:
    where = address()
    sent = client.post(where, typed())
    assert client.post(f"{where}/save", {"narrative": "late"}).status_code == 204
    assert client.get(where)["Location"] == sent["Location"]
    assert ContactDraft.objects.get().fields == {}


@pytest.mark.parametrize("sent", [False, True])
def test_somebody_elses_draft_does_not_exist(client: Client, signed_in: object, sent: bool) -> None:
    where = address()
    client.post(where if sent else f"{where}/save", typed())
    stranger = signed_in(factories.user(Role.OFFICER))
    assert stranger.get(where).status_code == 404
    for path in (where, f"{where}/save", f"{where}/matches"):
        assert stranger.post(path, typed(child="0")).status_code == 404
    assert Contact.objects.count() == int(sent)
    assert Entry.objects.filter(kind=Kind.DENIED).count() == 4


def test_a_draft_of_another_form_is_not_this_one(client: Client, asha: User) -> None:
    key = uuid4()
    cases.commands.start_draft("completion of 1", key=key, by=asha)
    assert client.get(f"/contacts/drafts/{key}").status_code == 404


@pytest.mark.parametrize("role", [Role.TRIAGE_WORKER, Role.COMMANDER, Role.ADMINISTRATOR])
def test_who_may_not_record_contacts(db: None, signed_in: object, role: Role) -> None:
    client, where = signed_in(factories.user(role)), address()
    assert client.get("/contacts/new").status_code == 403
    assert client.get(where).status_code == 403
    for path in (where, f"{where}/save", f"{where}/matches"):
        assert client.post(path, typed(child="0")).status_code == 403
    assert not ContactDraft.objects.exists()
