"""Complete a contact: what was noticed, heard and decided, over HTTP."""

import re
from datetime import date, datetime
from functools import partial

import pytest
from django.test import Client

import clock
import referrals.commands
from accounts.models import Role, User
from audit.models import Entry, Kind
from cases.models import (
    Contact,
    ContactChild,
    ContactDraft,
    Indicator,
    Observation,
    Person,
    PersonUserPermission,
)
from tests import factories
from tests.desk.contacts.fields import (
    completed,
    logged,
    matched,
)
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("held_clock")


def test_completing_records_what_was_noticed_and_heard(
    client: Client, contact: Contact, robin: Person
) -> None:
    sent = completed(
        contact,
        **{
            "-strengths": ["P01", "P03"],
            "-indicators": ["IND01", "SCH01"],
            "-IND01-severity": "3",
            "-IND01-confidence": "confirmed",
        },
    )
    answer = client.post(f"/contacts/{contact.pk}/complete", sent)
    assert answer["Location"] == f"/contacts/{contact.pk}"
    seen = Observation.objects.order_by("indicator__code")
    assert [(o.indicator.code, o.severity, o.confidence) for o in seen] == [
        ("IND01", 3, "confirmed"),
        ("P01", 2, "confirmed"),
        ("P03", 2, "confirmed"),
        ("SCH01", 2, "reported"),
    ]
    contact.refresh_from_db()
    assert contact.completed_at
    assert (contact.noticed, contact.told_family) == ({"behaviour": "Quiet, tired"}, "yes")
    page = client.get(f"/contacts/{contact.pk}").content.decode()
    for words in (
        "I don&#x27;t want to go home",
        "Persistent aggressive or troublesome behaviour (severe, confirmed)",
        "Trusted adult outside the family",
        "Quiet, tired",
        "What moved, and why",
        f'href="/children/{robin.pk}"',
        "Nothing more for now",
    ):
        assert words in page


def test_a_referral_comes_next_where_it_was_chosen(client: Client, contact: Contact) -> None:
    answer = client.post(f"/contacts/{contact.pk}/complete", completed(contact, next_step="refer"))
    assert answer["Location"] == f"/contacts/{contact.pk}/refer"


def test_a_referred_contact_shows_the_referral_until_it_may_be_made_again(
    client: Client, asha: User, robin: Person
) -> None:
    hub = factories.team(is_hub=True)
    found = factories.contact(robin, by=asha)
    refer, where = f'href="/contacts/{found.pk}/refer"', f"/contacts/{found.pk}"
    assert refer in client.get(where).content.decode()
    referral = referrals.commands.make_referral(
        contact=found,
        children=[robin],
        reason="Out late",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=asha,
    )
    link = f'href="/referrals/{referral.reference}">Referral {referral.reference}</a>: '
    page = client.get(where).content.decode()
    assert f"{link}waiting for a decision" in page
    assert refer not in page
    triager = factories.user(Role.TRIAGE_WORKER, teams=(hub,))
    referrals.commands.return_for_information(
        referral, reason="Which school?", answer="Tell us the school", by=triager
    )
    page = client.get(where).content.decode()
    assert f"{link}returned for information" in page
    assert refer in page


def test_a_look_at_a_contact_is_on_the_grounds_that_open_each_child(
    client: Client, asha: User, robin: Person
) -> None:
    sam = factories.child("Sam", "Example")
    found = factories.contact(robin, sam, by=asha)

    def look() -> Entry:
        client.get(f"/contacts/{found.pk}")
        return Entry.objects.filter(verb="contact", kind=Kind.CONSULTATION).latest("pk")

    assert (look().ground, look().sections) == ("task", ["full"])
    PersonUserPermission.objects.filter(user=asha, content_object=sam).update(until=clock.now())
    assert look().ground == "own, task"
    PersonUserPermission.objects.filter(user=asha).update(until=clock.now())
    last = look()
    # The author reads their own words; nothing of either record is open.
    assert (last.ground, last.sections, last.persons) == ("own", [], [robin.pk, sam.pk])


def test_the_indicators_that_fit_stand_first_and_each_stands_once(
    client: Client, asha: User, robin: Person
) -> None:
    found = logged(client, **matched(str(robin.pk), robin))
    page = client.get(f"/contacts/{found.pk}/complete").content.decode()
    codes = re.findall(r'name="child-\d+-indicators" type="checkbox" value="(\w+)"', page)
    assert codes[:3] == ["EXP01", "EXP02", "EXP03"]
    assert sorted(codes) == sorted(
        Indicator.objects.filter(kind="risk").values_list("code", flat=True)
    )
    assert page.count('<details class="govuk-details" open>') == 1
    assert page.index("What is going well?") < page.index("What did you notice?")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"-role": ""}, "Choose what Robin was in this contact"),
        ({"-role": "thief"}, "Choose one of the answers listed"),
        ({"-role": "suspect"}, "Say what came of it for Robin"),
        ({"-voice": " "}, "Say what Robin said or showed, or why you don’t know"),
        ({"-voice": "a\x00"}, "a character that cannot be kept"),
        ({"-indicators": "XXX99"}, "Choose one of the answers listed"),
        ({"-indicators": "P01"}, "Choose one of the answers listed"),
        ({"-strengths": "IND01"}, "Choose one of the answers listed"),
        (
            {"-indicators": "SCH01", "-SCH01-severity": "9"},
            "Choose how serious and how sure for Robin",
        ),
        (
            {"-indicators": "SCH01", "-SCH01-confidence": "\x00"},
            "Choose how serious and how sure for Robin",
        ),
        ({"behaviour": "x" * 201}, "Behaviour must be 200 characters or fewer"),
        ({"told_family": ""}, "Say whether you told the family"),
        ({"told_family": "no"}, "Say why you did not tell the family"),
        ({"next_step": ""}, "Choose what happens next"),
        ({"-indicators": "IND05"}, "You noticed ‘Violence as suspect’. Say why you are not"),
    ],
)
def test_what_a_completion_lacks_is_said_at_its_field(
    client: Client, contact: Contact, changes: dict[str, str], words: str
) -> None:
    where = f"/contacts/{contact.pk}/complete"
    answer = client.post(where, completed(contact, danger="The uncle", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<title>Error: Complete a contact" in page
    assert not Observation.objects.exists()
    contact.refresh_from_db()
    assert contact.completed_at is None
    assert "The uncle" in client.get(where).content.decode()


def test_not_referring_against_the_catalogue_keeps_its_reason(
    client: Client, contact: Contact
) -> None:
    sent = completed(
        contact, **{"-indicators": "IND05"}, not_referred_why="The youth justice team has it"
    )
    assert client.post(f"/contacts/{contact.pk}/complete", sent).status_code == 302
    contact.refresh_from_db()
    assert contact.not_referred_why == "The youth justice team has it"
    assert "The youth justice team has it" in client.get(f"/contacts/{contact.pk}").content.decode()


@pytest.mark.parametrize("changes", [{"next_step": "refer"}, {"-indicators": "SCH01"}])
def test_no_reason_is_asked_where_nothing_asks_for_a_referral_or_one_comes(
    client: Client, contact: Contact, changes: dict[str, str]
) -> None:
    sent = completed(contact, **({"-indicators": "IND05"} | changes))
    assert client.post(f"/contacts/{contact.pk}/complete", sent).status_code == 302


def test_under_ten_suspect_is_not_offered_and_not_taken(client: Client, asha: User) -> None:
    small = factories.child("Kit", born=date(2019, 1, 1))
    contact = factories.contact(small, by=asha)
    where = f"/contacts/{contact.pk}/complete"
    assert 'value="suspect"' not in client.get(where).content.decode()
    answer = client.post(
        where, completed(contact, **{"-role": "suspect", "-suspect_outcome": "Charged"})
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].children[0].errors) == ["role"]
    rule = "A child under 10 is never a suspect: choose ‘At risk’ for Kit"
    assert rule in answer.content.decode()
    assert ContactChild.objects.get(contact=contact).role == "at risk"


@pytest.mark.parametrize(
    ("age", "field", "words"),
    [
        ("", "age", "Say how old Kit was, about: a child under 10 is never a suspect"),
        ("9", "role", "A child under 10 is never a suspect: choose ‘At risk’ for Kit"),
        ("nine", "age", "Age must be a whole number from 0 to 25"),
        ("26", "age", "Age must be a whole number from 0 to 25"),
    ],
)
def test_of_unknown_age_nobody_is_a_suspect_until_their_age_is_said(
    client: Client, asha: User, age: str, field: str, words: str
) -> None:
    contact = factories.contact(factories.child("Kit", born=None), by=asha)
    where = f"/contacts/{contact.pk}/complete"
    assert "How old are they, about?" in client.get(where).content.decode()
    sent = {"-role": "suspect", "-suspect_outcome": "Charged", "-age": age}
    answer = client.post(where, completed(contact, **sent))
    assert answer.status_code == 422
    assert list(answer.context["form"].children[0].errors) == [field]
    assert words in answer.content.decode()
    assert client.post(where, completed(contact, **sent | {"-age": "12"})).status_code == 302
    kit = Person.objects.get(pk=contact.children.get().person_id)
    assert (kit.birth_date_estimated, ContactChild.objects.get().role) == (True, "suspect")


def test_no_age_is_asked_where_the_birth_date_is_known(client: Client, contact: Contact) -> None:
    page = client.get(f"/contacts/{contact.pk}/complete").content.decode()
    assert "How old are they, about?" not in page


def test_an_indicator_that_must_be_answered_raises_its_flag(
    client: Client, contact: Contact
) -> None:
    sent = completed(contact, **{"-indicators": "EXP05"})
    client.post(f"/contacts/{contact.pk}/complete", sent)
    page = client.get(f"/contacts/{contact.pk}").content.decode()
    assert "Safeguarding: answer now" in page
    assert "Debt, threats or fear of reprisal" in page
    # While a flag is open no band stands beside it.
    assert "What moved, and why" not in page


def test_each_child_has_its_own_answers(client: Client, asha: User, robin: Person) -> None:
    kit = factories.child("Kit", born=date(2019, 1, 1))
    contact = factories.contact(robin, kit, by=asha)
    first, second = ContactChild.objects.filter(contact=contact).order_by("pk")
    sent = completed(contact, **{"-indicators": "SCH01"}) | {
        f"child-{second.pk}-role": "family",
        f"child-{second.pk}-voice_why_not": "Asleep",
        f"child-{second.pk}-strengths": "P12",
    }
    assert client.post(f"/contacts/{contact.pk}/complete", sent).status_code == 302
    assert [o.indicator.code for o in first.person.observations.all()] == ["SCH01"]
    assert [o.indicator.code for o in second.person.observations.all()] == ["P12"]
    second.refresh_from_db()
    assert (second.role, second.voice_why_not) == ("family", "Asleep")


def test_answers_about_a_child_of_another_contact_reach_nobody(
    client: Client, contact: Contact
) -> None:
    other = factories.contact(factories.child("Else"), by=factories.user(Role.OFFICER))
    theirs = ContactChild.objects.get(contact=other)
    sent = completed(contact) | {
        f"child-{theirs.pk}-role": "family",
        f"child-{theirs.pk}-indicators": "SCH01",
    }
    client.post(f"/contacts/{contact.pk}/complete", sent)
    theirs.refresh_from_db()
    assert theirs.role == "at risk"
    assert not theirs.person.observations.exists()


def test_completed_twice_it_is_complete_once(client: Client, contact: Contact) -> None:
    where = f"/contacts/{contact.pk}/complete"
    sent = completed(contact, **{"-indicators": "SCH01"})
    first, second = client.post(where, sent), client.post(where, sent)
    assert first["Location"] == second["Location"] == f"/contacts/{contact.pk}"
    assert client.get(where)["Location"] == f"/contacts/{contact.pk}"
    assert Observation.objects.count() == 1


def test_completed_twice_at_once_it_is_complete_once(
    committing: None, held_clock: datetime
) -> None:
    author, clients = factories.user(Role.OFFICER), [Client(), Client()]
    contact = factories.contact(factories.child(), by=author)
    sent = completed(contact, **{"-indicators": "SCH01"})
    for each in clients:
        each.force_login(author)
    sends = [partial(each.post, f"/contacts/{contact.pk}/complete", sent) for each in clients]
    answers = at_once(Contact.objects.filter(pk=contact.pk), *sends)
    assert [answer["Location"] for answer in answers] == [f"/contacts/{contact.pk}"] * 2
    assert Observation.objects.count() == 1


def test_a_completion_is_kept_as_it_is_typed_until_it_is_sent(
    client: Client, contact: Contact
) -> None:
    where = f"/contacts/{contact.pk}/complete"
    half = completed(contact, **{"-indicators": ["FAM06"], "-FAM06-severity": "1", "-voice": ""})
    assert client.post(f"{where}/save", half).status_code == 204
    page = client.get(where).content.decode()
    assert "Quiet, tired" in page
    assert re.search(r'value="FAM06"[^>]* checked', page)
    assert '<option value="1" selected>' in page
    assert "There is a problem" not in page
    assert client.post(where, completed(contact)).status_code == 302
    assert client.post(f"{where}/save", half).status_code == 204
    [draft] = ContactDraft.objects.all()
    assert (draft.fields, draft.contact) == ({}, contact)


def test_a_late_save_starts_no_draft_of_what_is_complete(client: Client, contact: Contact) -> None:
    where = f"/contacts/{contact.pk}/complete"
    client.post(where, completed(contact))
    assert client.post(f"{where}/save", {"behaviour": "late"}).status_code == 204
    assert not ContactDraft.objects.exists()


def test_only_the_author_completes(signed_in: object, contact: Contact, robin: Person) -> None:
    where = f"/contacts/{contact.pk}/complete"
    colleague = factories.user(Role.OFFICER)
    factories.contact(robin, by=colleague)  # sees the child, and so the contact
    for user in (colleague, factories.user(Role.OFFICER)):
        client = signed_in(user)
        assert client.get(where).status_code == 404
        assert client.post(where, completed(contact)).status_code == 404
        assert client.post(f"{where}/save", completed(contact)).status_code == 404
    contact.refresh_from_db()
    assert contact.completed_at is None
