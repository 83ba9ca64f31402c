"""Log a contact, let the form find the child, complete it, see what it set off: over HTTP."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

import accounts.commands
import cases.commands
import clock
import referrals.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.models import (
    Contact,
    ContactChild,
    ContactDraft,
    Flag,
    Indicator,
    LikelyMatch,
    Observation,
    Person,
    PersonUserPermission,
)
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("held_clock")

NO_BIRTH_DATE = {f"child-0-date_of_birth-{part}": "" for part in ("day", "month", "year")}
LAST_WORDS = "No other record that you can open. Worried? Call the hub on"


@pytest.fixture
def asha(db: None) -> User:
    return factories.user(Role.OFFICER, username="asha", name="Asha Rahman")


@pytest.fixture
def client(signed_in: object, asha: User) -> Client:
    return signed_in(asha)


@pytest.fixture
def robin(db: None) -> Person:
    return factories.child("Robin", "Example", born=date(2013, 5, 4))


def address() -> str:
    return f"/contacts/drafts/{uuid4()}"


def child(number: int = 0, **said: str) -> dict[str, str]:
    """The fields of a child, Robin Example born 4 May 2013 unless said otherwise."""
    robin = {
        "forenames": "Robin",
        "surname": "Example",
        "date_of_birth-day": "4",
        "date_of_birth-month": "5",
        "date_of_birth-year": "2013",
    }
    return {f"child-{number}-{name}": value for name, value in (robin | said).items()}


def typed(**changes: str) -> dict[str, str]:
    happened = {
        "contact_type": "Missing person",
        "narrative": "Found at the bus station, cold and hungry",
        "safe_now": "yes",
        "location": "Bus station",
        "occurred_at-day": "24",
        "occurred_at-month": "11",
        "occurred_at-year": "2026",
        "occurred_at-time": "09:45",
        "handling": "share",
    }
    return child() | happened | changes


def matched(answer: str, *offered: Person, number: int = 0) -> dict[str, str]:
    """The answer to 'is this one of these children?', given about those offered."""
    shown = " ".join(str(person.pk) for person in offered)
    return {f"child-{number}-person": answer, f"child-{number}-shown": shown}


def logged(client: Client, **changes: str) -> Contact:
    answer = client.post(address(), typed(**changes))
    assert answer.status_code == 302, answer.content.decode()
    number = re.fullmatch(r"/contacts/(\d+)/complete", answer["Location"])[1]
    return Contact.objects.get(pk=number)


# Logging


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


# Matching


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


# Completing


def completed(contact: Contact, **changes: str) -> dict[str, object]:
    """The completion of a contact with one child; keys of the child without its prefix: '-role'."""
    prefix = f"child-{ContactChild.objects.filter(contact=contact).earliest('pk').pk}"
    given = {
        "-role": "at risk",
        "-voice": "I don't want to go home",
        "-voice_why_not": "",
        "behaviour": "Quiet, tired",
        "told_family": "yes",
        "next_step": "nothing more",
    } | changes
    return {
        (prefix + name if name.startswith("-") else name): value for name, value in given.items()
    }


@pytest.fixture
def contact(asha: User, robin: Person) -> Contact:
    return factories.contact(robin, by=asha)


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


# The contact


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
