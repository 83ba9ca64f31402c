"""What stands in the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A publication, and whether it was read or only its title was found."""

    id: str
    status: str
    title: str
    url: str
    note: str


@dataclass(frozen=True)
class DecayClass:
    """How observations of a class fade, in days; an enduring class has only `review_days`."""

    name: str
    full_days: int | None
    half_life_days: int | None
    expires_days: int | None
    review_days: int | None
    basis: str

    @property
    def enduring(self) -> bool:
        return self.full_days is None


@dataclass(frozen=True)
class Indicator:
    """A risk indicator or a strength.

    `weight_by_age` holds the words strong, moderate or weak; empty: an offer of help, not ranked.
    A strength has no lens, no definition and no trigger; `evidence` says what shows it. A risk
    indicator has `evidence_police` and `evidence_partner` instead. `review_days` is its own, or
    that of its decay class. The three bases say how far it rests on a source.
    """

    code: str
    kind: str
    name: str
    domain: str
    lens: str | None
    definition: str
    evidence: str
    evidence_police: tuple[str, ...]
    evidence_partner: tuple[str, ...]
    age_bands: tuple[str, ...]
    weight_by_age: Mapping[str, str]
    decay: str
    review_days: int | None
    safeguarding_trigger: str
    safeguarding_trigger_by_severity: Mapping[int, str]
    enabled: bool
    factor_basis: str
    weight_basis: str
    decay_basis: str
    sources: tuple[Source, ...]
    note: str


@dataclass(frozen=True)
class Meta:
    """The catalogue's name, rules of use, and what its words mean."""

    title: str
    version: str
    status: str
    use_rules: tuple[str, ...]
    basis_codes: Mapping[str, str]
    lenses: Mapping[str, str]
    safeguarding_triggers: Mapping[str, str]
    weights: Mapping[str, float]
    strength_weights: Mapping[str, float]
    deliberately_excluded: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything that may be observed, in the order of the file."""

    meta: Meta
    sources: tuple[Source, ...]
    decay_classes: Mapping[str, DecayClass]
    indicators: Mapping[str, Indicator]
