"""A case does not close over help that still runs."""

import pytest
from django.core.exceptions import ValidationError

import cases.commands
from accounts.models import Notification, Role
from cases.commands import Named
from cases.models import Case, NeedsMet
from tests import factories
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


def test_who_keeps_a_hidden_child_hears_that_their_help_outlives_the_case(world: World) -> None:
    world.enrol()
    keeper = factories.user(Role.SUPERVISOR)
    kept = cases.commands.restrict(
        world.place.person,
        owner=keeper,
        why="A witness",
        named=[Named(keeper, reachable_at_any_hour=True)],
        kind="restricted",
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )
    cases.commands.close_case(
        world.case,
        reason="needs met",
        outcome="The sibling sleeps at home.",
        places=[(world.other_place, NeedsMet.ALL, "School")],
        by=world.lead_worker,
    )
    line = Notification.objects.get(text__startswith="Help goes on")
    assert (line.user, line.url) == (keeper, f"/restrictions/{kept.pk}")
