"""What a notice carries, who sends it, and that it is one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

import cases.queries
import clock
import partners.commands
import partners.queries
from accounts.models import Role
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry, Kind
from cases.models import ChronologyEvent, Person
from partners.models import Notice, NoticeKind
from tests import factories, races
from tests.partners.conftest import World
from tests.partners.notices.sending import CONTENT, abuse, send


def test_a_notice_carries_the_child_the_words_and_when_it_is_due(world: World) -> None:
    notice = send(world, cautions=["do not approach"], caution_words="Ring before 3")
    assert (notice.child_name, notice.child_born) == ("Robin Example", date(2013, 5, 4))
    # Tuesday at half past nine: before school on Wednesday.
    assert notice.due_at == datetime(2026, 11, 25, 8, 30, tzinfo=UTC) == notice.answer_due_at
    assert not notice.was_late
    assert notice.cautions_in_words == [
        "Do not approach the person who is thought to have done it",
        "Ring before 3",
    ]
    entry = Entry.objects.get(verb="send notice")
    assert (entry.kind, entry.ground, entry.persons) == (
        Kind.DISCLOSURE,
        "notice",
        [world.child.pk],
    )
    assert entry.records["to agency"] == world.school.pk
    assert CONTENT not in str(entry.__dict__)


def test_it_opens_nothing_else(world: World) -> None:
    contact = abuse(world, world.sibling)
    notice = send(world, person=world.sibling, contact=contact)
    assert list(partners.queries.notices_to_us(viewer=world.teacher)) == [notice]
    for person in (world.child, world.sibling):
        with pytest.raises(NotVisible):
            cases.queries.record(person.pk, viewer=world.teacher)
    with pytest.raises(NotVisible):
        cases.queries.contact(contact.pk, viewer=world.teacher)


def test_it_stays_when_a_share_ends(world: World) -> None:
    share = world.share()
    notice = send(world)
    partners.commands.end_share(share, reason="Moved away", by=world.lead_worker)
    assert partners.queries.notice_to_us(notice.pk, viewer=world.teacher) == notice


def test_sent_twice_it_is_one_whatever_was_written(world: World) -> None:
    contact = abuse(world)
    first = send(world, contact=contact)
    again = send(world, contact=contact, content="Robin was very quiet afterwards.")
    assert again == first
    assert again.content == CONTENT
    assert Entry.objects.filter(verb="send notice").count() == 1
    other = send(world, contact=contact, kind=NoticeKind.OTHER)
    assert other != first


def test_without_a_contact_the_moment_tells_them_apart(world: World) -> None:
    moment = clock.now() - timedelta(hours=2)
    first = send(world, contact=None, happened_at=moment)
    assert send(world, contact=None, happened_at=moment) == first
    assert (
        send(world, contact=None, happened_at=moment - timedelta(days=1), late_why="New") != first
    )


def test_sent_twice_at_once_it_is_one(committed_world: World) -> None:
    world = committed_world
    contact = abuse(world)
    contested = Person.objects.filter(pk=world.child.pk)
    works = [lambda: send(world, contact=contact)] * 2
    first, second = races.at_once(contested, *works)
    assert first.pk == second.pk
    assert Notice.objects.count() == 1
    assert ChronologyEvent.objects.filter(says__startswith="Notice to").count() == 1


def test_the_table_itself_keeps_one(world: World) -> None:
    notice = send(world)
    notice.pk = None
    with pytest.raises(IntegrityError):
        notice.save()


def test_who_sends(world: World) -> None:
    contact = abuse(world)
    officer = factories.user(Role.OFFICER)
    with pytest.raises(NotVisible):
        send(world, contact=contact, by=officer)
    world.share()
    with pytest.raises(NotAllowed):
        send(world, contact=contact, by=world.teacher)
    with pytest.raises(NotVisible):
        send(world, contact=contact, by=world.volunteer)


def test_a_child_who_is_not_there_and_one_who_is_not_theirs_are_refused_alike(world: World) -> None:
    officer = factories.user(Role.OFFICER)
    stranger = factories.child("Noor")
    gone = Person(pk=999_999_999)
    words = set()
    for person in (stranger, gone):
        with pytest.raises(NotVisible) as caught:
            send(world, person=person, contact=None, by=officer)
        words.add(str(caught.value).replace(str(person.pk), "ID"))
    assert len(words) == 1
