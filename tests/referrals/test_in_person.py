"""A referral that waits as a child's record closes: the owner decides of it, and answers in person.

Neither the hub nor whoever referred learns anything; once every child of it is answered for it is closed.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import asking
import cases.commands
import clock
import referrals.commands
import referrals.queries
from accounts.models import Notification, Role, Team, User
from audit.denied import NotVisible
from audit.models import Entry
from cases.commands import Named
from cases.models import ChronologyEvent, Person, Restriction
from referrals.models import Referral, ReferralChild, State
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def hub() -> Team:
    return factories.team(is_hub=True)


@pytest.fixture
def triage(hub: Team) -> User:
    return factories.user(Role.TRIAGE_WORKER, teams=(hub,))


@pytest.fixture
def officer() -> User:
    return factories.user(Role.OFFICER, name="Ola Officer")


@pytest.fixture
def keeper() -> User:
    return factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, name="Kay Keeper")


def refer(*children: Person, by: User) -> Referral:
    return referrals.commands.make_referral(
        contact=factories.contact(*children, by=by),
        children=children,
        reason="Bruises on both arms",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=by,
    )


def restrict(person: Person, owner: User, *, kind: str = "restricted") -> Restriction:
    return cases.commands.restrict(
        person,
        owner=owner,
        why="A witness",
        named=[Named(owner, reachable_at_any_hour=True)],
        kind=kind,
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )


def answer(referral: Referral, person: Person, *, by: User, **changed: str) -> ReferralChild:
    said = {"reason": "Her aunt has them", "answer": "Told at the desk that help is under way"}
    return referrals.commands.answer_in_person(
        referral.children.get(person=person), **said | changed, by=by
    )


def of_owner(owner: User) -> list[str]:
    with asking.viewer(owner.pk):
        found = referrals.queries.to_answer_in_person(viewer=owner)
        return [child.referral.reference for child in found]


def client(user: User) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_the_owner_hears_at_once_and_it_stays_on_their_list(
    triage: User, officer: User, keeper: User, kind: str
) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    kept = restrict(child, keeper, kind=kind)
    told = Notification.objects.filter(user=keeper, text__contains=referral.reference)
    assert [line.url for line in told] == [f"/restrictions/{kept.pk}"]
    address = f"/restrictions/{kept.pk}/referrals/{referral.reference}"
    assert address in client(keeper).get("/").content.decode()
    assert address in client(keeper).get(f"/restrictions/{kept.pk}").content.decode()
    assert "Bruises on both arms" in client(keeper).get(address).content.decode()


def test_answered_it_is_closed_and_nobody_else_is_told(
    triage: User, officer: User, keeper: User
) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    kept = restrict(child, keeper)
    before = {user.pk: client(user).get("/").content for user in (triage, officer)}
    Notification.objects.all().delete()
    got = client(keeper).post(
        f"/restrictions/{kept.pk}/referrals/{referral.reference}",
        {"reason": "Her aunt has them", "answer": "Rang her"},
    )
    assert got.status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.decided_by, referral.answer) == (
        State.ANSWERED,
        keeper,
        "Rang her",
    )
    assert of_owner(keeper) == []
    assert not Notification.objects.exists()
    for user in (triage, officer):
        assert _without_tokens(client(user).get("/").content) == _without_tokens(before[user.pk])
        assert client(user).get(f"/referrals/{referral.reference}").status_code == 404
    said = ChronologyEvent.objects.get(person=child, says__endswith="answered in person")
    assert said.says == f"Referral {referral.reference} answered in person"
    assert Entry.objects.filter(verb="answer referral in person", persons=[child.pk]).exists()


def _without_tokens(page: bytes) -> bytes:
    from tests.access.test_matrix import TOKEN

    return TOKEN.sub("", page.decode()).encode()


def test_lifted_afterwards_it_does_not_come_back_to_the_hub(
    triage: User, officer: User, keeper: User
) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    kept = restrict(child, keeper)
    answer(referral, child, by=keeper)
    cases.commands.lift(kept, why="Over", by=factories.user(Role.INFORMATION_GOVERNANCE))
    assert not referrals.queries.inbox(viewer=triage).exists()
    assert (
        "Answered in person"
        in client(officer).get(f"/referrals/{referral.reference}").content.decode()
    )


def test_lifted_before_anybody_answered_it_waits_in_the_hub_again(
    triage: User, officer: User, keeper: User
) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    kept = restrict(child, keeper)
    assert not referrals.queries.inbox(viewer=triage).exists()
    cases.commands.lift(kept, why="Over", by=factories.user(Role.INFORMATION_GOVERNANCE))
    assert list(referrals.queries.inbox(viewer=triage)) == [referral]
    assert of_owner(keeper) == []


def test_of_siblings_the_hub_decides_for_one_and_the_owner_answers_for_the_other(
    triage: User, officer: User, keeper: User
) -> None:
    wren, jay = factories.child("Wren"), factories.child("Jay")
    referral = refer(wren, jay, by=officer)
    restrict(jay, keeper)
    answer(referral, jay, by=keeper)
    referral.refresh_from_db()
    assert referral.state == State.WAITING
    referrals.commands.decline(referral, reason="Enough", answer="Thank you", by=triage)
    referral.refresh_from_db()
    assert (referral.state, referral.answer) == (State.DECLINED, "Thank you")


def test_what_the_hub_decided_without_the_child_still_waits_for_the_owner(
    triage: User, officer: User, keeper: User
) -> None:
    wren, jay = factories.child("Wren"), factories.child("Jay")
    referral = refer(wren, jay, by=officer)
    before = refer(jay, by=officer)
    referrals.commands.decline(before, reason="Enough", answer="Thank you", by=triage)
    with clock.at(clock.now() + timedelta(minutes=1)):
        restrict(jay, keeper)
    with clock.at(clock.now() + timedelta(minutes=2)):
        referrals.commands.decline(referral, reason="Enough", answer="Thank you", by=triage)
        assert of_owner(keeper) == [referral.reference]


def test_of_two_owners_the_second_closes_it(triage: User, officer: User, keeper: User) -> None:
    wren, jay = factories.child("Wren"), factories.child("Jay")
    other = factories.user(Role.SUPERVISOR, Role.LEAD_WORKER)
    referral = refer(wren, jay, by=officer)
    restrict(wren, keeper)
    hidden = restrict(jay, other)
    page = client(other).get(f"/restrictions/{hidden.pk}/referrals/{referral.reference}")
    # It is about a child of whom this owner may not know.
    assert "Bruises on both arms" not in page.content.decode()
    answer(referral, wren, by=keeper)
    referral.refresh_from_db()
    assert referral.state == State.WAITING
    answer(referral, jay, by=other)
    referral.refresh_from_db()
    assert (referral.state, referral.decided_by) == (State.ANSWERED, other)


def test_the_first_answer_stands(triage: User, officer: User, keeper: User) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    restrict(child, keeper)
    answer(referral, child, by=keeper)
    again = answer(referral, child, by=keeper, answer="Something else")
    assert again.answer == "Told at the desk that help is under way"


@pytest.mark.parametrize("missing", ["reason", "answer"])
def test_without_words_it_is_refused(
    triage: User, officer: User, keeper: User, missing: str
) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    restrict(child, keeper)
    with pytest.raises(ValidationError) as refused:
        answer(referral, child, by=keeper, **{missing: " "})
    assert set(refused.value.message_dict) == {missing}


def test_nobody_but_the_owner_answers(triage: User, officer: User, keeper: User) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    kept = restrict(child, keeper)
    listed = factories.user(Role.LEAD_WORKER)
    cases.commands.add_to_list(kept, listed, by=keeper)
    for user in (triage, officer, listed):
        with pytest.raises(NotVisible):
            answer(referral, child, by=user)


def test_handed_over_it_waits_for_the_new_owner(triage: User, officer: User, keeper: User) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    kept = restrict(child, keeper)
    heir = factories.user(Role.SUPERVISOR, Role.LEAD_WORKER)
    cases.commands.hand_over_record(kept, heir, reachable_at_any_hour=True, by=keeper)
    assert (of_owner(keeper), of_owner(heir)) == ([], [referral.reference])
    answer(referral, child, by=heir)


def test_the_chase_of_the_hub_names_it_no_more(triage: User, officer: User, keeper: User) -> None:
    child = factories.child()
    referral = refer(child, by=officer)
    restrict(child, keeper)
    with clock.at(clock.now() + timedelta(days=5)):
        assert not referrals.queries.late(viewer=triage).exists()
        assert of_owner(keeper) == [referral.reference]
