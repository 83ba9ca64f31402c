"""It is said that an agency must not be told: somebody hears of its seats, its actions, its notices."""

import pytest

import accounts.commands
import cases.commands
import clock
from accounts.models import AgencyKind, Notification, Role, User
from tests import factories
from tests.partners.conftest import World, notice, restrict


def lines(user: User) -> list[tuple[str, str]]:
    waiting = Notification.objects.filter(user=user, seen_at=None).order_by("pk")
    return [(line.text, line.url) for line in waiting]


def not_told(world: World) -> None:
    Notification.objects.all().delete()
    factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)


def test_the_lead_worker_hears_of_a_seat_and_an_action(world: World) -> None:
    place, lead = world.place, world.lead_worker
    cases.commands.give_seat(place, world.teacher, role="Tutor", by=lead)
    cases.commands.set_action(
        place, what="Ring", owner=world.teacher, due_on=clock.today(), by=lead
    )
    not_told(world)
    url = f"/cases/{world.case.reference}#place-{place.pk}"
    says = f"{world.school} must not be told, and has"
    assert lines(lead) == [
        (f"{says} an action in {world.case.reference}", url),
        (f"{says} a seat in {world.case.reference}", url),
    ]
    assert lines(world.teacher) == []


def test_what_has_ended_calls_nobody(world: World) -> None:
    place, lead = world.place, world.lead_worker
    seat = cases.commands.give_seat(place, world.teacher, role="Tutor", by=lead)
    cases.commands.end_seat(seat, by=lead)
    not_told(world)
    assert lines(lead) == []


def test_whoever_sent_a_notice_that_nobody_sees_to(world: World) -> None:
    sent = notice(world)
    not_told(world)
    assert lines(sent.sent_by) == [
        (
            f"{world.school} must not be told, and notice {sent.reference} is open to them",
            f"/notices/{sent.pk}#state",
        )
    ]


def test_of_a_sender_who_has_left_whoever_took_over(world: World) -> None:
    team = factories.team()
    supervisor = factories.supervisor(team)
    sent = notice(world)
    admin = factories.administrator()
    accounts.commands.join_team(sent.sent_by, team, by=admin)
    accounts.commands.leave_agency(sent.sent_by, by=admin)
    not_told(world)
    assert [url for _, url in lines(supervisor)] == [f"/notices/{sent.pk}#state"]


def test_where_the_agency_itself_leads_the_hub_is_called(world: World) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    hub = factories.team(is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, teams=(hub,))
    theirs = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    case = factories.case(world.child, lead_worker=lead, team=team)
    Notification.objects.all().delete()
    factories.safe_to_tell(world.child, agencies=(council,), by=world.lead_worker)
    assert lines(triage) == [
        (
            f"{council} must not be told, and leads {case.reference}: call them",
            f"/#{case.reference}",
        )
    ]
    assert (lines(lead), lines(theirs)) == ([], [])


@pytest.mark.usefixtures("keeper")
def test_of_a_hidden_child_the_owner_alone_hears(world: World, keeper: User) -> None:
    cases.commands.give_seat(world.place, world.teacher, role="Tutor", by=world.lead_worker)
    kept = restrict(world, keeper)
    Notification.objects.all().delete()
    factories.safe_to_tell(world.child, agencies=(world.school,), by=keeper)
    assert lines(world.lead_worker) == []
    assert [url for _, url in lines(keeper)] == [f"/restrictions/{kept.pk}"]
