"""The readings of one child on one day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import fsum

from risk.scoring.ages import has_reading, lens_of
from risk.scoring.contributions import (
    Contribution,
    ObservationPoints,
    by_points,
    contribution,
    shared_out,
    weigh,
)
from risk.scoring.facts import Observed, Subject
from risk.scoring.gaps import Gap, missing
from risk.scoring.model import Model
from risk.scoring.terms import (
    COORDINATED,
    EARLY,
    HUB,
    LENSES,
    LOWERED_BY_STRENGTHS,
    NOTHING,
    RISK,
    STRENGTH,
)


@dataclass(frozen=True)
class LensReading:
    """One lens, unrounded: `reading` = the sum of `contributions` - the sum of `lowered_by`."""

    lens: str
    risk: float
    reading: float
    band: str
    contributions: tuple[Contribution, ...]
    lowered_by: tuple[Contribution, ...]


@dataclass(frozen=True)
class Reading:
    """The three readings of one person on one day, never added together."""

    as_of: date
    model: int
    lenses: Mapping[str, LensReading]
    strengths: float
    strength_contributions: tuple[Contribution, ...]
    breadth: int
    missing: tuple[Gap, ...]


def read(
    subject: Subject, observations: Iterable[Observed], model: Model, as_of: date
) -> Reading | None:
    """The person's readings on a day; None for whom there is none (see `has_reading`).

    Voided and later observations count nothing. Raises KeyError for a severity or a confidence
    that the model has no factor for.
    """
    if not has_reading(subject, as_of):
        return None
    known = [o for o in observations if not o.voided and o.observed_on <= as_of]
    counted: dict[tuple[str | None, str], list[ObservationPoints]] = defaultdict(list)
    for observed in known:
        rule = model.indicators.get(observed.indicator)
        if rule is None:
            continue
        weighed = weigh(rule, subject, observed, model, as_of)
        if weighed.points > 0:
            counted[lens_of(rule, subject, observed), rule.code].append(weighed)
    strengths = by_points(
        contribution(code, seen, model)
        for (_, code), seen in counted.items()
        if model.indicators[code].kind == STRENGTH
    )
    lenses = {}
    for lens in LENSES:
        risks = [
            contribution(code, seen, model)
            for (its_lens, code), seen in counted.items()
            if its_lens == lens and model.indicators[code].kind == RISK
        ]
        lenses[lens] = _lens_reading(lens, risks, strengths, model)
    return Reading(
        as_of=as_of,
        model=model.number,
        lenses=lenses,
        strengths=fsum(s.points for s in strengths),
        strength_contributions=strengths,
        breadth=len({c.domain for lens in lenses.values() for c in lens.contributions}),
        missing=missing(subject, known, strengths, model, as_of),
    )


def band_of(reading: float, limits: tuple[float, float, float]) -> str:
    """The band of an unrounded reading."""
    early, coordinated, hub = limits
    if reading >= hub:
        return HUB
    if reading >= coordinated:
        return COORDINATED
    return EARLY if reading > early else NOTHING


def _lens_reading(
    lens: str, risks: list[Contribution], strengths: tuple[Contribution, ...], model: Model
) -> LensReading:
    domains: dict[str, list[Contribution]] = defaultdict(list)
    for indicator in risks:
        domains[indicator.domain].append(indicator)
    capped = {d: min(model.domain_cap, fsum(c.points for c in cs)) for d, cs in domains.items()}
    risk = fsum(capped.values())
    lowered = 0.0
    if lens in LOWERED_BY_STRENGTHS:
        lowered = min(fsum(s.points for s in strengths), model.strength_share * risk)
    reading = risk - lowered
    return LensReading(
        lens=lens,
        risk=risk,
        reading=reading,
        band=band_of(reading, model.bands[lens]),
        contributions=by_points(c for d, cs in domains.items() for c in shared_out(cs, capped[d])),
        lowered_by=by_points(shared_out(strengths, lowered)) if lowered else (),
    )
