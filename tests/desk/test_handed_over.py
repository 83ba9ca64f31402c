"""What a leaver had decided, referred or sent is their successor's to see to, on its page too."""

from datetime import date, timedelta

import pytest

import accounts.commands
import cases.commands
import clock
import partners.commands
import partners.queries
import referrals.commands
from accounts.models import Notification, Role, User
from partners.models import NotSharingReview
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world, notice, restrict


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def in_team(user: User, *roles: Role) -> User:
    """They are put in a team; its supervisor is the answer."""
    team = factories.team()
    supervisor = factories.supervisor(team, Role.SUPERVISOR, Role.OFFICER, *roles)
    accounts.commands.join_team(user, team, by=factories.administrator())
    return supervisor


def leave(user: User) -> None:
    accounts.commands.leave_agency(user, by=factories.administrator())


def line(user: User, containing: str) -> Notification:
    return Notification.objects.get(user=user, seen_at=None, text__contains=containing)


def test_a_decision_not_to_share_is_reviewed_by_the_successor(
    world: World, signed_in: Signed
) -> None:
    officer = factories.user(Role.SUPERVISOR)
    successor = in_team(officer)
    cases.commands.open_record(world.child, kind="safeguarding check", words="A call", by=officer)
    decided = partners.commands.decide_not_to_share(
        world.child,
        agency=world.charity,
        considered="They asked",
        detriment="His brother volunteers there",
        review_on=date(2026, 12, 10),
        by=officer,
    )
    address = f"/not-shared/{decided.pk}"
    client = signed_in(successor)
    assert client.get(address).status_code == 404
    leave(officer)
    with clock.at(clock.start_of(date(2026, 12, 11)) + timedelta(hours=10)):
        assert list(partners.queries.not_sharing_to_review(viewer=successor)) == [decided]
        assert address in client.get("/").content.decode()
        assert "Look at it again" in text_of(client.get(address))
        assert client.get(f"/children/{world.child.pk}").status_code == 404
        said = {"still_not": "share", "reason": "He left"}
        assert client.post(address, said).status_code == 302
    assert NotSharingReview.objects.get().by == successor


def test_nothing_of_a_child_who_is_hidden_is_handed_over(world: World, signed_in: Signed) -> None:
    officer = factories.user(Role.SUPERVISOR)
    successor = in_team(officer)
    cases.commands.open_record(world.child, kind="safeguarding check", words="A call", by=officer)
    decided = partners.commands.decide_not_to_share(
        world.child,
        agency=world.charity,
        considered="They asked",
        detriment="His brother volunteers there",
        review_on=date(2026, 12, 10),
        by=officer,
    )
    leave(officer)
    restrict(world, factories.user(Role.SUPERVISOR, Role.LEAD_WORKER))
    assert signed_in(successor).get(f"/not-shared/{decided.pk}").status_code == 404


def test_the_answer_to_a_leavers_referral_reaches_the_successor(
    world: World, signed_in: Signed
) -> None:
    hub = factories.team(is_hub=True)
    triager = factories.user(Role.TRIAGE_WORKER, teams=(hub,))
    officer = factories.user(Role.OFFICER)
    successor = in_team(officer)
    referral = referrals.commands.make_referral(
        contact=factories.contact(world.child, by=officer),
        children=[world.child],
        reason="Out late, hungry",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=officer,
    )
    leave(officer)
    referrals.commands.return_for_information(
        referral, reason="Too thin", answer="What did he say?", by=triager
    )
    told = line(successor, referral.reference)
    assert "What did he say?" in text_of(signed_in(successor).get(told.url))
    assert signed_in(factories.user(Role.OFFICER)).get(told.url).status_code == 404


def test_a_leavers_notice_that_nobody_sees_to_climbs_to_the_successor(
    world: World, signed_in: Signed
) -> None:
    sent = notice(world)
    successor = in_team(sent.sent_by)
    leave(sent.sent_by)
    with clock.at(clock.now() + timedelta(days=10)):
        partners.commands.chase_notices(by=accounts.commands.system())
        told = line(successor, f"Nobody of {world.school}")
        assert list(partners.queries.notices_overdue(viewer=successor)) == [sent]
        assert "Recall this notice" in text_of(signed_in(successor).get(told.url))
    partners.commands.acknowledge_notice(sent, seen_to_by="Tess", by=world.teacher)
    assert line(successor, "sees to notice")
