"""Who is on duty, now, tonight and on which weekday; which hours ahead nobody covers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

import accounts.commands
import accounts.queries
import clock
from accounts.models import AgencyKind, DutyPost, Role, User
from accounts.queries.duty import covers
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")
HOUR = timedelta(hours=1)
HOURS = st.integers(0, 23)


@pytest.fixture
def sergeant(db: None) -> User:
    return factories.user(Role.SUPERVISOR, name="Sam Field")


def post(user: User, step: int = 0, **of: object) -> DutyPost:
    return accounts.commands.post_duty(
        "Duty", step=step, user=user, by=factories.administrator(), **of
    )


@given(
    HOURS, HOURS, st.lists(st.integers(0, 6), unique=True),
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30), timezones=st.just(clock.LONDON)),
)  # fmt: skip
def test_a_line_covers_what_began_on_its_weekday_and_has_not_ended(
    from_hour: int, until_hour: int, weekdays: list[int], local: datetime
) -> None:
    line = DutyPost(from_hour=from_hour, until_hour=until_hour, weekdays=weekdays)
    # The same, told hour by hour on the wall clock: where does a shift that holds it begin?
    lasts = until_hour - from_hour if until_hour > from_hour else until_hour - from_hour + 24
    wall = local.replace(tzinfo=None, minute=0, second=0, microsecond=0)
    begins = [wall - back * HOUR for back in range(lasts)]
    holds = any(
        each.hour == from_hour and (not weekdays or each.weekday() in weekdays) for each in begins
    )
    assert covers(line, local) is holds


@given(st.integers(0, 6), HOURS, HOURS)
def test_seven_weekdays_are_every_day(weekday: int, from_hour: int, until_hour: int) -> None:
    moment = datetime(2026, 11, 23 + weekday, 12, tzinfo=UTC)
    of = {"from_hour": from_hour, "until_hour": until_hour}
    assert covers(DutyPost(weekdays=list(range(7)), **of), moment) is covers(DutyPost(**of), moment)


def test_a_night_of_friday_lasts_into_saturday_and_no_further(sergeant: User) -> None:
    post(sergeant, from_hour=20, until_hour=8, weekdays=[4])
    friday = datetime(2026, 11, 27, tzinfo=UTC)
    for hours, on_duty in (
        (3, False),
        (19, False),
        (20, True),
        (31, True),
        (32, False),
        (44, False),
    ):
        found = accounts.queries.on_duty(None, friday + hours * HOUR, viewer=sergeant)
        assert bool(found) is on_duty, hours


def test_now_and_tonight(sergeant: User) -> None:
    day = post(sergeant, from_hour=7, until_hour=19)
    night = post(sergeant, from_hour=19, until_hour=7)
    post(sergeant, from_hour=9, until_hour=12, weekdays=[0])
    assert accounts.queries.on_duty_now(viewer=sergeant) == [day]
    # From six in the evening the day's line still runs for an hour.
    assert accounts.queries.on_duty_tonight(viewer=sergeant) == [day, night]
    with clock.at(datetime(2026, 11, 25, 2, tzinfo=UTC)):
        assert accounts.queries.on_duty_now(viewer=sergeant) == [night]
        assert accounts.queries.on_duty_tonight(viewer=sergeant) == [day, night]


def test_the_week_ahead_shows_the_hours_that_nobody_covers(sergeant: User) -> None:
    for step in (1, 2, 3):
        post(sergeant, step)
    assert [
        (gap.step, gap.is_everywhere, gap.until - gap.starts_at)
        for gap in accounts.queries.gaps(viewer=sergeant)
    ] == [(0, True, timedelta(days=7) + HOUR)]
    post(sergeant, from_hour=7, until_hour=19)
    found = accounts.queries.gaps(viewer=sergeant)
    assert [gap.until - gap.starts_at for gap in found] == [12 * HOUR] * 7
    assert clock.london(found[0].starts_at).hour == 19
    post(sergeant, from_hour=19, until_hour=7, weekdays=[0, 1, 2, 3, 4])
    nights = [clock.london(gap.starts_at) for gap in accounts.queries.gaps(viewer=sergeant)]
    assert [night.strftime("%A %H") for night in nights] == ["Saturday 19", "Sunday 19"]


def test_a_gap_says_where(sergeant: User) -> None:
    harbour, mill = factories.area("NBA1"), factories.area("NBB2")
    for step in (1, 2, 3):
        post(sergeant, step)
    line = post(sergeant, area=harbour)
    (gap,) = accounts.queries.gaps(viewer=sergeant)
    # Millside, and wherever no area is known.
    assert (gap.areas, gap.is_everywhere) == ((str(mill),), False)
    accounts.commands.take_off_duty(line, by=factories.administrator())
    (gap,) = accounts.queries.gaps(viewer=sergeant)
    assert gap.is_everywhere


def test_the_hour_that_the_clocks_change_is_no_gap(sergeant: User) -> None:
    for step in range(4):
        post(sergeant, step, from_hour=7, until_hour=19)
        post(sergeant, step, from_hour=19, until_hour=7)
    for day in (datetime(2026, 10, 22, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC)):
        with clock.at(day):
            assert accounts.queries.gaps(viewer=sergeant) == []


def test_off_the_rota_is_off_from_that_second_and_once(sergeant: User) -> None:
    line = post(sergeant)
    for _ in range(2):
        accounts.commands.take_off_duty(line, by=factories.administrator())
    assert accounts.queries.on_duty(None, clock.now(), viewer=sergeant) == []
    assert Entry.objects.filter(verb="take off duty").count() == 1
    with pytest.raises(NotVisible):
        accounts.queries.post(line.pk, viewer=factories.administrator())


def test_whom_a_post_may_name(db: None) -> None:
    council = factories.agency(AgencyKind.CHILDRENS_SERVICES)
    stranger = factories.user(Role.SUPERVISOR, agency=council)
    hub, duty = factories.team(agency=council, is_hub=True), factories.team(is_duty_team=True)
    for refused in (stranger, accounts.commands.system()):
        with pytest.raises(ValidationError) as error:
            post(refused)
        assert "user" in error.value.message_dict
    for team in (hub, duty):
        member = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(team,))
        assert post(member).user == member
    gone = factories.user(Role.SUPERVISOR)
    accounts.commands.leave_agency(gone, by=factories.administrator())
    with pytest.raises(ValidationError, match="works here no more"):
        post(gone)
    unreachable = factories.user(Role.SUPERVISOR)
    unreachable.phone = ""
    unreachable.save()
    with pytest.raises(ValidationError, match="no telephone number"):
        post(unreachable)
    offered = set(accounts.queries.may_be_on_duty(viewer=factories.administrator()))
    assert member in offered
    assert not {stranger, unreachable, accounts.commands.system()} & offered


def test_who_leaves_the_team_that_put_them_on_duty_is_off_the_rota(db: None) -> None:
    council = factories.agency(AgencyKind.CHILDRENS_SERVICES)
    duty = factories.team(agency=council, is_duty_team=True)
    worker = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(duty,))
    sergeant = factories.user(Role.SUPERVISOR, teams=(duty,))
    post(worker), post(sergeant)
    for user in (worker, sergeant):
        accounts.commands.leave_team(user, duty, by=factories.administrator())
    (left,) = DutyPost.objects.filter(ended_at=None)
    assert left.user == sergeant


def test_no_such_weekday(sergeant: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        post(sergeant, weekdays=[7])


def test_the_rota_is_for_who_may_have_to_call(db: None) -> None:
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.TRIAGE_WORKER, Role.ADMINISTRATOR):
        assert list(accounts.queries.rota(viewer=factories.user(role))) == []
    for role in (Role.PARTNER_PRACTITIONER, Role.COMMANDER, Role.ANALYST):
        with pytest.raises(NotAllowed):
            accounts.queries.rota(viewer=factories.user(role))
