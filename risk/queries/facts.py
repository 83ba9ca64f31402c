"""One child's facts as they were known at the end of a day, in plain values for the pure rules."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

import clock
from cases.models import Observation, ObservationState, Person
from risk.scoring import Observed, Subject

# Where the prefetch puts the states that were known by the day asked for.
KNOWN_STATES = "known_states"


def subject(person: Person) -> Subject:
    return Subject(person.date_of_birth, person.over_18_agreed, person.birth_date_estimated)


def observations(person: Person, day: date) -> list[Observed]:
    """What had been recorded of a child by the end of a London day, voided ones too."""
    until = clock.end_of(day)
    states = ObservationState.objects.filter(recorded_at__lt=until).order_by("recorded_at", "pk")
    found = (
        Observation.objects.filter(person=person, recorded_at__lt=until)
        .select_related("indicator", "agency", "contact")
        .prefetch_related(Prefetch("states", states, to_attr=KNOWN_STATES))
        .order_by("observed_on", "pk")
    )
    return [_observed(observation, until) for observation in found]


def observation_of(observed: Observed) -> Observation:
    """The row that one of these was made of."""
    assert isinstance(observed.ref, Observation)
    return observed.ref


def _observed(observation: Observation, until: datetime) -> Observed:
    """An observation in its latest state that was recorded by then; unchanged, its own columns."""
    states: list[ObservationState] = getattr(observation, KNOWN_STATES)
    stood: Any = states[-1] if states else observation
    voided_at = observation.voided_at
    return Observed(
        indicator=observation.indicator.code,
        observed_on=observation.observed_on,
        severity=stood.severity,
        confidence=stood.confidence,
        ended_on=stood.ended_on,
        confirmed_on=stood.confirmed_on,
        voided=stood.voided if states else voided_at is not None and voided_at < until,
        ref=observation,
    )
