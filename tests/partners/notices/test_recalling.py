"""A notice that is taken back, or whose contact becomes police only."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
import clock
import partners.commands
import partners.queries
import referrals.commands
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry, Kind
from cases.models import Contact, Handling
from partners.models import Notice
from tests import factories, races
from tests.partners.conftest import World
from tests.partners.notices.sending import abuse, send, told


def test_recalled_it_is_gone_for_them_in_that_second(world: World) -> None:
    world.share(sections=["summary", "chronology"])
    notice = send(world)

    def lines() -> set[str]:
        sight = cases.queries.record(world.child.pk, viewer=world.teacher)
        return set(
            cases.queries.chronology(sight, viewer=world.teacher).values_list("says", flat=True)
        )

    assert "Notice to Northfield Academy" in lines()
    partners.commands.recall_notice(notice, reason="Robin goes elsewhere", by=world.lead_worker)
    assert not partners.queries.notices_to_us(viewer=world.teacher).exists()
    for attempt in (
        lambda: partners.queries.notice_to_us(notice.pk, viewer=world.teacher),
        lambda: partners.commands.read_notice(notice, by=world.teacher),
        lambda: partners.commands.acknowledge_notice(notice, seen_to_by="T", by=world.teacher),
    ):
        with pytest.raises(NotVisible):
            attempt()
    assert not [line for line in lines() if line.startswith("Notice")]
    # For the full record it stays, and says what became of it.
    sight = cases.queries.record(world.child.pk, viewer=world.lead_worker)
    said = cases.queries.chronology(sight, viewer=world.lead_worker)
    assert said.filter(says="Notice to Northfield Academy recalled").exists()
    assert said.filter(says="Notice to Northfield Academy").exists()
    assert partners.queries.notice_sent(notice.pk, viewer=world.lead_worker).recalled_at


def test_information_governance_is_told_without_a_name(world: World) -> None:
    notice = send(world)
    partners.commands.read_notice(notice, by=world.teacher)
    partners.commands.recall_notice(notice, reason="Robin goes elsewhere", by=world.lead_worker)
    assert told(world.signer) == [f"Notice {notice.reference} was recalled after it was read"]
    entry = Entry.objects.get(verb="recall notice")
    assert (entry.kind, entry.ground) == (Kind.ALTERATION, "notice")
    assert "Robin" not in str(entry.__dict__)


def test_it_can_be_sent_again_to_the_right_school_and_to_the_same(world: World) -> None:
    contact = abuse(world)
    wrong = send(world, contact=contact)
    partners.commands.recall_notice(wrong, reason="A slip", by=world.lead_worker)
    again = send(world, contact=contact)
    assert again != wrong
    assert (
        partners.commands.recall_notice(wrong, reason="Twice", by=world.lead_worker).recall_reason
        == "A slip"
    )


def test_who_recalls(world: World) -> None:
    notice = send(world)
    officer = factories.user(Role.OFFICER)
    for user in (officer, world.teacher, world.signer):
        with pytest.raises(NotAllowed):
            partners.commands.recall_notice(notice, reason="No", by=user)
    # Its sender, though the ground has gone.
    factories.supervisor(world.case.team)
    accounts.commands.leave_team(world.lead_worker, world.case.team, by=factories.administrator())
    with pytest.raises(ValidationError):
        partners.commands.recall_notice(notice, reason=" ", by=world.lead_worker)
    assert partners.commands.recall_notice(notice, reason="Wrong", by=world.lead_worker).recalled_at


def test_a_contact_that_becomes_police_only_takes_its_notices_back(world: World) -> None:
    contact = abuse(world)
    notice = send(world, contact=contact)
    other = send(world, contact=abuse(world))
    cases.commands.amend_contact(
        contact,
        narrative="More",
        handling=Handling.POLICE_ONLY,
        content_hash="x",
        by=factories.user(Role.OFFICER),
    )
    assert list(partners.queries.notices_to_us(viewer=world.teacher)) == [other]
    assert told(world.lead_worker) == [
        f"Notice {notice.reference} was recalled before anybody there had read it"
    ]


def test_a_recall_waits_for_whoever_reads_and_whoever_reads_next_finds_nothing(
    committed_world: World,
) -> None:
    world = committed_world
    notice = send(world)
    contested = Notice.objects.filter(pk=notice.pk)

    def recall() -> Any:
        return partners.commands.recall_notice(notice, reason="Wrong", by=world.lead_worker)

    def read() -> Any:
        try:
            return partners.commands.read_notice(notice, by=world.teacher)
        except NotVisible:
            return "nothing"

    _, seen = races.in_turn(contested, recall, read)
    assert seen == "nothing"
    assert Notice.objects.get().read_at is None


def amend(contact: Contact, by: User) -> Contact:
    return cases.commands.amend_contact(
        contact, narrative="More", handling=Handling.POLICE_ONLY, content_hash="x", by=by
    )


def test_a_contact_becomes_police_only_while_a_notice_of_it_is_recalled(
    committed_world: World,
) -> None:
    world = committed_world
    contact = abuse(world)
    notice = send(world, contact=contact)
    # Held in any other order, each would wait for what the other holds.
    _, recalled = races.in_turn(
        Contact.objects.filter(pk=contact.pk),
        lambda: amend(contact, world.lead_worker),
        lambda: partners.commands.recall_notice(notice, reason="Wrong", by=world.lead_worker),
    )
    assert recalled.recall_reason == "Its contact was marked police only"


def test_a_contact_becomes_police_only_while_a_notice_of_it_is_sent(
    committed_world: World,
) -> None:
    world = committed_world
    contact = abuse(world)
    _, refusal = races.in_turn(
        Contact.objects.filter(pk=contact.pk),
        lambda: amend(contact, world.lead_worker),
        lambda: send(world, contact=contact),
    )
    assert list(refusal.message_dict) == ["contact"]
    assert not Notice.objects.exists()


def test_notices_are_chased_while_their_contact_becomes_police_only(
    committed_world: World,
) -> None:
    world = committed_world
    contact = abuse(world, world.child, world.sibling)
    # The first is late and read, the second nearly late and unread.
    first, second = (
        send(world, person=person, contact=contact, content="Police were at home after shouting.")
        for person in (world.child, world.sibling)
    )
    soon, late = (clock.now() + timedelta(minutes=minutes) for minutes in (30, -30))
    notices = Notice.objects.filter
    notices(pk=first.pk).update(answer_due_at=late, read_at=late, read_by=world.teacher)
    notices(pk=second.pk).update(answer_due_at=soon)
    # The unread one first, and then the late one: each would wait for what the other holds.
    races.in_turn(
        notices(pk=first.pk),
        lambda: amend(contact, world.lead_worker),
        lambda: partners.commands.chase_notices(by=accounts.commands.system()),
    )
    assert not Notice.objects.standing().exists()


def test_the_hub_sees_no_notice_of_a_contact_that_became_police_only(world: World) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    contact = abuse(world)
    notice = send(world, contact=contact)
    referrals.commands.make_referral(
        contact=contact, children=[world.child], reason="Away", wanted="", agreed="yes",
        agreed_why_not="", by=world.lead_worker,
    )  # fmt: skip
    assert partners.queries.notice_sent(notice.pk, viewer=triage) == notice
    cases.commands.amend_contact(
        contact,
        narrative="More",
        handling=Handling.POLICE_ONLY,
        content_hash="x",
        by=factories.user(Role.OFFICER),
    )
    with pytest.raises(NotVisible):
        partners.queries.notice_sent(notice.pk, viewer=triage)
    sight = cases.queries.record(world.child.pk, viewer=triage)
    lines = cases.queries.chronology(sight, viewer=triage)
    assert not lines.filter(says__startswith="Notice").exists()
    assert partners.queries.notice_sent(notice.pk, viewer=world.lead_worker) == notice
