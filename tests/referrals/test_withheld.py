"""What became of a referral is an answer: who must not be told of the child reads what they read before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import Agency, AgencyKind, Notification, Role, User
from cases.models import CaseChild, NeedsMet
from referrals.commands import IN_PERSON
from referrals.models import Referral, State
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.referrals.conftest import World
from tests.rest.api import Machine, machine

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def school() -> Agency:
    return factories.agency(AgencyKind.SCHOOL)


@pytest.fixture
def head(school: Agency) -> User:
    return factories.user(Role.PARTNER_PRACTITIONER, agency=school, name="Hedy Head")


@pytest.fixture
def made(world: World, head: User) -> Referral:
    contact = factories.contact(world.child, by=head)
    return world.refer(by=head, contact=contact, children=[world.child])


def pages(signed_in: Signed, user: User, made: Referral) -> dict[str, str]:
    addresses = [
        "/",
        "/own",
        "/own?of=referrals",
        "/referrals",
        f"/referrals/{made.reference}",
        f"/contacts/{made.contact_id}",
        f"/contacts/{made.contact_id}/refer",
    ]
    client = signed_in(user)
    return {address: text_of(client.get(address)) for address in addresses}


def over_the_api(client: Machine, made: Referral) -> list[Any]:
    asked = ["", "?state=waiting", "?state=accepted", "?state=declined", f"/{made.reference}"]
    asked.append("?modified_since=2026-11-24T11:30:00%2B00:00")
    return [client.get(f"/referrals{query}").json() for query in asked]


def accepted(world: World, made: Referral, read: list[int], answer: str) -> CaseChild:
    case = world.accept(made, safe_to_tell_read=read, answer=answer)
    return CaseChild.objects.get(case=case)


def declined(world: World, made: Referral, read: list[int], answer: str) -> None:
    referrals.commands.decline(
        made, reason="Known", answer=answer, safe_to_tell_read=read, by=world.triager
    )


def close(world: World, place: CaseChild) -> None:
    cases.commands.close_case(
        place.case,
        reason="needs met",
        outcome="Back at school",
        places=[(place, NeedsMet.ALL, "The school nurse")],
        by=world.lead_worker,
    )


@pytest.mark.parametrize("decide", [accepted, declined])
def test_who_must_not_be_told_reads_what_they_read_before(
    world: World,
    signed_in: Signed,
    school: Agency,
    head: User,
    made: Referral,
    decide: Callable[..., Any],
) -> None:
    colleague = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    client = machine(school)
    read = [factories.safe_to_tell(world.child, agencies=(school,)).pk]
    before = pages(signed_in, head, made), text_of(signed_in(colleague).get("/own?of=referrals"))
    api = over_the_api(client, made)
    with clock.at(clock.now() + timedelta(hours=2)):
        place = decide(world, made, read, "")
        if place:
            close(world, place)
    after = pages(signed_in, head, made), text_of(signed_in(colleague).get("/own?of=referrals"))
    assert after == before
    assert over_the_api(client, made) == api
    assert "Waiting" in after[0]["/own?of=referrals"]
    assert not Notification.objects.filter(user=head).exists()
    # The hub reads what it decided.
    shown = text_of(signed_in(world.triager).get(f"/referrals/{made.reference}"))
    assert IN_PERSON in shown
    # Told again, they read it.
    factories.safe_to_tell(world.child)
    assert "Waiting" not in text_of(signed_in(head).get("/own?of=referrals"))


def test_who_is_not_to_be_shared_with_reads_what_they_read_before(
    world: World, signed_in: Signed, school: Agency, head: User, made: Referral
) -> None:
    """A decision not to share binds the answer too."""
    officer = factories.user(Role.SUPERVISOR)
    cases.commands.open_record(world.child, kind="supervision", words="To weigh", by=officer)
    decided = partners.commands.decide_not_to_share(
        world.child,
        agency=school,
        considered="They asked what comes of it",
        detriment="An uncle teaches there",
        review_on=clock.today() + timedelta(days=60),
        by=officer,
    )
    before, api = pages(signed_in, head, made), over_the_api(machine(school), made)
    with clock.at(clock.now() + timedelta(hours=2)):
        close(world, accepted(world, made, [], ""))
    assert pages(signed_in, head, made) == before
    assert over_the_api(machine(school), made) == api
    assert not Notification.objects.filter(user=head).exists()
    partners.commands.review_not_sharing(decided, still_not=False, reason="He has left", by=officer)
    assert "Waiting" not in text_of(signed_in(head).get("/own?of=referrals"))


def test_nor_does_who_told_of_what_police_referred(
    world: World, signed_in: Signed, school: Agency, head: User
) -> None:
    contact = factories.contact(world.child, by=head)
    cases.commands.open_record(world.child, kind="supervision", words="To refer", by=world.officer)
    made = world.refer(contact=contact, children=[world.child])
    read = [factories.safe_to_tell(world.child, agencies=(school,)).pk]
    before = text_of(signed_in(head).get("/own"))
    assert "Waiting" in before
    declined(world, made, read, "Police carry on")
    assert text_of(signed_in(head).get("/own")) == before
    assert Notification.objects.filter(user=world.officer, text__endswith="declined").exists()


def test_what_they_were_told_before_stays_and_nothing_comes_to_it(
    world: World, signed_in: Signed, school: Agency, head: User, made: Referral
) -> None:
    place = accepted(world, made, [], "Thank you: a case opens")
    with clock.at(clock.now() + timedelta(hours=1)):
        factories.safe_to_tell(world.child, agencies=(school,))
        before = pages(signed_in, head, made)
        assert "Thank you: a case opens" in before["/own?of=referrals"]
        assert "Accepted" in before["/own?of=referrals"]
    with clock.at(clock.now() + timedelta(hours=2)):
        close(world, place)
        assert pages(signed_in, head, made) == before
    assert not Notification.objects.filter(text__contains="has closed", user=head).exists()


def test_others_read_it_as_ever(world: World, signed_in: Signed, school: Agency) -> None:
    made = world.refer()
    read = [
        factories.safe_to_tell(each, agencies=(school,)).pk for each in (world.child, world.sibling)
    ]
    declined(world, made, read, "Not now")
    assert "Not now" in text_of(signed_in(world.officer).get("/own?of=referrals"))
    assert Referral.objects.get(pk=made.pk).state == State.DECLINED
