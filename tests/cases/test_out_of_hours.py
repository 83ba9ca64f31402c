"""The emergency duty team stands in for the hub out of working hours, to the minute."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

import accounts.commands
import accounts.queries
import asking
import clock
import referrals.commands
from accounts.models import Agency, AgencyKind, Role, Team, User
from cases.access import grants, scope
from cases.models import Section
from tests import factories

Signed = Callable[[User], Client]
# A Tuesday in winter: London's clocks are UTC's.
DAY = datetime(2026, 11, 24, tzinfo=UTC)


def at(day: datetime, hour: int, minute: int = 0) -> datetime:
    return day.replace(hour=hour, minute=minute)


STANDS_IN = [
    (at(DAY, 8, 59), True),
    (at(DAY, 9), False),
    (at(DAY, 16, 59), False),
    (at(DAY, 17), True),
    (at(DAY, 17, 1), True),
    (at(datetime(2026, 11, 28, tzinfo=UTC), 12), True),  # a Saturday
    (at(datetime(2026, 12, 28, tzinfo=UTC), 12), True),  # the bank holiday for Boxing Day
    (at(datetime(2026, 7, 1, tzinfo=UTC), 15, 59), False),  # in summer London is an hour ahead
    (at(datetime(2026, 7, 1, tzinfo=UTC), 16, 1), True),
]


@pytest.fixture
def council(db: None) -> Agency:
    return factories.agency(AgencyKind.CHILDRENS_SERVICES)


@pytest.fixture
def hub(council: Agency) -> Team:
    return factories.team(agency=council, is_hub=True)


@pytest.fixture
def worker(council: Agency) -> User:
    """Of the council's emergency duty team, with the hub's role."""
    duty = factories.team(agency=council, is_duty_team=True)
    return factories.user(Role.TRIAGE_WORKER, agency=council, teams=(duty,))


def refer(hub: Team, *, at_moment: datetime) -> tuple[object, object]:
    child = factories.child()
    officer = factories.user(Role.OFFICER)
    with clock.at(at_moment):
        contact = factories.contact(child, by=officer)
        made = referrals.commands.make_referral(
            contact=contact, children=[child], reason="Away from home", wanted="",
            agreed="yes", agreed_why_not="", by=officer,
        )  # fmt: skip
    assert made.hub == hub
    return child, made


@pytest.mark.parametrize(("moment", "stands_in"), STANDS_IN)
def test_every_query_asks_the_clock(
    hub: Team, worker: User, moment: datetime, stands_in: bool
) -> None:
    child, _ = refer(hub, at_moment=moment - timedelta(hours=2))
    with clock.at(moment):
        assert clock.in_working_hours(moment) is not stands_in
        assert accounts.queries.is_in_hub(viewer=worker) is stands_in
        assert scope.visible_to(worker).filter(pk=child.pk).exists() is stands_in
        assert scope.people_in_full(worker).exists() is stands_in


@pytest.mark.parametrize(("moment", "stands_in"), STANDS_IN)
def test_the_pages_open_and_close_by_the_clock(
    hub: Team, worker: User, signed_in: Signed, moment: datetime, stands_in: bool
) -> None:
    child, made = refer(hub, at_moment=moment - timedelta(hours=2))
    with clock.at(moment):
        client = signed_in(worker)
        status = 200 if stands_in else 404
        assert client.get(f"/children/{child.pk}").status_code == status
        assert client.get(f"/referrals/R-{made.pk}").status_code == status
        assert client.get("/search").status_code == (200 if stands_in else 403)
        # The hub's queue on My work, and nothing of it in hours.
        assert (f"R-{made.pk}" in client.get("/").content.decode()) is stands_in


def test_a_page_that_was_open_at_eight_is_closed_at_nine(
    hub: Team, worker: User, signed_in: Signed
) -> None:
    child, _ = refer(hub, at_moment=at(DAY, 6))
    client = signed_in(worker)
    with clock.at(at(DAY, 8, 59)):
        assert client.get(f"/children/{child.pk}").status_code == 200
    with clock.at(at(DAY, 9)):
        assert client.get(f"/children/{child.pk}").status_code == 404


def test_nobody_but_the_duty_team_stands_in(hub: Team, council: Agency) -> None:
    child, _ = refer(hub, at_moment=at(DAY, 20))
    other = factories.team(agency=council)
    colleague = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(other,))
    duty = factories.team(agency=council, is_duty_team=True)
    gone = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(duty,))
    roleless = factories.user(agency=council, teams=(duty,))
    accounts.commands.leave_team(gone, duty, by=factories.administrator())
    with clock.at(at(DAY, 22)):
        for user in (colleague, gone, roleless):
            assert not scope.visible_to(user).filter(pk=child.pk).exists()


def test_what_the_hub_s_team_holds_on_another_ground_stays_its_own(hub: Team, worker: User) -> None:
    """A case that the hub's team runs is no referral in triage."""
    from uuid import uuid4

    child = factories.child()
    with clock.at(at(DAY, 20)):
        grants.open_to(hub.group, child, [Section.SUMMARY], ground="task", grant_ref=uuid4())
        assert not scope.visible_to(worker).exists()
        grants.open_to(hub.group, child, [Section.SUMMARY], ground="hub", grant_ref=uuid4())
        assert scope.visible_to(worker).exists()


@pytest.mark.parametrize(("hour", "out_of_hours", "wide"), [(20, True, "yes"), (11, False, "")])
def test_the_database_is_told_the_same(
    hub: Team, worker: User, hour: int, out_of_hours: bool, wide: str
) -> None:
    from django.db import connection

    with clock.at(at(DAY, hour)), asking.viewer(worker.pk), connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('portal.wide'), %s = any(current_setting('portal.groups')::int[]), "
            "current_setting('portal.police')",
            [hub.group_id],
        )
        assert cursor.fetchone() == (wide, out_of_hours, "")
