"""Agreement to help on the pages: asked once, refused at the field, decided on the same day."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse

import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import Role, User
from audit.models import Entry, Kind
from cases.models import CaseChild, Person
from partners.models import Consent, Share, WithdrawalDecision
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world
from tests.partners.test_consents import record, saying, withdraw


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def typed(**changed: object) -> dict[str, object]:
    said = {
        "answer": "agreed",
        "who": "parent",
        "said_to": "Lee Leader, lead worker",
        "said_on-day": "23",
        "said_on-month": "11",
        "said_on-year": "2026",
        "lasts": "until",
        "until-day": "28",
        "until-month": "2",
        "until-year": "2027",
    }
    return said | changed


def send(signed_in: Signed, world: World, user: User, **changed: object) -> HttpResponse:
    return signed_in(user).post(f"/places/{world.place.pk}/consents/new", typed(**changed))


def test_what_a_parent_says_is_kept_once_and_stands_on_the_case(
    world: World, signed_in: Signed
) -> None:
    for _ in range(2):
        answer = send(signed_in, world, world.lead_worker)
        assert (answer.status_code, answer["Location"]) == (302, f"/cases/{world.case.reference}")
    kept = Consent.objects.get()
    assert (kept.last_day.isoformat(), kept.ask_again_on) == ("2027-02-28", None)
    shown = text_of(signed_in(world.lead_worker).get(f"/cases/{world.case.reference}"))
    for words in (
        "Yes, they agreed: whoever holds parental responsibility",
        "Said to Lee Leader, lead worker on 23 November 2026",
        "the end of 28 February 2027",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"answer": ""}, "answer"),
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "not asked"}, "why_not"),
        ({"who": "young person"}, "competence"),
        ({"who": "neighbour"}, "who"),
        ({"said_to": ""}, "said_to"),
        ({"said_on-year": "2027"}, "said_on"),
        ({"said_on-day": "31"}, "said_on"),
        ({"lasts": ""}, "lasts"),
        ({"until-day": "24", "until-month": "10", "until-year": "2026"}, "until"),
        ({"until-year": "9999"}, "until"),
        ({"lasts": "again"}, "ask_again_on"),
        ({"said_to": "\x00"}, "said_to"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_comes_back(
    world: World, signed_in: Signed, changed: dict[str, object], field: str
) -> None:
    page = send(signed_in, world, world.lead_worker, **changed)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Consent.objects.exists()
    assert "There is a problem" in text_of(page)


def test_a_child_without_competence_noted_is_refused_with_the_rule(
    world: World, signed_in: Signed
) -> None:
    page = send(signed_in, world, world.lead_worker, who="young person")
    assert set(page.context["form"].errors) == {"competence", "competence_judged_by"}
    assert "under 16 no agreement is kept without it" in text_of(page)
    answer = send(
        signed_in,
        world,
        world.lead_worker,
        who="young person",
        competence="She can say what the help is",
        competence_judged_by="Nurse Novak",
    )
    assert answer.status_code == 302
    shown = text_of(signed_in(world.lead_worker).get(f"/cases/{world.case.reference}"))
    assert "She can say what the help is Judged by Nurse Novak" in shown


@pytest.mark.parametrize(
    ("years", "asks", "says"),
    [(9, False, "does not stand alone under 10"), (12, True, "Gillick"), (16, False, "presumed")],
)
def test_the_form_fits_the_childs_age(
    world: World, signed_in: Signed, years: int, asks: bool, says: str
) -> None:
    born = clock.today().replace(year=clock.today().year - years)
    Person.objects.filter(pk=world.child.pk).update(date_of_birth=born)
    page = signed_in(world.lead_worker).get(f"/places/{world.place.pk}/consents/new")
    assert says in text_of(page)
    assert ("competence" in page.context["form"].fields) is asks
    answer = send(signed_in, world, world.lead_worker, who="young person")
    assert answer.status_code == (302 if years == 16 else 422)


def referred(world: World, agreed: str, why_not: str = "") -> CaseChild:
    """A child's place in a case that came from an officer's referral."""
    council = factories.agency()
    hub = factories.team(agency=council, is_hub=True)
    officer = factories.user(Role.OFFICER, name="Olu Officer")
    child = factories.child("Ada")
    referral = referrals.commands.make_referral(
        contact=factories.contact(child, by=officer),
        children=[child],
        reason="Hungry",
        wanted="Help",
        agreed=agreed,
        agreed_why_not=why_not,
        by=officer,
    )
    case = referrals.commands.accept(
        referral,
        reason="Needs help",
        answer="Thank you",
        family_name="Example",
        team=world.case.team,
        lead_worker=world.lead_worker,
        by=factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,)),
    )
    return factories.place(child, case)


def test_what_the_referral_said_is_shown_and_not_asked_again(
    world: World, signed_in: Signed
) -> None:
    place = referred(world, "not asked", "Mum was not at home")
    client = signed_in(world.lead_worker)
    for address in (f"/cases/{place.case.reference}", f"/places/{place.pk}/consents/new"):
        assert "they were not asked. Mum was not at home" in text_of(client.get(address))
    form = client.get(f"/places/{place.pk}/consents/new").context["form"]
    assert (form["answer"].value(), form["why_not"].value()) == (
        "not asked",
        "Mum was not at home",
    )


@pytest.mark.parametrize(("agreed", "answer"), [("yes", "agreed"), ("no", "said no")])
def test_the_form_begins_with_what_the_referral_knew_and_records_nothing_by_itself(
    world: World, signed_in: Signed, agreed: str, answer: str
) -> None:
    place = referred(world, agreed, "" if agreed == "yes" else "Mum would rather wait")
    assert not Consent.objects.filter(place=place).exists()
    client, address = signed_in(world.lead_worker), f"/places/{place.pk}/consents/new"
    page = client.get(address)
    begun = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    made_by = f"Olu Officer, {factories.agency(is_lead=True)}"
    assert {name: value for name, value in begun.items() if value} == {
        "answer": answer,
        "said_to": made_by,
        "said_on": clock.today(),
    }
    body = page.content.decode()
    assert f'value="{made_by}"' in body
    assert f'value="{clock.today().year}"' in body
    assert "That is filled in below" in text_of(page)
    # Sent as it stands, it says what is missing: who answered, and until when.
    as_it_stands = {
        "answer": answer,
        "said_to": made_by,
        "said_on-day": str(clock.today().day),
        "said_on-month": str(clock.today().month),
        "said_on-year": str(clock.today().year),
    }
    refused = client.post(address, as_it_stands)
    assert refused.status_code == 422
    assert "who" in refused.context["form"].errors
    assert not Consent.objects.filter(place=place).exists()


def test_once_something_is_recorded_the_referral_fills_in_nothing(
    world: World, signed_in: Signed
) -> None:
    place = referred(world, "yes")
    partners.commands.record_consent(place, by=world.lead_worker, **saying())
    page = signed_in(world.lead_worker).get(f"/places/{place.pk}/consents/new")
    assert page.context["form"].initial == {}
    assert "That is filled in below" not in text_of(page)


# --- taken back, and decided


def test_taken_back_it_leads_to_the_decision_and_stands_everywhere_until_then(
    world: World, signed_in: Signed
) -> None:
    world.share(sections=["summary"])
    consent = record(world)
    client, teacher = signed_in(world.lead_worker), signed_in(world.teacher)
    said = {"who": "parent", "how": "Mum rang Lee"}
    answer = client.post(f"/consents/{consent.pk}/withdraw", said)
    decision = WithdrawalDecision.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/withdrawals/{decision.pk}")
    case = f"/cases/{world.case.reference}"
    assert "Decide today what follows" in text_of(client.get(case))
    assert "Agreement to help is gone since 24 November 2026" in text_of(client.get(case))
    child = f"/children/{world.child.pk}"
    assert "Agreement to help is gone since 24 November 2026" in text_of(client.get(child))
    assert f"Decide what follows in {world.case.reference}" in text_of(client.get("/"))
    for address in (child, case):
        theirs = teacher.get(address)
        assert "What follows is being decided" in text_of(theirs)
        assert "Mum rang Lee" not in theirs.content.decode()
        assert "/withdrawals/" not in theirs.content.decode()
    assert "ask the lead worker" in text_of(teacher.get("/shared"))
    # Sent again, or come back to: on to the case, nothing twice.
    assert client.get(f"/consents/{consent.pk}/withdraw")["Location"] == case
    assert client.post(f"/consents/{consent.pk}/withdraw", said).status_code == 302
    decide = {"danger": "Low: he eats at school", "outcome": "end"}
    for _ in range(2):
        answer = client.post(f"/withdrawals/{decision.pk}", decide)
        assert (answer.status_code, answer["Location"]) == (302, case)
    assert not Share.objects.live().exists()
    assert teacher.get(child).status_code == 404
    shown = text_of(client.get(f"/withdrawals/{decision.pk}"))
    assert "Low: he eats at school" in shown
    assert "Help that still runs is ended one by one" in shown
    assert "What follows is being decided" not in text_of(client.get(case))


@pytest.mark.parametrize(
    ("said", "field"),
    [({"how": "x"}, "who"), ({"who": "parent", "how": " "}, "how"), ({"who": "me"}, "how")],
)
def test_a_withdrawal_lacks_nothing(
    world: World, signed_in: Signed, said: dict[str, str], field: str
) -> None:
    consent = record(world)
    page = signed_in(world.lead_worker).post(f"/consents/{consent.pk}/withdraw", said)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not WithdrawalDecision.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": "end", "danger": " "}, "danger"),
        ({"danger": "Low"}, "outcome"),
        ({"outcome": "wait", "danger": "Low"}, "outcome"),
        ({"outcome": "go on", "danger": "High"}, "basis"),
    ],
)
def test_a_decision_lacks_nothing(
    world: World, signed_in: Signed, said: dict[str, str], field: str
) -> None:
    decision = withdraw(world, record(world))
    page = signed_in(world.lead_worker).post(f"/withdrawals/{decision.pk}", said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    decision.refresh_from_db()
    assert decision.decided_at is None


def test_to_refer_shows_the_hubs_way(world: World, signed_in: Signed) -> None:
    decision = withdraw(world, record(world))
    client = signed_in(world.lead_worker)
    said = {"danger": "High: nobody else sees him", "outcome": "refer"}
    page = client.post(f"/withdrawals/{decision.pk}", said, follow=True)
    assert f"Refer now: call the hub on {settings.HUB_PHONE}" in text_of(page)


def test_a_supervisor_reads_it_and_sees_who_decides(world: World, signed_in: Signed) -> None:
    boss = factories.user(Role.SUPERVISOR, teams=(world.case.team,))
    afar = factories.user(Role.SUPERVISOR)
    decision = withdraw(world, record(world))
    client = signed_in(boss)
    assert f"/withdrawals/{decision.pk}" in client.get("/").content.decode()
    page = client.get(f"/withdrawals/{decision.pk}")
    assert "Lee Leader, the lead worker" in text_of(page)
    assert "<textarea" not in page.content.decode()
    assert client.post(f"/withdrawals/{decision.pk}", {"outcome": "end"}).status_code == 403
    assert signed_in(afar).get(f"/withdrawals/{decision.pk}").status_code == 404
    with clock.at(clock.now() + timedelta(days=1)):
        assert "Late" in text_of(client.get("/"))
    # A supervisor in the team there is: the others of the agency are not called.
    assert "families who do not agree" not in text_of(signed_in(afar).get("/"))


def test_an_agreement_that_has_run_out_waits_on_my_work(world: World, signed_in: Signed) -> None:
    until, again = record(world), factories.place(world.sibling, world.case)
    said = saying(until=None, ask_again_on=until.until, by=world.lead_worker)
    partners.commands.record_consent(again, **said)
    client, others = signed_in(world.lead_worker), signed_in(factories.user(Role.LEAD_WORKER))
    heading = "Families to ask again"
    assert heading not in text_of(client.get("/"))
    with clock.at(clock.start_of(until.until)):
        shown = text_of(client.get("/"))
        assert "Agreed until the end of 28 February 2027" in shown
        assert "To be asked again on 1 March 2027" in shown
        assert heading not in text_of(others.get("/"))
        for place in (world.place, again):
            told = saying(until=clock.today() + timedelta(days=90), by=world.lead_worker)
            partners.commands.record_consent(place, **told)
        assert heading not in text_of(client.get("/"))


def test_a_supervisor_of_others_is_called_by_reference_alone(
    world: World, signed_in: Signed
) -> None:
    boss = factories.user(Role.SUPERVISOR)
    decision = withdraw(world, record(world))
    page = signed_in(boss).get("/")
    assert f"{world.case.reference}: Lee Leader decides" in text_of(page)
    assert f"/withdrawals/{decision.pk}" not in page.content.decode()
    assert "Robin" not in page.content.decode()


def test_a_partner_with_a_share_reads_nothing_of_what_the_family_said(
    world: World, signed_in: Signed
) -> None:
    world.share(sections=["summary", "chronology", "plan"])
    before = signed_in(world.teacher).get(f"/cases/{world.case.reference}").content.decode()
    consent = record(world)
    after = signed_in(world.teacher).get(f"/cases/{world.case.reference}").content.decode()
    token = re.compile('"X-CSRFToken": "[^"]+"|value="[^"]{64}"')
    assert token.sub("", after) == token.sub("", before)
    client = signed_in(world.teacher)
    for address in (f"/consents/{consent.pk}/withdraw", f"/places/{world.place.pk}/consents/new"):
        assert client.get(address).status_code in {403, 404}
        assert client.post(address, typed()).status_code in {403, 404}


def test_each_page_of_it_leaves_a_look(world: World, signed_in: Signed) -> None:
    consent = record(world)
    client = signed_in(world.lead_worker)
    client.get(f"/places/{world.place.pk}/consents/new")
    client.get(f"/consents/{consent.pk}/withdraw")
    decision = withdraw(world, consent)
    client.get(f"/withdrawals/{decision.pk}")
    looks = Entry.objects.filter(kind=Kind.CONSULTATION).order_by("pk")
    assert [(entry.verb, entry.records) for entry in looks] == [
        ("consent_new", {"place": world.place.pk}),
        ("consent_withdraw", {"consent": consent.pk}),
        ("withdrawal", {"withdrawal": decision.pk}),
    ]


def test_a_closed_case_takes_nothing_new(world: World, signed_in: Signed) -> None:
    consent = record(world)
    places = [(place, "all", "Breakfast") for place in world.case.places.all()]
    cases.commands.close_case(
        world.case, reason="needs met", outcome="Well", places=places, by=world.lead_worker
    )
    client = signed_in(world.lead_worker)
    case = f"/cases/{world.case.reference}"
    for address in (f"/places/{world.place.pk}/consents/new", f"/consents/{consent.pk}/withdraw"):
        assert client.get(address)["Location"] == case
    assert send(signed_in, world, world.lead_worker, who="both").status_code == 422
    said = {"who": "parent", "how": "Mum rang"}
    assert client.post(f"/consents/{consent.pk}/withdraw", said).status_code == 422
