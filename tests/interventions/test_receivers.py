"""A case does not close over help that still runs."""

import pytest
from django.core.exceptions import ValidationError

import cases.commands
from cases.models import Case
from tests.interventions.conftest import World


def close(world: World) -> Case:
    return cases.commands.close_case(
        world.case,
        reason="needs met",
        outcome="Robin has somebody to talk to.",
        places=[(place, "all", "The mentor stays in touch") for place in world.case.places.all()],
        by=world.lead_worker,
    )


def test_help_that_runs_must_end_before_its_case(world: World) -> None:
    course = world.enrol()
    with pytest.raises(ValidationError) as refused:
        close(world)
    assert refused.value.messages == ["End Robin’s help first: Side by Side is still running."]
    world.end(course)
    assert not close(world).is_open
