"""The page of a contact: who reads it, and what it leads on to."""

import pytest
from django.test import Client

import cases.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.models import (
    Contact,
    Flag,
    Person,
)
from tests import factories
from tests.desk.contacts.fields import completed

pytestmark = pytest.mark.usefixtures("held_clock")


def test_the_author_sees_what_to_do_next(client: Client, contact: Contact) -> None:
    where = f"/contacts/{contact.pk}"
    page = client.get(where).content.decode()
    assert f'href="{where}/complete"' in page
    assert f'href="{where}/refer"' in page
    client.post(f"{where}/complete", completed(contact))
    page = client.get(where).content.decode()
    assert f'href="{where}/complete"' not in page
    assert f'href="{where}/refer"' in page


def test_a_look_at_a_contact_is_recorded(client: Client, contact: Contact, robin: Person) -> None:
    client.get(f"/contacts/{contact.pk}")
    [look] = Entry.objects.filter(kind=Kind.CONSULTATION)
    assert (look.verb, look.persons, look.records) == (
        "contact",
        [robin.pk],
        {"contact": contact.pk},
    )


def test_a_flag_is_linked_for_whoever_may_answer(
    signed_in: object, asha: User, robin: Person
) -> None:
    contact = factories.contact(robin, by=asha, safe_now="no")
    flag = Flag.objects.get()
    sergeant = factories.user(Role.SUPERVISOR)
    factories.contact(robin, by=sergeant)
    page = signed_in(sergeant).get(f"/contacts/{contact.pk}").content.decode()
    assert f'href="/flags/{flag.pk}"' in page
    assert "/complete" not in page
    cases.commands.answer_flag(flag, action="Taken home", by=sergeant)
    page = signed_in(sergeant).get(f"/contacts/{contact.pk}").content.decode()
    assert "Safeguarding: answer now" not in page
    assert f"answered by {sergeant.name}" in page


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COMMANDER])
def test_a_stranger_finds_no_contact(signed_in: object, contact: Contact, role: Role) -> None:
    assert signed_in(factories.user(role)).get(f"/contacts/{contact.pk}").status_code == 404
    assert Entry.objects.filter(kind=Kind.DENIED, verb="contact").count() == 1


def test_another_agency_finds_no_contact(signed_in: object, contact: Contact) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school))
    assert teacher.get(f"/contacts/{contact.pk}").status_code == 404
    assert teacher.get(f"/contacts/{contact.pk}/complete").status_code == 404


def test_having_seen_one_child_does_not_open_a_contact_with_a_sibling(
    signed_in: object, asha: User, robin: Person
) -> None:
    contact = factories.contact(robin, factories.child("Kit"), by=asha)
    colleague = factories.user(Role.OFFICER)
    factories.contact(robin, by=colleague)
    assert signed_in(colleague).get(f"/contacts/{contact.pk}").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999999999999999"])
def test_a_contact_that_is_not_there(client: Client, number: str) -> None:
    assert client.get(f"/contacts/{number}").status_code == 404
    assert client.get(f"/contacts/{number}/complete").status_code == 404
