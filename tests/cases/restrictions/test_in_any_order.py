"""Whatever happens in whatever order, the policy is as a small model says."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cases.commands
import clock
from accounts.models import Role
from cases.access import grants
from cases.models import NamedPlace, Restriction, Section
from tests import factories
from tests.cases.restrictions.records import opens, restrict

pytestmark = pytest.mark.usefixtures("db", "held_clock")


STEPS = st.lists(
    st.sampled_from(["restrict", "seal", "lift", "name", "unname", "break", "reason", "hour"]),
    max_size=10,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_happens_in_whatever_order_the_policy_is_as_the_small_model_says(
    steps: list[str],
) -> None:
    with transaction.atomic():
        _play(steps)
        transaction.set_rollback(True)


def _play(steps: list[str]) -> None:
    """Play the steps for real and in a model of a few lines, and compare what each may see."""
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    owner, officer = factories.user(Role.SUPERVISOR), factories.user(Role.OFFICER)
    child = factories.child("Wren", "Hollis")
    now, kind, named = clock.now(), "", False
    reason = False
    broken_until = now
    for step in steps:
        if step == "hour":
            now += timedelta(hours=1)
        with clock.at(now):
            live = Restriction.objects.live().filter(person=child).first()
            if step == "restrict" and not live:
                restrict(child, owner, governance)
                kind = "restricted"
            elif step == "seal" and live:
                cases.commands.seal(live, why="Adopted", by=governance)
                kind, broken_until = "sealed", min(broken_until, now)
            elif step == "lift" and live:
                cases.commands.lift(live, why="Over", by=governance)
                kind, named = "", False
            elif step == "name" and live:
                cases.commands.add_to_list(live, officer, by=owner)
                named = True
            elif step == "unname" and live and named:
                place = NamedPlace.objects.get(restriction=live, user=officer, until=None)
                cases.commands.take_off_list(place, by=owner)
                named = False
            elif step == "break":
                hits = cases.commands.break_glass(
                    surname="Hollis",
                    forenames="Wren",
                    date_of_birth=child.date_of_birth,
                    reason="Missing",
                    by=officer,
                )
                assert bool(hits) == (kind == "restricted")
                broken_until = now + timedelta(hours=1) if hits else broken_until
            elif step == "reason":
                grants.open_to(officer, child, [Section.FULL], ground="reason", grant_ref=uuid4())
                reason = True
            broken = broken_until > now
            expected = {
                "": reason or broken,
                "restricted": named or broken,
                "sealed": named,
            }[kind]
            assert opens(officer, child) == expected, (step, kind, steps)
            assert opens(owner, child) == bool(kind)
