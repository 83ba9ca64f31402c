"""A child's courses of help: for whom the interventions of the child's place are open.

Partners with that section read service, goal, days, attendance and scores. Notes of sessions, the
young person's words and the reasons typed by workers are narrative: for the full record, for the
team around the child and for whoever runs the case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import F, QuerySet

import cases.permissions
import cases.queries
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Case, CaseChild, Restriction, Section
from interventions.models import (
    Enrolment,
    Enrolments,
    Feedback,
    Measure,
    Respondent,
    Scale,
    Service,
    Session,
    Stage,
)
from interventions.travelling import Distance, Score, distance


def _open(viewer: User) -> Enrolments:
    places = scope.places_visible_to(viewer, section=Section.INTERVENTIONS)
    return _whole(Enrolment.objects.filter(place__in=places))


def _whole(found: Enrolments) -> Enrolments:
    return found.select_related(
        "place__case", "place__person", "service__provider", "service__approach", "enrolled_by"
    ).with_sessions()


def enrolments(place: CaseChild, *, viewer: User) -> Enrolments:
    """The courses of a child's place, running ones first, each with its numbers of sessions.

    Empty where the interventions of this place are not open to the viewer.
    """
    still_first = F("ended_on").desc(nulls_first=True)
    found = Enrolment.objects.filter(place=place)
    if not scope.is_open(viewer, place, section=Section.INTERVENTIONS):
        found = found.none()
    return _whole(found).order_by(still_first, "-starts_on", "-pk")


def courses_under_way(restriction: Restriction, *, viewer: User) -> Enrolments:
    """The courses of a hidden child that have not ended: for the record's owner alone."""
    found = Enrolment.objects.filter(place__person=restriction.person_id, ended_on=None)
    if not cases.permissions.answers_for(restriction, by=viewer):
        found = found.none()
    return _whole(found).order_by("starts_on", "pk")


def enrolment(enrolment_id: int, *, viewer: User) -> Enrolment:
    """One course, with its numbers of sessions. NotVisible (404) otherwise."""
    found = _open(viewer).select_related("ended_by").filter(pk=enrolment_id).first()
    if found is None:
        raise NotVisible("enrolment", enrolment_id)
    return found


def reads_narrative(enrolment: Enrolment, *, viewer: User) -> bool:
    """Whether the viewer reads what was typed about this course, not only what happened."""
    if scope.is_open(viewer, enrolment.place, section=Section.FULL):
        return True
    if cases.queries.places_run_by(viewer=viewer).filter(pk=enrolment.place_id).exists():
        return True
    seated = enrolment.place.team_places.filter(user=viewer, until=None).exists()
    return seated and _open(viewer).filter(pk=enrolment.pk).exists()


def sessions(enrolment: Enrolment, *, viewer: User) -> QuerySet[Session]:
    """The sessions of a course, newest first. `note` is not read without the narrative."""
    found = Session.objects.filter(enrolment__in=_open(viewer).filter(pk=enrolment.pk).values("pk"))
    if not reads_narrative(enrolment, viewer=viewer):
        found = found.defer("note")
    return found.select_related("recorded_by").order_by("-held_at")


def measures(enrolment: Enrolment, *, viewer: User) -> QuerySet[Measure]:
    """The scores of a course, by scale and respondent, in the order of time."""
    return (
        Measure.objects.filter(enrolment__in=_open(viewer).filter(pk=enrolment.pk).values("pk"))
        .select_related("scale")
        .order_by("scale__name", "scale", "respondent", "taken_on")
    )


@dataclass(frozen=True)
class Travelled:
    """The distance travelled on one scale by one respondent. Never called impact."""

    scale: Scale
    respondent: Respondent
    distance: Distance
    scores: int


def distances(enrolment: Enrolment, *, viewer: User) -> list[Travelled]:
    """From the first to the last score, for each scale and respondent of a course."""
    found = measures(enrolment, viewer=viewer)
    return [
        _travelled(list(scores))
        for _, scores in groupby(found, key=lambda each: (each.scale_id, each.respondent))
    ]


def _travelled(scores: list[Measure]) -> Travelled:
    scale = scores[0].scale
    return Travelled(
        scale=scale,
        respondent=Respondent(scores[0].respondent),
        distance=distance(
            (Score(m.taken_on, m.score, m.stage == Stage.BASELINE) for m in scores),
            higher_is_better=scale.higher_is_better,
            reliable_change=scale.reliable_change,
        ),
        scores=len(scores),
    )


def feedback(enrolment: Enrolment, *, viewer: User) -> QuerySet[Feedback]:
    """What the young person says of a course, newest first: for whoever reads the narrative."""
    found = Feedback.objects.filter(enrolment=enrolment).select_related("recorded_by")
    if not reads_narrative(enrolment, viewer=viewer):
        return found.none()
    return found.order_by("-given_on", "-pk")


def rules_against(place: CaseChild, service: Service, *, on: date, viewer: User) -> list[str]:
    """Each rule against this child in this service that only a person's reason may set aside."""
    age = cases.queries.age(place.person, viewer=viewer, on=on)
    rules = []
    if service.approach.harms:
        rules.append("The evidence says that this kind of help can do harm.")
    if age is None:
        rules.append("The child’s age is not known.")
    elif not service.youngest <= age <= service.oldest:
        ages = f"{service.youngest} to {service.oldest}"
        rules.append(f"The child is {age} on that day, and this service is for ages {ages}.")
    return rules


def live_enrolments_in(case: Case, *, viewer: User) -> Enrolments:
    """The courses that still run in a case, in the places whose help is open to the viewer."""
    return _open(viewer).live().filter(place__case=case).order_by("place__person__forenames", "pk")


def in_the_way_of_closing(case: Case, *, viewer: User) -> list[str]:
    """What must be ended before a case can be closed, a sentence each."""
    return list(_still_running(live_enrolments_in(case, viewer=viewer)))


def _still_running(enrolments: Iterable[Enrolment]) -> Iterable[str]:
    for running in enrolments:
        child = running.place.person.forenames or running.place.person.reference
        yield f"End {child}’s help first: {running.service} is still running."
