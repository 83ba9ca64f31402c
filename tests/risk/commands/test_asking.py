"""Asking for a run."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from kombu.exceptions import OperationalError as BrokerError

import risk.commands
from audit.denied import NotAllowed
from risk.commands import runs
from risk.models import Run
from tests.risk.commands.children import TODAY


@pytest.mark.django_db
def test_a_run_that_waits_is_asked_for_again_and_stays_one(system, sent):
    first = risk.commands.ask_for_run(as_of=TODAY, by=system)
    assert risk.commands.ask_for_run(as_of=TODAY, by=system) == first
    assert risk.commands.ask_for_run(as_of=TODAY - timedelta(days=1), by=system) != first
    names, arguments = zip(*sent(), strict=True)
    assert set(names) == {"risk.tasks.recalculate_all"}
    assert [run for (run,) in arguments][:2] == [first.pk, first.pk]


@pytest.mark.django_db
def test_no_run_as_of_a_day_to_come(system):
    with pytest.raises(ValidationError) as refused:
        risk.commands.ask_for_run(as_of=TODAY + timedelta(days=1), by=system)
    assert refused.value.message_dict == {"as_of": ["The date must be today or in the past."]}


@pytest.mark.django_db
def test_runs_are_for_those_who_may(officer):
    with pytest.raises(NotAllowed):
        risk.commands.ask_for_run(as_of=TODAY, by=officer)
    with pytest.raises(NotAllowed):
        risk.commands.ask_for_nightly_run(by=officer)
    with pytest.raises(NotAllowed):
        risk.commands.recalculate_all(Run(as_of=TODAY), by=officer)
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_a_queue_out_of_reach_is_said_on_the_run(
    system, monkeypatch, django_capture_on_commit_callbacks
):
    def unreachable(*args, **options) -> None:
        raise BrokerError("Error 111 connecting to redis")

    monkeypatch.setattr(runs.current_app, "send_task", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        run = risk.commands.ask_for_run(as_of=TODAY, by=system)
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "Error 111 connecting to redis")
