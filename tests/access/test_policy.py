"""Any commands in any order: what everybody sees is what a small model of the policy says, after each step.

The same is asked of the second lock: it shows each of them the children whom they may see, and to
somebody outside the lead agency and the hub no other child but those whom their own agency told of.
"""

import pytest
from django.core.exceptions import ValidationError

import clock
from audit.denied import NotAllowed, NotVisible
from cases.models import Restriction
from tests.access import policy_verbs
from tests.access.policy_town import Town
from tests.conftest import TODAY

STEPS, SEEDS = 20, 5
REFUSALS = (ValidationError, NotAllowed, NotVisible, Restriction.DoesNotExist, IndexError)


def step(town: Town) -> str:
    verb = town.chance.choice(policy_verbs.VERBS)
    with clock.at(town.now):
        try:
            verb(town)
        except REFUSALS:
            return f"{verb.__name__} refused"
    return verb.__name__


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_every_step_everybody_sees_what_the_policy_says(db: None, seed: int) -> None:
    with clock.at(TODAY):
        town = Town(seed)
        policy_verbs.sign(town)
    told = ["built"]
    for _ in range(STEPS):
        assert not [*town.differences()], "; ".join(told)
        told.append(f"{town.now:%d %H:%M} {step(town)}")
    assert not [*town.differences(thoroughly=True)], "; ".join(told)
    # A sequence in which nothing is done proves nothing.
    assert sum("refused" not in each for each in told) > STEPS / 3, "; ".join(told)
