"""What a reading does not know, and says so."""

from dataclasses import dataclass
from datetime import date

from risk.scoring.ages import age_band
from risk.scoring.contributions import Contribution
from risk.scoring.facts import Observed, Subject
from risk.scoring.fading import is_stale
from risk.scoring.model import Model

NO_DATE_OF_BIRTH = "date of birth"
ESTIMATED_DATE_OF_BIRTH = "date of birth is estimated"
NO_OBSERVATION = "nothing has been observed"
STALE_STRENGTH = "strength not confirmed lately"
BEFORE_BIRTH = "observed before the date of birth"
NOT_WEIGHED = "indicator not in this model"


@dataclass(frozen=True)
class Gap:
    """Something that the reading does not know, and the indicator it is about, if one."""

    what: str
    indicator: str | None = None


def missing(
    subject: Subject,
    known: list[Observed],
    strengths: tuple[Contribution, ...],
    model: Model,
    day: date,
) -> tuple[Gap, ...]:
    """What is not known of a child, or of what was observed, that a reading might have counted."""
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
