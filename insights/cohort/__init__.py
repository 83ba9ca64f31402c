"""The cohort of an evaluation: who is compared, frozen under pseudonyms, and the figures made of it."""

from insights.cohort.comparing import STEPS_OF_FIGURES, code_version, figures
from insights.cohort.freezing import Frozen, digest, freeze, pack, unpack
from insights.cohort.reading import Flow, Prior, flow, known, outcomes, prior, pseudonym

__all__ = [
    "STEPS_OF_FIGURES",
    "Flow",
    "Frozen",
    "Prior",
    "code_version",
    "digest",
    "figures",
    "flow",
    "freeze",
    "known",
    "outcomes",
    "pack",
    "prior",
    "pseudonym",
    "unpack",
]
