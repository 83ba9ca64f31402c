"""Why a child reads as they do: every point, what moved, what is not known, what would lower it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

from django.utils.formats import date_format

import asking
import clock
from accounts.models import User
from cases.access.scope import Sight
from cases.models import Confidence, Indicator, Lens, Observation, Person, Severity
from risk import scoring
from risk.models import Model
from risk.queries import facts

TREND_DAYS = 28

GAPS = {
    scoring.NO_DATE_OF_BIRTH: "The date of birth is not known: read as for an age of 13 to 15.",
    scoring.ESTIMATED_DATE_OF_BIRTH: "The date of birth is estimated.",
    scoring.NO_OBSERVATION: "Nothing has been observed yet.",
    scoring.STALE_STRENGTH: "{name}: not confirmed lately, so it does not count.",
    scoring.BEFORE_BIRTH: "{name}: observed before the date of birth, so it does not count.",
    scoring.NOT_WEIGHED: "{name}: this model does not weigh it.",
}
EASINGS = {
    "fades": "{name}: with nothing new seen, it counts for less from {on} and no longer from {gone}.",
    "ends": "{name}: counts until somebody records that it has ended.",
    "confirm": "{name}: counts again once somebody confirms that it is still so.",
}
REVIEW = " Review due on {on}."


@dataclass(frozen=True)
class Seen:
    """One observation of a contribution: what it weighs on the day, before any cap.

    `decay` is what is left of it, from 1 to 0; `age_days` counts from the day it was observed.
    """

    observation: Observation
    observed_on: date
    age_days: int
    severity: str
    confidence: str
    weight: float
    decay: float
    points: float


@dataclass(frozen=True)
class Part:
    """What one indicator adds to a reading (or, a strength, takes away), with its observations."""

    code: str
    name: str
    domain: str
    points: float
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class Moved:
    """What one indicator added to the change since the earlier day; below 0 it lowered it."""

    name: str
    change: float


@dataclass(frozen=True)
class Easing:
    """Something that would lower a reading: see scoring.Easing. `says` puts it in a sentence."""

    name: str
    how: str
    on: date | None
    gone_on: date | None
    says: str


@dataclass(frozen=True)
class LensExplained:
    """One lens. `points` = the sum of `parts` - the sum of `lowered_by` + `held_back`.

    `held_back` is what police-only facts make of it for a viewer who may not see these; 0 for the
    lead agency. `then`, `band_then` and `change` are None where there was no reading then (the
    child was not read, or not known yet), and
    `direction` is new, up, down or level. `moved` leaves out what police-only facts enter.
    """

    lens: str
    label: str
    points: float
    band: str
    then: float | None
    band_then: str | None
    change: float | None
    direction: str
    moved: tuple[Moved, ...]
    parts: tuple[Part, ...]
    lowered_by: tuple[Part, ...]
    held_back: float
    easings: tuple[Easing, ...]


@dataclass(frozen=True)
class Explanation:
    """The three readings of a child as of a day, and why.

    `missing` are sentences. `police_hold_more`: there are facts that the viewer is not shown.
    """

    as_of: date
    compared_with: date
    model: int
    lenses: tuple[LensExplained, ...]
    strengths: float
    strength_parts: tuple[Part, ...]
    breadth: int
    missing: tuple[str, ...]
    police_hold_more: bool


def explanation(sight: Sight, *, viewer: User, on: date | None = None) -> Explanation | None:
    """Why a child reads as they do today, or on an earlier day as it was known then.

    For lead agency and hub, in full sight: None for a partner, for who is not read, and with no model live.
    The bands are over all facts; police-only observations are shown to the lead agency alone.
    """
    model, day = Model.objects.first(), on or clock.today()
    if model is None or not sight.readings:
        return None
    # Over all facts, as the reading itself: what the viewer is not shown of them is veiled below.
    with asking.task("explanation"):
        return _explained(sight, model, day)


def _explained(sight: Sight, model: Model, day: date) -> Explanation | None:
    rules, earlier = model.rules(), day - timedelta(days=TREND_DAYS)
    now = _read(sight.person, rules, day)
    if now is None:
        return None
    known = facts.observations(sight.person, day)
    veil = _Veil() if sight.police else _Veil.over(known)
    trend = scoring.trend(now, _read_then(sight.person, rules, earlier))
    easings = scoring.what_would_lower(now, rules)
    names = dict(Indicator.objects.values_list("code", "name"))
    return Explanation(
        as_of=day,
        compared_with=earlier,
        model=now.model,
        lenses=tuple(_lens(now.lenses[m.lens], m, easings, names, veil) for m in trend),
        strengths=now.strengths,
        strength_parts=_parts(now.strength_contributions, names, veil),
        breadth=now.breadth,
        missing=_missing(now.missing, names, veil),
        police_hold_more=bool(veil.codes),
    )


@dataclass(frozen=True)
class _Veil:
    """What the viewer may not see: police-only observations, and the indicators they are of."""

    codes: frozenset[str] = frozenset()
    refs: frozenset[int] = frozenset()

    @classmethod
    def over(cls, known: Iterable[scoring.Observed]) -> "_Veil":
        rows = [facts.observation_of(observed) for observed in known]
        hidden = [row for row in rows if row.police_only]
        return cls(frozenset(r.indicator.code for r in hidden), frozenset(r.pk for r in hidden))

    def hides(self, observed: scoring.Observed) -> bool:
        return facts.observation_of(observed).pk in self.refs


def _read(person: Person, rules: scoring.Model, day: date) -> scoring.Reading | None:
    return scoring.read(facts.subject(person), facts.observations(person, day), rules, day)


def _read_then(person: Person, rules: scoring.Model, day: date) -> scoring.Reading | None:
    """The reading of an earlier day; None where the child was not known yet.

    Nothing known is no reading of 0: it would say that a child has risen who was only met.
    """
    if person.recorded_at >= clock.end_of(day) and not facts.observations(person, day):
        return None
    return _read(person, rules, day)


def _lens(
    lens: scoring.LensReading,
    movement: scoring.Movement,
    easings: Iterable[scoring.Easing],
    names: Mapping[str, str],
    veil: _Veil,
) -> LensExplained:
    parts = _parts(lens.contributions, names, veil)
    lowered_by = _parts(lens.lowered_by, names, veil)
    shown = fsum(part.points for part in parts) - fsum(part.points for part in lowered_by)
    return LensExplained(
        lens=lens.lens,
        label=Lens(lens.lens).label,
        points=lens.reading,
        band=lens.band,
        then=movement.then,
        band_then=movement.band_then,
        change=movement.change,
        direction=movement.direction,
        moved=tuple(
            Moved(names[code], change) for code, change in movement.moved if code not in veil.codes
        ),
        parts=parts,
        lowered_by=lowered_by,
        held_back=lens.reading - shown if veil.codes else 0.0,
        easings=tuple(
            _easing(easing, names[easing.indicator])
            for easing in easings
            if easing.lens == lens.lens and easing.indicator not in veil.codes
        ),
    )


def _parts(
    contributions: Iterable[scoring.Contribution], names: Mapping[str, str], veil: _Veil
) -> tuple[Part, ...]:
    """Each contribution that holds something the viewer may see, cut to just that."""
    parts = []
    for whole in contributions:
        seen = [each for each in whole.observations if not veil.hides(each.observed)]
        if not seen:
            continue
        everything = fsum(each.points for each in whole.observations)
        points = whole.points * fsum(each.points for each in seen) / everything
        shown = tuple(_seen(each) for each in seen)
        name = names[whole.indicator]
        parts.append(Part(whole.indicator, name, whole.domain, points, shown))
    return tuple(parts)


def _seen(counted: scoring.ObservationPoints) -> Seen:
    observed = counted.observed
    return Seen(
        observation=facts.observation_of(observed),
        observed_on=observed.observed_on,
        age_days=counted.age_days,
        severity=Severity(observed.severity).label,
        confidence=Confidence(observed.confidence).label,
        weight=counted.weight,
        decay=counted.decay,
        points=counted.points,
    )


def _missing(gaps: Iterable[scoring.Gap], names: Mapping[str, str], veil: _Veil) -> tuple[str, ...]:
    return tuple(
        GAPS[gap.what].format(name=names.get(gap.indicator or "", ""))
        for gap in gaps
        if gap.indicator not in veil.codes
    )


def _easing(easing: scoring.Easing, name: str) -> Easing:
    says = EASINGS[easing.how] + (REVIEW if easing.how == "ends" and easing.on else "")
    dates = {"on": _long(easing.on), "gone": _long(easing.gone_on)}
    return Easing(name, easing.how, easing.on, easing.gone_on, says.format(name=name, **dates))


def _long(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
