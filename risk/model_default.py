"""The default model: the catalogue's words turned into numbers. Each force publishes its own.

Every number here is a default by professional judgement; nothing is learned from data.
"""

from cases.catalogue import Catalogue, Indicator
from risk.scoring import HARM_BY_CHILD, HARM_TO_CHILD, NEED, RISK, IndicatorRule, Model

SEVERITY = {1: 0.5, 2: 1.0, 3: 1.5}  # emerging, clear, severe
CONFIDENCE = {"suspected": 0.5, "reported": 0.75, "confirmed": 1.0}
LIMITS = {
    HARM_TO_CHILD: (0.0, 1.5, 3.0),
    HARM_BY_CHILD: (0.0, 3.0, 8.0),
    NEED: (0.0, 6.0, 12.0),
}
INDICATOR_CAP = 1.5
DOMAIN_CAP = 6.0
STRENGTH_SHARE = 0.4


def default_model(catalogue: Catalogue, number: int = 1) -> Model:
    """The model of the catalogue's enabled indicators under the default factors and limits."""
    enabled = [i for i in catalogue.indicators.values() if i.enabled]
    return Model(
        number=number,
        indicators={i.code: _rule(i, catalogue) for i in enabled},
        bands=LIMITS,
        severity=SEVERITY,
        confidence=CONFIDENCE,
        indicator_cap=INDICATOR_CAP,
        domain_cap=DOMAIN_CAP,
        strength_share=STRENGTH_SHARE,
    )


def _rule(indicator: Indicator, catalogue: Catalogue) -> IndicatorRule:
    meta, fades = catalogue.meta, catalogue.decay_classes[indicator.decay]
    points = meta.weights if indicator.kind == RISK else meta.strength_weights
    return IndicatorRule(
        code=indicator.code,
        kind=indicator.kind,
        lens=indicator.lens,
        domain=indicator.domain,
        weights={band: points[word] for band, word in indicator.weight_by_age.items()},
        full_days=fades.full_days,
        half_life_days=fades.half_life_days,
        expires_days=fades.expires_days,
        review_days=indicator.review_days,
        enduring=fades.enduring,
    )
