"""What a partner is told to watch for: words, made only from facts that the partner may see."""

from dataclasses import dataclass

import clock
from accounts.models import User
from cases.access.scope import Sight
from cases.models import Section
from risk.models import Model
from risk.queries import facts
from risk.scoring import RISK, decay


@dataclass(frozen=True)
class WatchFor:
    """An indicator in words. No points, no band, no date, and no order but that of the names."""

    name: str
    says: str


def watch_for(sight: Sight, *, viewer: User) -> list[WatchFor]:
    """The risks that were seen in this child's life and have not faded, ordered by name.

    For whoever sees the section. Police-only facts enter for the lead agency alone, so that nothing
    that anyone else sees here depends on one; nor does weight, age or reading.
    """
    model = Model.objects.first()
    if model is None or not sight.shows(Section.WATCH):
        return []
    rules, today = model.rules().indicators, clock.today()
    told = set()
    for observed in facts.observations(sight.person, today):
        rule, observation = rules.get(observed.indicator), facts.observation_of(observed)
        if rule is None or rule.kind != RISK or observed.voided:
            continue
        if observation.police_only and not sight.police:
            continue
        if decay(rule, observed, today) > 0:
            told.add(WatchFor(observation.indicator.name, observation.indicator.definition))
    return sorted(told, key=lambda each: each.name)
