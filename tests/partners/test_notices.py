"""Notices: what may be sent to whom and by when, who reads it, who is told that nobody does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

import accounts.commands
import cases.commands
import cases.queries
import clock
import partners.commands
import partners.queries
import partners.tasks
import referrals.commands
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry, Kind
from cases.models import ChronologyEvent, Contact, Handling, Person
from partners.models import Notice, NoticeKind, not_to_be_sent
from tests import factories, races
from tests.partners.conftest import World, build_world

CONTENT = "Police were at home after shouting. Robin was upstairs and said the dog was frightened."


def abuse(world: World, *children: Person, ago: timedelta = timedelta(hours=1), **more: Any):
    """A contact of domestic abuse, logged by the lead worker."""
    contact = factories.contact(*(children or [world.child]), by=world.lead_worker, ago=ago, **more)
    Contact.objects.filter(pk=contact.pk).update(contact_type="Domestic abuse - child present")
    contact.refresh_from_db()
    return contact


def send(world: World, **changed: Any) -> Notice:
    said = {
        "person": world.child,
        "agency": world.school,
        "kind": NoticeKind.ENCOMPASS,
        "content": CONTENT,
        "purpose": "Keeping the child safe",
        "lawful_basis": "legal obligation",
        "by": world.lead_worker,
    } | changed
    if "contact" not in said:
        said["contact"] = abuse(world)
    person, contact = said.pop("person"), said["contact"]
    said.setdefault("happened_at", contact.occurred_at if contact else clock.now())
    return partners.commands.send_notice(person, **said)


def refused(send_it: Callable[[], Any]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        send_it()
    assert not Notice.objects.exists()
    return caught.value.message_dict


def told(user: User) -> list[str]:
    waiting = Notification.objects.filter(user=user, seen_at=None, text__contains="otice")
    return [line.text for line in waiting.order_by("pk")]


@pytest.fixture
def manager(world: World) -> User:
    return factories.user(Role.PARTNER_MANAGER, agency=world.school, name="Mo Manager")


# --- sending -------------------------------------------------------------------------------------


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


def test_a_contact_marked_police_only_never_crosses(world: World) -> None:
    contact = abuse(world, handling=Handling.POLICE_ONLY)
    errors = refused(lambda: send(world, contact=contact))
    assert errors == {
        "contact": [
            "Choose another contact: a contact marked police only never crosses to a partner."
        ]
    }


def test_a_child_who_was_not_in_the_contact(world: World) -> None:
    contact = abuse(world, world.sibling)
    assert refused(lambda: send(world, contact=contact)) == {
        "child": ["Choose a child who was in this contact."]
    }


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (NoticeKind.HEALTH, "Choose a health agency to receive this notice."),
        (NoticeKind.CHILDRENS_SERVICES, "Choose children’s services to receive this notice."),
    ],
)
def test_each_kind_goes_to_its_own(world: World, kind: str, field: str) -> None:
    assert refused(lambda: send(world, kind=kind)) == {"agency": [field]}


def test_the_lead_agency_is_no_receiver(world: World) -> None:
    errors = refused(lambda: send(world, kind=NoticeKind.OTHER, agency=world.police))
    assert errors == {"agency": ["Choose a partner to receive this notice."]}


def test_safe_to_tell_is_read_first(world: World) -> None:
    safe = factories.safe_to_tell(world.child, "Never by letter")
    assert refused(lambda: send(world)) == {
        "safe_to_tell_read": ["Read who may be told, and how, before you send anything."]
    }
    assert send(world, safe_to_tell_read=safe.pk).pk


def test_an_agency_that_must_not_be_told_is_sent_nothing(world: World) -> None:
    safe = factories.safe_to_tell(world.child, agencies=(world.school,))
    errors = refused(lambda: send(world, safe_to_tell_read=safe.pk))
    assert errors == {
        "agency": [f"Safe to tell says that {world.school} must not be told: choose another."]
    }


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", "Write what the receiver"),
        ("He said: Shouting heard from the street again", "words of your own"),
        ("Robin and Sam were upstairs", "Sam was in this contact too"),
        ("ROBIN AND SAM WERE UPSTAIRS", "Sam was in this contact too"),
        ("At 1 Sample Street", "addresses"),
        ("They live in nb1 1aa now", "addresses"),
        ("At 27 Mill  Lane, upstairs", "addresses"),
        ("Robin was at home, and the same as ever", ""),
        ("It was sampled by somebody", ""),
    ],
)
def test_what_must_not_stand_in_the_words(world: World, content: str, wrong: str) -> None:
    contact = abuse(
        world, world.child, world.sibling, narrative="Shouting heard from the street again"
    )
    contact.location = "27 Mill Lane, Northbridge"
    found = not_to_be_sent(content, world.child, contact)
    assert (wrong in found) if wrong else found == ""


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "happened", "is_late"),
    [
        ("2026-11-25 08:29", "2026-11-24 21:00", False),
        ("2026-11-25 08:30", "2026-11-24 21:00", False),
        ("2026-11-25 08:31", "2026-11-24 21:00", True),
        ("2026-11-30 08:15", "2026-11-27 21:00", False),  # Friday night, sent on Monday morning
        ("2026-11-30 09:00", "2026-11-27 21:00", True),
        ("2026-12-29 08:00", "2026-12-24 20:00", False),  # over Christmas
    ],
)
def test_it_is_late_once_school_has_begun(
    world: World, sent: str, happened: str, is_late: bool
) -> None:
    moments = [
        datetime.fromisoformat(words).replace(tzinfo=clock.LONDON) for words in (sent, happened)
    ]
    with clock.at(moments[0]):
        about = {"contact": None, "happened_at": moments[1]}
        if is_late:
            errors = refused(lambda: send(world, **about))
            assert errors["late_why"][0].startswith("Say why it is late: it was due before")
            about["late_why"] = "The officer's shift had ended"
        notice = send(world, **about)
    assert notice.was_late is is_late


def test_the_answer_to_a_late_one_is_due_within_an_hour_of_working_time(world: World) -> None:
    about = {"contact": None, "late_why": "Found out today"}
    at = clock.now()
    late = send(world, happened_at=at - timedelta(days=3), **about)
    assert late.answer_due_at == at + timedelta(hours=1)
    with clock.at(datetime(2026, 11, 27, 22, 0, tzinfo=UTC)):
        at_night = send(world, happened_at=at - timedelta(days=4), **about)
    assert at_night.answer_due_at == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def test_the_others_are_due_by_the_end_of_the_next_working_day(world: World) -> None:
    health = factories.agency(AgencyKind.HEALTH)
    with clock.at(datetime(2026, 11, 27, 22, 0, tzinfo=UTC)):
        notice = send(world, kind=NoticeKind.HEALTH, agency=health)
    assert notice.due_at == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert not notice.was_late


def test_nothing_has_happened_yet_that_is_still_to_come(world: World) -> None:
    ahead = clock.now() + timedelta(minutes=1)
    errors = refused(lambda: send(world, contact=None, happened_at=ahead))
    assert set(errors) == {"happened_at"}


# --- reading and acknowledging -------------------------------------------------------------------


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


# --- recalling -----------------------------------------------------------------------------------


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


# --- nobody reads, nobody answers ----------------------------------------------------------------


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


@pytest.fixture
def committed_world(committing: None, held_clock: object) -> World:
    return build_world()


def test_whose_school_should_be_told(world: World) -> None:
    small, grown = (
        factories.child("Una", born=date(2024, 1, 1)),
        factories.child("Kai", born=date(2008, 1, 1)),
    )
    viewer = world.lead_worker
    contact = abuse(world, world.child, world.sibling, small, grown)
    found = partners.queries.schools_to_tell(contact, viewer=viewer)
    assert found is not None
    assert found.due_at == datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    assert found.people == [world.child, world.sibling]
    send(world, contact=contact)
    left = partners.queries.schools_to_tell(contact, viewer=viewer)
    assert left is not None
    assert left.people == [world.sibling]
    send(world, contact=contact, person=world.sibling, content="Sat on the stairs")
    assert partners.queries.schools_to_tell(contact, viewer=viewer) is None


def test_no_school_is_to_be_told_of_other_contacts_or_of_children_out_of_ground(
    world: World,
) -> None:
    viewer = world.lead_worker
    plain = factories.contact(world.child, by=viewer)
    assert partners.queries.schools_to_tell(plain, viewer=viewer) is None
    secret = abuse(world, handling=Handling.POLICE_ONLY)
    assert partners.queries.schools_to_tell(secret, viewer=viewer) is None
    stranger = factories.user(Role.OFFICER)
    assert partners.queries.schools_to_tell(abuse(world), viewer=stranger) is None


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
