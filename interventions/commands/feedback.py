"""Record what the young person says about the help, or why they were not asked."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

import asking
import clock
from accounts.models import User
from interventions.commands.courses import take_turn, write_down
from interventions.models import Enrolment, Feedback, Helped


@asking.command
def record_feedback(
    enrolment: Enrolment,
    *,
    given_on: date,
    helped: str,
    words: str = "",
    why_not_asked: str = "",
    by: User,
) -> Feedback:
    """Keep the young person's own words about a course, during it or after its end.

    Sent twice, it is one. ValidationError at the field where there are neither words nor a reason
    why they were not asked, or both.
    """
    enrolment = take_turn(enrolment, by=by)
    said: dict[str, Any] = {
        "given_on": given_on,
        "helped": helped,
        "words": words.strip(),
        "why_not_asked": why_not_asked.strip(),
    }
    if same := enrolment.feedback.filter(**said, recorded_by=by).first():
        return same
    feedback = Feedback(enrolment=enrolment, recorded_at=clock.now(), recorded_by=by, **said)
    if errors := dict(_misfits(feedback)):
        raise ValidationError(errors)
    feedback.save()
    write_down(
        enrolment,
        "record feedback",
        f"Asked about {enrolment.service}"
        if feedback.words
        else f"Not asked about {enrolment.service}",
        detail=_detail(feedback),
        by=by,
    )
    return feedback


def _detail(feedback: Feedback) -> str:
    if feedback.why_not_asked:
        return f"Why not: {feedback.why_not_asked}"
    return f"{Helped(feedback.helped).label}. In their words: {feedback.words}"


def _misfits(feedback: Feedback) -> Iterable[tuple[str, str]]:
    if feedback.helped not in Helped.values:
        yield "helped", "Choose whether it helped."
    if feedback.given_on > clock.today():
        yield "given_on", "The day must be today or earlier."
    elif feedback.given_on < feedback.enrolment.starts_on:
        yield "given_on", f"The day must be {feedback.enrolment.starts_on:%-d %B %Y} or later."
    if not feedback.words and not feedback.why_not_asked:
        yield "words", "Write what they say, or why they were not asked."
    elif feedback.why_not_asked and (feedback.words or feedback.helped != Helped.NOT_SAID):
        yield "why_not_asked", "Leave this out: they were asked, and this is what they say."
