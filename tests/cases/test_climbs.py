"""Whether a call is late, and when the next one is: the same steps as the climb itself."""

from datetime import timedelta

import pytest

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import Role, User
from cases.models import Flag
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def viewer() -> User:
    return factories.user(Role.OFFICER)


def on_duty(*steps: int) -> None:
    for step in steps:
        accounts.commands.post_duty(
            f"Post {step}", step=step, user=factories.user(), by=factories.administrator()
        )


def flag() -> Flag:
    factories.contact(factories.child(), by=factories.user(Role.OFFICER), safe_now="no")
    return Flag.objects.get()


def late_after(viewer: User, **waited: float) -> bool:
    with clock.at(clock.now() + timedelta(**waited)):
        return cases.queries.climb_is_late(viewer=viewer)


def test_each_step_is_late_from_its_moment_until_it_is_called(viewer: User) -> None:
    on_duty(0, 1, 2, 3)
    flag()
    assert not cases.queries.climb_is_late(viewer=viewer)
    for waits in ({"minutes": 15}, {"hours": 1}, {"hours": 4}):
        waited = timedelta(**waits)
        assert not late_after(viewer, seconds=waited.total_seconds() - 1)
        assert late_after(viewer, **waits)
        with clock.at(clock.now() + waited):
            cases.commands.climb(by=accounts.commands.system())
        assert not late_after(viewer, **waits)
    assert not late_after(viewer, days=30)


def test_after_the_control_room_no_call_is_late(viewer: User) -> None:
    raised = flag()  # nobody is on duty
    assert raised.calls.get().step == 4
    assert not late_after(viewer, days=1)
    assert cases.queries.next_call_at(raised, viewer=viewer) is None


def test_an_answered_flag_climbs_no_more(viewer: User) -> None:
    on_duty(0, 1)
    raised = flag()
    due = raised.raised_at + timedelta(minutes=15)
    assert cases.queries.next_call_at(raised, viewer=viewer) == due
    answered = cases.commands.answer_flag(
        raised, action="Visited", by=factories.user(Role.SUPERVISOR)
    )
    assert cases.queries.next_call_at(answered, viewer=viewer) is None
    assert not late_after(viewer, days=1)
