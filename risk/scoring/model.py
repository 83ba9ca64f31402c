"""What a model says: the weights of its indicators, its factors, caps and limits."""

from collections.abc import Mapping
from dataclasses import dataclass


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
