"""Record a score on a scale, at the start of a course or later."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

import asking
import clock
from accounts.models import User
from interventions.commands.courses import take_turn, write_down
from interventions.models import Enrolment, Measure, Respondent, Scale, Stage

# A score this long before the first day still says how things were then (default by judgement).
BEFORE_START = timedelta(days=90)


@asking.command
def record_measure(
    enrolment: Enrolment,
    *,
    scale: Scale,
    respondent: str,
    stage: str,
    taken_on: date,
    score: Decimal,
    by: User,
) -> Measure:
    """Keep one score: of copyrighted scales nothing but the score.

    Sent twice, it is one. ValidationError at the field: out of the scale's bounds or respondents, a
    second baseline or second score of the day, a follow-up before the baseline. After the end only
    follow-ups are added.
    """
    enrolment = take_turn(enrolment, by=by)
    said: dict[str, Any] = {
        "scale": scale,
        "respondent": respondent,
        "stage": stage,
        "taken_on": taken_on,
        "score": score,
    }
    if score.is_finite() and (same := enrolment.measures.filter(**said).first()):
        return same
    errors: dict[str, str] = {}
    for field, words in _misfits(enrolment, scale, respondent, stage, taken_on, score):
        # One sentence at a field is enough: the first is the most telling.
        errors.setdefault(field, words)
    if errors:
        raise ValidationError(errors)
    measure = Measure.objects.create(
        enrolment=enrolment, recorded_at=clock.now(), recorded_by=by, **said
    )
    write_down(
        enrolment,
        "record measure",
        f"Measured: {scale}",
        detail=f"{Respondent(respondent).label}: {score.normalize():f}, {Stage(stage).label.lower()}",
        by=by,
    )
    return measure


def _misfits(
    enrolment: Enrolment, scale: Scale, respondent: str, stage: str, taken_on: date, score: Decimal
) -> Iterable[tuple[str, str]]:
    if not score.is_finite() or not scale.lowest <= score <= scale.highest:
        bounds = f"{scale.lowest.normalize():f} to {scale.highest.normalize():f}"
        yield "score", f"The score must be within this scale, {bounds}."
    elif score != round(score, 2):
        yield "score", "The score must have 2 decimal places or fewer."
    if respondent not in scale.respondents or respondent not in Respondent.values:
        asked = ", ".join(Respondent(each).label.lower() for each in scale.respondents)
        yield "respondent", f"This scale is answered by: {asked}."
    if stage not in Stage.values:
        yield "stage", "Choose whether it is the score at the start or a later one."
    if stage == Stage.BASELINE and not enrolment.is_live:
        yield "stage", "This help has ended: only a later score can be added now."
    if taken_on > clock.today():
        yield "taken_on", "The day must be today or earlier."
    if taken_on < (first := enrolment.starts_on - BEFORE_START):
        yield "taken_on", f"The day must be {first:%-d %B %Y} or later."
    yield from _against_others(enrolment, scale, respondent, stage, taken_on)


def _against_others(
    enrolment: Enrolment, scale: Scale, respondent: str, stage: str, taken_on: date
) -> Iterable[tuple[str, str]]:
    """What does not go with the scores of the same respondent on the same scale."""
    known = enrolment.measures.filter(scale=scale, respondent=respondent)
    baseline = known.filter(stage=Stage.BASELINE).first()
    if stage == Stage.BASELINE and baseline:
        yield "stage", f"The score at the start is recorded, on {baseline.taken_on:%-d %B %Y}."
    if known.filter(taken_on=taken_on).exists():
        yield "taken_on", "There is a score of that day: enter the day of this one."
    if stage == Stage.FOLLOW_UP and baseline and taken_on < baseline.taken_on:
        day = f"{baseline.taken_on:%-d %B %Y}"
        yield "taken_on", f"A later score must be after the one at the start, {day}."
    earlier = known.filter(stage=Stage.FOLLOW_UP, taken_on__lt=taken_on)
    if stage == Stage.BASELINE and earlier.exists():
        yield "taken_on", "The score at the start must be before the later ones."
