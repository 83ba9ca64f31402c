"""Who reads a notice, and who sees to it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

import clock
import partners.commands
import partners.queries
from accounts.models import Role, User
from audit.denied import NotVisible
from audit.models import Entry
from tests import factories
from tests.partners.conftest import World
from tests.partners.notices.sending import abuse, send, told


def test_the_first_reader_is_kept(world: World, manager: User) -> None:
    notice = send(world)
    partners.commands.read_notice(notice, by=world.teacher)
    with clock.at(clock.now() + timedelta(minutes=5)):
        read = partners.commands.read_notice(notice, by=manager)
    assert (read.read_by, read.read_at) == (world.teacher, clock.now())
    assert Entry.objects.filter(verb="read notice").count() == 1


def test_another_agency_neither_finds_reads_nor_acknowledges_it(world: World) -> None:
    notice = send(world)
    stranger = world.volunteer
    assert not partners.queries.notices_to_us(viewer=stranger).exists()
    for attempt in (
        lambda: partners.queries.notice_to_us(notice.pk, viewer=stranger),
        lambda: partners.queries.notice_sent(notice.pk, viewer=stranger),
        lambda: partners.commands.read_notice(notice, by=stranger),
        lambda: partners.commands.acknowledge_notice(notice, seen_to_by="V", by=stranger),
    ):
        with pytest.raises(NotVisible):
            attempt()


def test_a_role_that_reads_no_notices_finds_none(world: World) -> None:
    notice = send(world)
    for user in (
        factories.user(agency=world.school),
        factories.user(Role.COMMISSIONER, agency=world.school),
    ):
        with pytest.raises(NotVisible):
            partners.queries.notice_to_us(notice.pk, viewer=user)


def test_acknowledged_the_sender_is_told_and_the_first_answer_stands(
    world: World, manager: User
) -> None:
    notice = send(world)
    done = partners.commands.acknowledge_notice(
        notice, seen_to_by="Tess Teacher", answer="Will meet Robin at the gate", by=world.teacher
    )
    again = partners.commands.acknowledge_notice(notice, seen_to_by="Mo", by=manager)
    assert (again.seen_to_by, again.acknowledged_by) == ("Tess Teacher", world.teacher)
    # Whoever acknowledges it has read it.
    assert done.read_by == world.teacher
    assert told(world.lead_worker) == [f"Northfield Academy sees to notice {notice.reference}"]
    assert not partners.queries.notices_waiting(viewer=manager).exists()


def test_somebody_must_see_to_it(world: World) -> None:
    notice = send(world)
    with pytest.raises(ValidationError) as caught:
        partners.commands.acknowledge_notice(notice, seen_to_by=" ", by=world.teacher)
    assert set(caught.value.message_dict) == {"seen_to_by"}


def test_unread_ones_wait_first(world: World) -> None:
    read = send(world)
    unread = send(world, contact=abuse(world))
    partners.commands.read_notice(read, by=world.teacher)
    assert list(partners.queries.notices_waiting(viewer=world.teacher)) == [unread, read]
