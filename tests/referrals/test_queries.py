"""Who reads which referral, and what the clock says."""

from datetime import UTC, datetime, timedelta

import pytest

import accounts.commands
import clock
import referrals.commands
from accounts.models import AgencyKind, Role, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Handling
from referrals import queries
from referrals.models import Referral
from tests import factories
from tests.referrals.conftest import World


def test_the_inbox_holds_what_waits_the_first_due_first(world: World) -> None:
    with clock.at(clock.now() + timedelta(hours=2)):
        later = world.refer(contact=None, reason="Later")
    first = world.refer()
    decided = world.refer(contact=None, reason="Decided")
    referrals.commands.decline(decided, reason="No", answer="No", by=world.triager)
    returned = world.refer(contact=None, reason="Returned")
    referrals.commands.return_for_information(returned, reason="No", answer="?", by=world.triager)
    assert list(queries.inbox(viewer=world.triager)) == [first, later]


def test_the_inbox_is_for_those_who_decide_in_the_hub(world: World) -> None:
    world.refer()
    member = factories.user(Role.OFFICER, teams=(world.hub,))
    elsewhere = factories.user(Role.TRIAGE_WORKER)
    for stranger in (member, elsewhere, world.officer):
        assert not queries.inbox(viewer=stranger).exists()
    accounts.commands.leave_team(world.triager, world.hub, by=factories.administrator())
    assert not queries.inbox(viewer=world.triager).exists()


def test_the_outbox_holds_ones_own_newest_first(world: World) -> None:
    first = world.refer()
    with clock.at(clock.now() + timedelta(hours=1)):
        second = world.refer(contact=None, reason="Another")
        referrals.commands.decline(first, reason="No", answer="No", by=world.triager)
    assert list(queries.outbox(viewer=world.officer)) == [second, first]
    assert not queries.outbox(viewer=world.triager).exists()
    assert not queries.outbox(viewer=factories.user(Role.SUPERVISOR)).exists()


def test_a_partners_staff_who_refer_see_what_their_agency_referred(world: World) -> None:
    charity = factories.agency(AgencyKind.CHARITY)
    worker, colleague = (factories.user(Role.LEAD_WORKER, agency=charity) for _ in range(2))
    practitioner = factories.user(Role.PARTNER_PRACTITIONER, agency=charity)
    reader = factories.user(Role.COMMISSIONER, agency=charity)
    own = factories.contact(world.child, by=worker)
    made = world.refer(contact=own, children=[world.child], by=worker)
    for each in (colleague, practitioner):
        assert list(queries.outbox(viewer=each)) == [made]
        assert queries.referral(made.pk, viewer=each) == made
    assert not queries.outbox(viewer=reader).exists()
    with pytest.raises(NotVisible):
        queries.referral(made.pk, viewer=reader)


def test_a_referral_is_read_by_the_hub_and_by_its_maker(world: World) -> None:
    made = world.refer()
    member = factories.user(Role.PARTNER_PRACTITIONER, teams=(world.hub,))
    for reader in (world.triager, member, world.officer):
        assert queries.referral(made.pk, viewer=reader) == made


def test_for_all_others_a_referral_is_as_one_that_never_was(world: World) -> None:
    made = world.refer()
    for stranger in (factories.user(Role.TRIAGE_WORKER), factories.user(Role.OFFICER)):
        for ident in (made.pk, made.pk + 1000, 10**30):
            with pytest.raises(NotVisible) as refused:
                queries.referral(ident, viewer=stranger)
            assert refused.value.about == {"referral": str(ident)}


def test_who_left_reads_nothing(world: World) -> None:
    made = world.refer()
    accounts.commands.leave_team(world.triager, world.hub, by=factories.administrator())
    User.objects.update(is_active=False)
    for leaver in (world.triager, world.officer):
        leaver.refresh_from_db()
        with pytest.raises(NotVisible):
            queries.referral(made.pk, viewer=leaver)
        assert not queries.outbox(viewer=leaver).exists()


def test_a_childs_referrals_are_for_the_full_record(world: World) -> None:
    first = world.refer()
    with clock.at(clock.now() + timedelta(hours=1)):
        second = world.refer(contact=None, children=[world.child], reason="Another")
    colleague = factories.user(Role.OFFICER)
    factories.contact(world.child, by=colleague)

    def about(viewer: User) -> list[tuple[Referral, bool]]:
        sight = scope.sight(viewer, world.child.pk)
        return [(found, found.opens) for found in queries.about(sight, viewer=viewer)]

    assert about(world.officer) == about(world.triager) == [(second, True), (first, True)]
    assert about(colleague) == [(second, False), (first, False)]
    partner = scope.Sight(world.child, frozenset({"chronology"}), ("share",), police=False)
    assert not queries.about(partner, viewer=world.triager).exists()


def test_a_police_only_contacts_referral_is_not_told_beside_the_child_to_a_partner(
    world: World,
) -> None:
    contact = factories.contact(world.child, by=world.officer, handling=Handling.POLICE_ONLY)
    hidden = world.refer(contact=contact, children=[world.child])
    told = world.refer(contact=None, children=[world.child])
    found = {
        user.name: set(queries.about(scope.sight(user, world.child.pk), viewer=user))
        for user in (world.officer, world.triager)
    }
    assert found == {world.officer.name: {hidden, told}, world.triager.name: {told}}


@pytest.mark.parametrize(
    ("moment", "late", "hours_left", "rag"),
    [
        # Made on Tuesday 24 November at 10:30, due on Wednesday at 10:30; hours are 9:00 to 17:00.
        ((24, 10, 30), False, 8.0, "green"),
        ((24, 23, 0), False, 1.5, "amber"),
        ((24, 16, 0), False, 2.5, "green"),
        ((24, 16, 30), False, 2.0, "amber"),
        ((25, 10, 0), False, 0.5, "amber"),
        ((25, 10, 30), True, 0.0, "red"),
        ((28, 12, 0), True, 0.0, "red"),
    ],
)
def test_the_clock(
    world: World, moment: tuple[int, int, int], late: bool, hours_left: float, rag: str
) -> None:
    made = world.refer()
    with clock.at(datetime(2026, 11, *moment, tzinfo=UTC)):
        told = queries.clock_of(made, viewer=world.triager)
    assert (told.due_at, told.late, told.hours_left, told.rag) == (
        made.due_at,
        late,
        hours_left,
        rag,
    )


def test_the_clock_stands_still_with_the_decision(world: World) -> None:
    made = world.refer()
    decided = referrals.commands.decline(made, reason="No", answer="No", by=world.triager)
    with clock.at(clock.now() + timedelta(days=30)):
        told = queries.clock_of(decided, viewer=world.triager)
    assert (told.late, told.hours_left, told.rag) == (False, 8.0, "green")


def test_whom_a_case_may_go_to(world: World) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    staff_room = factories.team(agency=school)
    teacher = factories.user(Role.LEAD_WORKER, agency=school, name="Ada", teams=(staff_room,))
    factories.user(Role.LEAD_WORKER, name="In the hub alone", teams=(world.hub,))
    factories.user(Role.OFFICER, name="Leads nothing", teams=(world.team,))
    gone = factories.user(Role.LEAD_WORKER, teams=(world.team,))
    accounts.commands.leave_team(gone, world.team, by=factories.administrator())
    asleep = factories.user(Role.LEAD_WORKER, teams=(world.team,))
    User.objects.filter(pk=asleep.pk).update(is_active=False)
    factories.team(name="Nobody leads here")
    assert set(queries.teams_to_run(viewer=world.triager)) == {world.team, staff_room}
    workers = list(queries.lead_workers(viewer=world.triager))
    assert workers == [teacher, world.lead_worker]
    assert [[m.team for m in user.memberships.all()] for user in workers] == [
        [staff_room],
        [world.team],
    ]


def test_only_those_who_decide_may_choose(world: World) -> None:
    for stranger in (world.officer, factories.user(Role.TRIAGE_WORKER)):
        assert not queries.teams_to_run(viewer=stranger).exists()
        assert not queries.lead_workers(viewer=stranger).exists()
