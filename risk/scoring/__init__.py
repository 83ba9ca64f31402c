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

from risk.scoring.ages import AGE_BANDS, age_on
from risk.scoring.contributions import Contribution, ObservationPoints
from risk.scoring.easings import Easing, what_would_lower
from risk.scoring.facts import Observed, Subject
from risk.scoring.fading import decay
from risk.scoring.gaps import (
    BEFORE_BIRTH,
    ESTIMATED_DATE_OF_BIRTH,
    NO_DATE_OF_BIRTH,
    NO_OBSERVATION,
    NOT_WEIGHED,
    STALE_STRENGTH,
    Gap,
)
from risk.scoring.model import IndicatorRule, Model
from risk.scoring.ranking import priority
from risk.scoring.readings import LensReading, Reading, band_of, read
from risk.scoring.terms import (
    BANDS,
    COORDINATED,
    EARLY,
    HARM_BY_CHILD,
    HARM_TO_CHILD,
    HUB,
    LENSES,
    NEED,
    NOTHING,
    RISK,
)
from risk.scoring.trends import Movement, trend

__all__ = [
    "AGE_BANDS",
    "BANDS",
    "BEFORE_BIRTH",
    "COORDINATED",
    "EARLY",
    "ESTIMATED_DATE_OF_BIRTH",
    "HARM_BY_CHILD",
    "HARM_TO_CHILD",
    "HUB",
    "LENSES",
    "NEED",
    "NOTHING",
    "NOT_WEIGHED",
    "NO_DATE_OF_BIRTH",
    "NO_OBSERVATION",
    "RISK",
    "STALE_STRENGTH",
    "Contribution",
    "Easing",
    "Gap",
    "IndicatorRule",
    "LensReading",
    "Model",
    "Movement",
    "ObservationPoints",
    "Observed",
    "Reading",
    "Subject",
    "age_on",
    "band_of",
    "decay",
    "priority",
    "read",
    "trend",
    "what_would_lower",
]
