"""Look back at a case with those round the table: what has changed, and what each child says of it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.access import scope
from cases.commands.chronology import add_event
from cases.models import Case, CaseChild, EventKind, Review, ReviewedPlace
from cases.models.cases import REVIEW_AT_THE_LATEST, REVIEW_EVERY
from govuk.dates import date_in_words


class Said(NamedTuple):
    """What a review says of one child: either their own words, or why they were not asked."""

    progress: str
    voice: str
    voice_why_not: str


# A child's place, what has changed for them, what they say, or why they were not asked.
Reviewed = tuple[CaseChild, str, str, str]


@asking.command
def review_case(
    case: Case,
    *,
    held_on: date,
    attended: str,
    next_on: date | None = None,
    places: Iterable[Reviewed],
    by: User,
) -> Review:
    """Keep what a review found for each child in the case, and when the next one is due.

    `next_on` is six weeks later where none is said. Sent twice by one person, it is one: the first
    is the answer to the second. ValidationError at the field for what is missing or does not fit,
    for a second review of one day, and once the case has closed. A child's fields carry the id of
    their place, such as 'progress_12'.
    """
    case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    permissions.check_can_lead(case, by=by)
    said = {place.pk: Said(*(each.strip() for each in words)) for place, *words in places}
    attended, next_on = attended.strip(), next_on or held_on + REVIEW_EVERY
    kept = Review.objects.filter(case=case, held_on=held_on).first()
    if kept and _is_same(kept, attended, next_on, said, by):
        return kept
    case.refuse_if_closed()
    staying = case.places.filter(left_at=None).exclude(person__in=scope.hidden_from(by))
    open_places = list(staying.select_related("person").order_by("pk"))
    errors = _misfits(case, held_on, attended, next_on) | _unsaid(open_places, said)
    if kept:
        errors["held_on"] = (
            f"A review of {date_in_words(held_on)} is kept already. Choose another day."
        )
    if errors:
        raise ValidationError(errors)
    review = Review.objects.create(
        case=case,
        held_on=held_on,
        attended=attended,
        next_on=next_on,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    for place in open_places:
        _keep(review, place, said[place.pk], by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "review case",
        persons=[place.person_id for place in open_places],
        records={"case": case.pk, "review": review.pk},
        by=by,
    )
    return review


def _is_same(kept: Review, attended: str, next_on: date, said: dict[int, Said], by: User) -> bool:
    """Whether it is this very review, sent twice."""
    words = kept.places.values_list("place", "progress", "voice", "voice_why_not")
    was_said = {place: Said(*rest) for place, *rest in words}
    return (kept.recorded_by_id, kept.attended, kept.next_on, was_said) == (
        by.pk,
        attended,
        next_on,
        said,
    )


def _misfits(case: Case, held_on: date, attended: str, next_on: date) -> dict[str, str]:
    """What of a review as a whole does not fit: {field: what to do instead}."""
    opened_on = clock.london_date(case.opened_at)
    latest = held_on + REVIEW_AT_THE_LATEST
    misfits = {
        "held_on": (
            not opened_on <= held_on <= clock.today(),
            f"Enter a day from {date_in_words(opened_on)}, when the case opened, until today.",
        ),
        "attended": (not attended, "Say who took part."),
        "next_on": (
            not held_on < next_on <= latest,
            f"Enter a day after this review, and by {date_in_words(latest)} at the latest.",
        ),
    }
    return {field: words for field, (is_misfit, words) in misfits.items() if is_misfit}


def _unsaid(places: Iterable[CaseChild], said: dict[int, Said]) -> dict[str, str]:
    """What is missing for any child in the case: {field: what to do}."""
    errors = {}
    for place in places:
        name = place.person.forenames or place.person.name
        words = said.get(place.pk, Said("", "", ""))
        if not words.progress:
            errors[f"progress_{place.pk}"] = f"Say what has changed for {name}."
        if not words.voice and not words.voice_why_not:
            errors[f"voice_{place.pk}"] = f"Write what {name} says, or why they were not asked."
    return errors


def _keep(review: Review, place: CaseChild, said: Said, *, by: User) -> None:
    progress, voice, voice_why_not = said
    ReviewedPlace.objects.create(
        review=review, place=place, progress=progress, voice=voice, voice_why_not=voice_why_not
    )
    heard = f"The child’s words: {voice}" if voice else f"Not asked: {voice_why_not}"
    add_event(
        place.person,
        EventKind.REVIEW,
        f"Case {review.case.reference} reviewed. Next review by {date_in_words(review.next_on)}",
        detail=f"{progress}\n\n{heard}",
        occurred_at=_moment(review.held_on),
        place=place,
        by=by,
    )


def _moment(day: date) -> datetime:
    """Where a review of a day stands in a line of time: now, or at the end of a day before."""
    return min(clock.now(), clock.end_of(day) - timedelta(seconds=1))
