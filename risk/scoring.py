"""The three readings of a child, worked out from plain values.

A pure reference: no framework, no database, no clock. The SQL of the nightly run is tested against
it, and anyone can check a reading with it. As of a date d, for each lens L:

    points(o)   = weight * severity * confidence * decay(o)
    indicator_L = min(1.5 * the largest weight among its observations of L with points above 0,
                      the sum of their points)
    domain_L    = min(6, sum of its indicators of L)
    risk_L      = sum of its domains          S = sum of the strengths, each capped as an indicator
    reading     = risk_L                                    at risk of harm
                = risk_L - min(S, 0.4 * risk_L)             needs help, may harm others

A reading never decides and never reassures: what is unknown is listed in `missing`. Weights,
decay, factors and limits all come from the `Model`. Points have no unit; days are London dates.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

HARM_TO_CHILD = "harm_to_child"
NEED = "need"
HARM_BY_CHILD = "harm_by_child"
# In the order in which they come first when two lenses stand in the same band.
LENSES = (HARM_TO_CHILD, NEED, HARM_BY_CHILD)
# No strength makes a child who is being hurt any safer: there it stands beside, not against.
LOWERED_BY_STRENGTHS = frozenset({NEED, HARM_BY_CHILD})

RISK = "risk"
STRENGTH = "strength"

NOTHING = "nothing recorded"
EARLY = "early conversation"
COORDINATED = "coordinated help"
HUB = "consult the hub"
BANDS = (NOTHING, EARLY, COORDINATED, HUB)

AGE_BANDS = {"0-6": (0, 6), "7-9": (7, 9), "10-12": (10, 12), "13-15": (13, 15), "16-25": (16, 25)}
BAND_OF_UNKNOWN_AGE = "13-15"
AGE_OF_RESPONSIBILITY = 10
ADULT_AGE = 18
OLDEST_AGE = 25

# Readings are shown to one decimal: a smaller move is not shown as one.
SMALLEST_MOVE = 0.05

NO_DATE_OF_BIRTH = "date of birth"
ESTIMATED_DATE_OF_BIRTH = "date of birth is estimated"
NO_OBSERVATION = "nothing has been observed"
STALE_STRENGTH = "strength not confirmed lately"
BEFORE_BIRTH = "observed before the date of birth"
NOT_WEIGHED = "indicator not in this model"


@dataclass(frozen=True)
class IndicatorRule:
    """What one indicator weighs, by age band, and how it fades.

    A decaying rule has `full_days`, `half_life_days` and `expires_days`; an enduring one has none
    of them (ValueError otherwise). `review_days` makes an enduring strength stale; it never takes
    a risk away.
    """

    code: str
    kind: str
    lens: str | None
    domain: str
    weights: Mapping[str, float]
    full_days: int | None
    half_life_days: int | None
    expires_days: int | None
    review_days: int | None
    enduring: bool

    def __post_init__(self) -> None:
        days = (self.full_days, self.half_life_days, self.expires_days)
        if any((each is None) is not self.enduring for each in days):
            raise ValueError(f"{self.code}: either enduring or with all three days of decay")

    @property
    def fading(self) -> tuple[int, int, int]:
        """Full days, half-life, and the last day that counts; of a decaying rule alone."""
        assert self.full_days is not None
        assert self.half_life_days is not None
        assert self.expires_days is not None
        return self.full_days, self.half_life_days, self.expires_days

    def weight(self, band: str | None) -> float:
        """The weight in an age band; 0 in one that is not listed."""
        return self.weights.get(band, 0.0) if band else 0.0


@dataclass(frozen=True)
class Model:
    """One numbered set of weights, factors, caps and limits.

    `bands` holds for each lens the lower limits (early, coordinated, hub): a reading above the
    first, or at least the second or third, stands in that band.
    """

    number: int
    indicators: Mapping[str, IndicatorRule]
    bands: Mapping[str, tuple[float, float, float]]
    severity: Mapping[int, float]
    confidence: Mapping[str, float]
    indicator_cap: float
    domain_cap: float
    strength_share: float


@dataclass(frozen=True)
class Subject:
    """Whom the reading is about. `over_18_agreed`: the agreement for 18 to 25 is recorded."""

    date_of_birth: date | None
    over_18_agreed: bool = False
    date_of_birth_estimated: bool = False


@dataclass(frozen=True)
class Observed:
    """One observation in the state that was recorded by the end of the day of the reading.

    `ended_on` (exclusive) and `confirmed_on` count for enduring indicators alone. `ref` is the
    caller's own handle and is handed back untouched.
    """

    indicator: str
    observed_on: date
    severity: int = 2
    confidence: str = "confirmed"
    ended_on: date | None = None
    confirmed_on: date | None = None
    voided: bool = False
    ref: object = None


@dataclass(frozen=True)
class ObservationPoints:
    """What one observation weighs on the day, before any cap."""

    observed: Observed
    age_days: int
    weight: float
    decay: float
    points: float


@dataclass(frozen=True)
class Contribution:
    """One indicator's part of a reading.

    `points` is what it adds (or, for a strength, takes away) after the domain's cap or the limit
    on strengths is shared out in proportion; `uncut` is its points before that.
    """

    indicator: str
    domain: str
    uncut: float
    points: float
    observations: tuple[ObservationPoints, ...]


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
class Gap:
    """Something that the reading does not know, and the indicator it is about, if one."""

    what: str
    indicator: str | None = None


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


@dataclass(frozen=True)
class Movement:
    """How one lens moved between two readings, and which indicators moved it.

    Before a first reading there is nothing to compare with: `then`, `change` are None, `direction`
    is 'new'. Otherwise `moved` adds up to `change`; a strength that grew is a negative part.
    """

    lens: str
    then: float | None
    now: float
    band_then: str | None
    band_now: str
    change: float | None
    direction: str
    moved: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Easing:
    """One thing that would lower a reading.

    how 'fades': with nothing new seen, it may count for less from `on` and is gone by `gone_on`;
    'ends': it counts until somebody records that it has ended; `on` is when it is due for review,
    None when nothing sets a review; 'confirm': a strength that counts again once confirmed.
    """

    lens: str
    indicator: str
    how: str
    on: date | None = None
    gone_on: date | None = None


def age_on(date_of_birth: date, day: date) -> int:
    """Completed years on a day; below 0 before birth.

    Who is born on 29 February has the birthday on 1 March in years without one.
    """
    before_birthday = (day.month, day.day) < (date_of_birth.month, date_of_birth.day)
    return day.year - date_of_birth.year - before_birthday


def age_band(subject: Subject, day: date) -> str | None:
    """The age band on a day; None before birth and over 25; 13-15 when the age is unknown."""
    if subject.date_of_birth is None:
        return BAND_OF_UNKNOWN_AGE
    age = age_on(subject.date_of_birth, day)
    return next((band for band, (low, high) in AGE_BANDS.items() if low <= age <= high), None)


def has_reading(subject: Subject, day: date) -> bool:
    """Whether the person is read at all: born, not over 25, and from 18 only by agreement."""
    if subject.date_of_birth is None:
        return True
    age = age_on(subject.date_of_birth, day)
    return 0 <= age < ADULT_AGE or (ADULT_AGE <= age <= OLDEST_AGE and subject.over_18_agreed)


def lens_of(rule: IndicatorRule, subject: Subject, observed: Observed) -> str | None:
    """The catalogue's lens, save that what was done before the age of 10 is a need.

    The age on `observed_on` decides, for an enduring indicator too: its weight grows up with the
    child, but the deed stays that of the child who did it. So turning 10 makes nobody a suspect;
    only something newly observed from that birthday on can count in 'may harm others'.
    """
    if rule.lens != HARM_BY_CHILD or subject.date_of_birth is None:
        return rule.lens
    age = age_on(subject.date_of_birth, observed.observed_on)
    return NEED if age < AGE_OF_RESPONSIBILITY else rule.lens


def is_stale(rule: IndicatorRule, observed: Observed, day: date) -> bool:
    """Whether an enduring strength is too long unconfirmed: what lowers a reading must be fresh."""
    if not rule.enduring or rule.kind != STRENGTH or rule.review_days is None:
        return False
    return (day - (observed.confirmed_on or observed.observed_on)).days > rule.review_days


def decay(rule: IndicatorRule, observed: Observed, day: date) -> float:
    """How much of an observation is left on a day, from 1 (all) to 0 (nothing)."""
    age_days = (day - observed.observed_on).days
    if age_days < 0:
        return 0.0
    if rule.enduring:
        ended = observed.ended_on is not None and day >= observed.ended_on
        return 0.0 if ended or is_stale(rule, observed, day) else 1.0
    full_days, half_life_days, expires_days = rule.fading
    if age_days > expires_days:
        return 0.0
    if age_days <= full_days:
        return 1.0
    return 2.0 ** -((age_days - full_days) / half_life_days)


def band_of(reading: float, limits: tuple[float, float, float]) -> str:
    """The band of an unrounded reading."""
    early, coordinated, hub = limits
    if reading >= hub:
        return HUB
    if reading >= coordinated:
        return COORDINATED
    return EARLY if reading > early else NOTHING


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
        weighed = _weigh(rule, subject, observed, model, as_of)
        if weighed.points > 0:
            counted[lens_of(rule, subject, observed), rule.code].append(weighed)
    strengths = _by_points(
        _indicator(code, seen, model)
        for (_, code), seen in counted.items()
        if model.indicators[code].kind == STRENGTH
    )
    lenses = {}
    for lens in LENSES:
        risks = [
            _indicator(code, seen, model)
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
        missing=_missing(subject, known, strengths, model, as_of),
    )


def priority(
    reading: Reading | None, *, flag_open: bool, person_id: int
) -> tuple[bool, int, int, float, int]:
    """A sort key, most pressing first when sorted upwards.

    An open flag, then the highest band, then the lens that it stands in, then that lens's reading,
    then the person's id. Who has no reading comes after 'nothing recorded', unless flagged.
    """
    if reading is None:
        return (not flag_open, 1, len(LENSES), 0.0, person_id)
    lens = max(LENSES, key=lambda name: BANDS.index(reading.lenses[name].band))  # first of equals
    highest = reading.lenses[lens]
    rank = -BANDS.index(highest.band)
    return (not flag_open, rank, LENSES.index(lens), -highest.reading, person_id)


def trend(now: Reading, then: Reading | None) -> tuple[Movement, ...]:
    """What moved since an earlier reading, lens by lens, the largest part first."""
    return tuple(
        _movement(now.lenses[lens], then.lenses[lens] if then else None) for lens in LENSES
    )


def what_would_lower(reading: Reading, model: Model) -> tuple[Easing, ...]:
    """What would lower each reading, without anything new being observed."""
    stale = [g.indicator for g in reading.missing if g.indicator and g.what == STALE_STRENGTH]
    easings = []
    for lens in reading.lenses.values():
        for contribution in lens.contributions:
            rule = model.indicators[contribution.indicator]
            easings.append(_easing(lens.lens, rule, contribution, reading.as_of))
        # Where strengths already take off all that they may, one more would change nothing.
        room = lens.risk * model.strength_share > reading.strengths
        if lens.lens in LOWERED_BY_STRENGTHS and room:
            easings += [Easing(lens.lens, code, "confirm") for code in stale]
    return tuple(easings)


def _weigh(
    rule: IndicatorRule, subject: Subject, observed: Observed, model: Model, day: date
) -> ObservationPoints:
    """The observation's points; weighed by the age then, an enduring one by the age on the day."""
    band = age_band(subject, day if rule.enduring else observed.observed_on)
    weight = rule.weight(band)
    left = decay(rule, observed, day)
    factors = model.severity[observed.severity] * model.confidence[observed.confidence]
    age_days = (day - observed.observed_on).days
    return ObservationPoints(observed, age_days, weight, left, weight * factors * left)


def _indicator(code: str, seen: list[ObservationPoints], model: Model) -> Contribution:
    """An indicator's observations of one lens, all with points, under the indicator's cap."""
    cap = model.indicator_cap * max(s.weight for s in seen)
    points = min(cap, fsum(s.points for s in seen))
    newest_first = tuple(sorted(seen, key=lambda s: (s.age_days, -s.points)))
    return Contribution(code, model.indicators[code].domain, points, points, newest_first)


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
        contributions=_by_points(c for d, cs in domains.items() for c in _shared(cs, capped[d])),
        lowered_by=_by_points(_shared(strengths, lowered)) if lowered else (),
    )


def _shared(parts: Iterable[Contribution], total: float) -> list[Contribution]:
    """The same parts, cut in proportion so that they add up to the total."""
    parts = list(parts)
    whole = fsum(p.uncut for p in parts)
    return [
        Contribution(p.indicator, p.domain, p.uncut, p.uncut * (total / whole), p.observations)
        for p in parts
    ]


def _by_points(parts: Iterable[Contribution]) -> tuple[Contribution, ...]:
    return tuple(sorted(parts, key=lambda c: (-c.points, c.indicator)))


def _missing(
    subject: Subject,
    known: list[Observed],
    strengths: tuple[Contribution, ...],
    model: Model,
    day: date,
) -> tuple[Gap, ...]:
    found = (_gap(observed, subject, model, day) for observed in known)
    gaps = {gap for gap in found if gap is not None}
    gaps -= {Gap(STALE_STRENGTH, strength.indicator) for strength in strengths}  # seen anew since
    if subject.date_of_birth is None:
        gaps.add(Gap(NO_DATE_OF_BIRTH))
    elif subject.date_of_birth_estimated:
        gaps.add(Gap(ESTIMATED_DATE_OF_BIRTH))
    if not known:
        gaps.add(Gap(NO_OBSERVATION))
    return tuple(sorted(gaps, key=lambda gap: (gap.indicator or "", gap.what)))


def _gap(observed: Observed, subject: Subject, model: Model, day: date) -> Gap | None:
    """Why an observation that was made counts nothing though it might say something."""
    rule = model.indicators.get(observed.indicator)
    if rule is None:
        return Gap(NOT_WEIGHED, observed.indicator)
    if not rule.enduring:
        unborn = age_band(subject, observed.observed_on) is None
        return Gap(BEFORE_BIRTH, rule.code) if unborn else None
    ended = observed.ended_on is not None and day >= observed.ended_on
    listed = rule.weight(age_band(subject, day)) > 0
    stale = listed and not ended and is_stale(rule, observed, day)
    return Gap(STALE_STRENGTH, rule.code) if stale else None


def _movement(now: LensReading, then: LensReading | None) -> Movement:
    parts: dict[str, list[float]] = defaultdict(list)
    for lens, sign in ((now, 1), (then, -1)):
        for contribution in lens.contributions if lens else ():
            parts[contribution.indicator].append(sign * contribution.points)
        for contribution in lens.lowered_by if lens else ():
            parts[contribution.indicator].append(-sign * contribution.points)
    moved = [(code, fsum(changes)) for code, changes in parts.items()]
    moved = sorted((m for m in moved if m[1]), key=lambda m: (-abs(m[1]), m[0]))
    if then is None:
        return Movement(now.lens, None, now.reading, None, now.band, None, "new", tuple(moved))
    change = now.reading - then.reading
    direction = "level" if abs(change) < SMALLEST_MOVE else "up" if change > 0 else "down"
    return Movement(
        now.lens, then.reading, now.reading, then.band, now.band, change, direction, tuple(moved)
    )


def _easing(lens: str, rule: IndicatorRule, contribution: Contribution, day: date) -> Easing:
    seen = [s.observed for s in contribution.observations]
    if rule.enduring:
        if rule.review_days is None:
            return Easing(lens, rule.code, "ends")
        checked = min(o.confirmed_on or o.observed_on for o in seen)
        return Easing(lens, rule.code, "ends", checked + timedelta(days=rule.review_days))
    full_days, _, expires_days = rule.fading
    fades = min(o.observed_on for o in seen) + timedelta(days=full_days + 1)
    gone = max(o.observed_on for o in seen) + timedelta(days=expires_days + 1)
    return Easing(lens, rule.code, "fades", max(fades, day + timedelta(days=1)), gone)
