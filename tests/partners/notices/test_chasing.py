"""Nobody reads, nobody answers: who is told, and when."""

from datetime import timedelta

import pytest

import clock
import partners.commands
import partners.queries
import partners.tasks
from accounts.models import AgencyKind, Role, User
from audit.denied import NotVisible
from partners.models import Notice
from tests import factories, races
from tests.partners.conftest import World
from tests.partners.notices.sending import send, told


def test_an_hour_before_it_is_due_the_managers_hear_of_what_nobody_has_read(
    world: World, manager: User
) -> None:
    notice = send(world)
    with clock.at(notice.answer_due_at - timedelta(minutes=61)):
        assert partners.tasks.chase() == 0
    with clock.at(notice.answer_due_at - timedelta(minutes=60)):
        assert partners.tasks.chase() == 1
        assert partners.tasks.chase() == 0
    assert told(manager) == [f"Notice {notice.reference} has not been opened yet: see to it now"]
    assert told(world.teacher) == []
    partners.commands.read_notice(notice, by=world.teacher)
    assert told(manager) == []


def test_what_is_read_does_not_call_the_managers(world: World, manager: User) -> None:
    notice = send(world)
    partners.commands.read_notice(notice, by=world.teacher)
    with clock.at(notice.answer_due_at - timedelta(minutes=30)):
        assert partners.tasks.chase() == 0


def test_an_agency_without_a_manager_is_called_all_the_same(world: World) -> None:
    notice = send(world)
    with clock.at(notice.answer_due_at - timedelta(minutes=5)):
        partners.tasks.chase()
    assert len(told(world.teacher)) == 1


def test_at_its_time_the_sender_and_the_hub_hear_that_nobody_sees_to_it(world: World) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    triage = factories.user(
        Role.TRIAGE_WORKER, agency=council, teams=(factories.team(agency=council, is_hub=True),)
    )
    notice = send(world)
    partners.commands.read_notice(notice, by=world.teacher)
    assert not partners.queries.notices_overdue(viewer=world.lead_worker).exists()
    with clock.at(notice.answer_due_at):
        assert partners.tasks.chase() == 1
        assert partners.tasks.chase() == 0
        assert list(partners.queries.notices_overdue(viewer=world.lead_worker)) == [notice]
    words = f"Nobody of Northfield Academy sees to notice {notice.reference} yet: call"
    assert told(world.lead_worker) == [f"{words} them"]
    assert told(triage) == [f"{words} 01632 960 001"]
    with pytest.raises(NotVisible):
        partners.queries.notice_sent(notice.pk, viewer=triage)
    # Seen to at last, nobody need ring any more.
    partners.commands.acknowledge_notice(notice, seen_to_by="Tess", by=world.teacher)
    assert told(triage) == []
    assert told(world.lead_worker) == [f"Northfield Academy sees to notice {notice.reference}"]


def test_a_recalled_one_is_chased_no_more(world: World) -> None:
    notice = send(world)
    partners.commands.recall_notice(notice, reason="Wrong", by=world.lead_worker)
    with clock.at(notice.answer_due_at):
        assert partners.tasks.chase() == 0


def test_chased_twice_at_once_each_is_told_once(committed_world: World) -> None:
    world = committed_world
    notice = send(world)
    with clock.at(notice.answer_due_at):
        made = races.at_once(
            Notice.objects.filter(pk=notice.pk), partners.tasks.chase, partners.tasks.chase
        )
    assert sorted(made) == [0, 2]
    assert len(told(world.lead_worker)) == 1
