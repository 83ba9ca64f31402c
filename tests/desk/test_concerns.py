"""A partner's staff record a concern and refer from it: matched blind, told what became of it, over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

import accounts.commands
import cases.tasks
import clock
import referrals.commands
from accounts.models import Agency, AgencyKind, Role, Team, User
from audit.models import Entry, Kind
from cases.models import Contact, Flag, LikelyMatch, Person
from referrals.models import Referral
from tests import factories
from tests.desk.contacts.fields import completed, typed
from tests.desk.pages import text_of

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")
STAFF = pytest.mark.parametrize("role", [Role.PARTNER_PRACTITIONER, Role.PARTNER_MANAGER])


@pytest.fixture
def school(db: None) -> Agency:
    return factories.agency(AgencyKind.SCHOOL, name="Northfield Academy")


@pytest.fixture
def hub(db: None) -> Team:
    return factories.team(is_hub=True)


@pytest.fixture
def known(db: None) -> Person:
    """Whom the lead agency knows, with the words that `typed` describes."""
    return factories.child("Robin", "Example")


def send(client: Client, **changes: str) -> Contact:
    """The contact that was sent: the answer leads to its completion."""
    answer = client.post(f"/contacts/drafts/{uuid4()}", typed(**changes))
    contact = Contact.objects.latest("pk")
    assert answer.headers.get("Location") == f"/contacts/{contact.pk}/complete"
    return contact


@STAFF
def test_from_a_concern_to_a_referral_and_its_answer(
    role: Role, signed_in: SignedIn, school: Agency, hub: Team
) -> None:
    teacher = factories.user(role, agency=school)
    client = signed_in(teacher)
    contact = send(client)
    sent = completed(contact, next_step="refer")
    answer = client.post(f"/contacts/{contact.pk}/complete", sent)
    assert answer.headers["Location"] == f"/contacts/{contact.pk}/refer"
    assert client.get(f"/contacts/{contact.pk}/refer").status_code == 200
    child = contact.children.get().person
    said = {"children": [str(child.pk)], "reason": "Hungry each day", "wanted": "", "agreed": "yes"}
    answer = client.post(f"/contacts/{contact.pk}/refer", said)
    referral = Referral.objects.get()
    assert answer.headers["Location"] == f"/referrals/{referral.reference}"
    assert (referral.agency, referral.made_by) == (school, teacher)
    triage = factories.user(Role.TRIAGE_WORKER, teams=(hub,))
    referrals.commands.decline(
        referral, reason="Early help knows them", answer="We ring the family today", by=triage
    )
    for where in ("/own?of=referrals", "/own", "/referrals", f"/referrals/{referral.reference}"):
        assert "We ring the family today" in text_of(client.get(where)), where
    assert 'href="/contacts/new"' in client.get("/").content.decode()
    every = client.get("/pages").content.decode()
    for link in ('href="/own"', 'href="/referrals"'):
        assert link in every


@STAFF
def test_whom_the_child_may_be_is_noted_for_the_hub_alone(
    role: Role, signed_in: SignedIn, school: Agency, hub: Team, known: Person
) -> None:
    client = signed_in(factories.user(role, agency=school))
    contact = send(client)
    told = contact.children.get().person
    assert told != known
    assert told.is_provisional
    assert not LikelyMatch.objects.exists()
    client.get(f"/contacts/{contact.pk}")  # the banner is shown once
    before = text_of(client.get(f"/contacts/{contact.pk}"))
    cases.tasks.match_latest()
    assert LikelyMatch.objects.get().other == known
    assert text_of(client.get(f"/contacts/{contact.pk}")) == before
    assert client.get(f"/children/{known.pk}").status_code == 404
    assert client.get(f"/children/{told.pk}").status_code == 404
    referrals.commands.make_referral(
        contact=contact, children=[told], reason="Hungry", wanted="", agreed="yes",
        agreed_why_not="", by=contact.recorded_by,
    )  # fmt: skip
    triage = signed_in(factories.user(Role.TRIAGE_WORKER, teams=(hub,)))
    assert known.reference in triage.get(f"/children/{told.pk}").content.decode()


def test_the_match_is_looked_for_as_soon_as_the_concern_is_written(
    signed_in: SignedIn, school: Agency, known: Person, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:  # fmt: skip
    sent = []
    monkeypatch.setattr("cases.commands.people.current_app.send_task", lambda *a: sent.append(a))
    with django_capture_on_commit_callbacks(execute=True):
        contact = send(signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school)))
    assert ("cases.tasks.match_blind", [[contact.children.get().person_id]]) in sent


def test_nobody_who_is_known_can_be_named_by_a_number(
    signed_in: SignedIn, school: Agency, known: Person
) -> None:
    client, where = signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school)), uuid4()
    answer = client.post(f"/contacts/drafts/{where}", typed(**{"child-0-person": str(known.pk)}))
    assert answer.status_code == 422
    stranger = client.post(f"/contacts/drafts/{where}", typed(**{"child-0-person": "999999999"}))
    assert stranger.status_code == 422
    assert not Contact.objects.exists()


@STAFF
def test_police_only_is_not_theirs_to_say(role: Role, signed_in: SignedIn, school: Agency) -> None:
    client = signed_in(factories.user(role, agency=school))
    where = f"/contacts/drafts/{uuid4()}"
    assert "Who may know?" not in client.get(where).content.decode()
    assert (
        "Who may know?"
        in signed_in(factories.user(Role.OFFICER))
        .get(f"/contacts/drafts/{uuid4()}")
        .content.decode()
    )
    assert send(client, handling="police only").handling == "share"


def test_their_flag_calls_the_duty_of_the_lead_agency(signed_in: SignedIn, school: Agency) -> None:
    sergeant = factories.user(Role.SUPERVISOR)
    accounts.commands.post_duty("Duty", step=0, user=sergeant, by=factories.administrator())
    client = signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school))
    contact = send(client, safe_now="no")
    flag = Flag.objects.get()
    assert (flag.contact, flag.police_only) == (contact, False)
    assert [call.user for call in flag.calls.all()] == [sergeant]
    page = text_of(client.get(f"/contacts/{contact.pk}"))
    assert f"call {sergeant} on" in page
    assert f"Answer flag F-{flag.pk}" not in page
    assert client.get(f"/flags/{flag.pk}").status_code in {403, 404}
    assert f"F-{flag.pk}" in signed_in(sergeant).get("/").content.decode()


@STAFF
def test_training_that_is_out_of_date_never_blocks_a_concern(
    role: Role, signed_in: SignedIn, school: Agency, hub: Team
) -> None:
    teacher = factories.user(role, agency=school)
    yesterday = clock.today() - timedelta(days=1)
    teacher = accounts.commands.record_training(teacher, yesterday, by=factories.administrator())
    client = signed_in(teacher)
    contact = send(client)
    assert client.post(f"/contacts/{contact.pk}/complete", completed(contact)).status_code == 302
    assert client.get(f"/contacts/{contact.pk}/refer").status_code == 200


def test_a_half_typed_concern_is_the_author_s_and_listed_to_them(
    signed_in: SignedIn, school: Agency
) -> None:
    author, colleague = (
        signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school)) for _ in range(2)
    )
    where = f"/contacts/drafts/{uuid4()}"
    assert author.post(f"{where}/save", typed(narrative="Hungry at the gate")).status_code == 204
    assert "Hungry at the gate" in author.get(where).content.decode()
    assert where in author.get("/").content.decode()
    assert colleague.get(where).status_code == 404
    assert where not in colleague.get("/").content.decode()
    contact = send(author)
    assert f"/contacts/{contact.pk}" in author.get("/").content.decode()
    assert colleague.get(f"/contacts/{contact.pk}").status_code == 404
    assert colleague.get(f"/contacts/{contact.pk}/complete").status_code == 404
    assert "Robin" in text_of(colleague.get("/own"))
    looks = Entry.objects.filter(kind=Kind.CONSULTATION, verb="own")
    assert looks.get().ground == "own"
