"""The schedule names tasks that exist, at London's times."""

import pytest

import accounts.commands
import cases.tasks
from accounts.models import Role
from cases.models import Flag
from eiportal.celery import app
from tests import factories


def test_every_line_of_the_schedule_is_a_task() -> None:
    app.loader.import_default_modules()
    for line in app.conf.beat_schedule.values():
        assert line["task"] in app.tasks
    assert app.conf.timezone == "Europe/London"


def test_the_night_is_at_two_and_asked_for_again_till_morning() -> None:
    night = app.conf.beat_schedule["everybody is read anew"]["schedule"]
    assert (night.hour, night.minute) == ({2, 3, 4, 5}, {0})


def test_the_record_of_use_is_sealed_every_minute() -> None:
    line = next(e for e in app.conf.beat_schedule.values() if e["task"] == "audit.tasks.seal")
    assert (line["schedule"].minute, line["schedule"].hour) == (set(range(60)), set(range(24)))


@pytest.mark.usefixtures("held_clock")
def test_a_climb_of_the_worker_calls_whoever_is_next(db: None) -> None:
    child = factories.child()
    factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    flag = Flag.objects.get()
    assert [call.post for call in flag.calls.all()] == ["Control room"]
    accounts.commands.post_duty(
        "Sergeant", step=0, user=factories.user(Role.SUPERVISOR), by=factories.administrator()
    )
    assert cases.tasks.climb() == 1
    assert cases.tasks.climb() == 0
