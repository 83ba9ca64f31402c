"""What the cohort's schemes delivered: courses with their sessions, scores and voices, as rows.

Bulk rows marked 'demo', as in `rows`, with everything that was kept of them at the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import clock
from accounts.models import User
from cases.models import CaseChild, ChronologyEvent, EventKind
from eiportal.demo.cohort import Child, Scheme
from eiportal.demo.rows import BATCH, SOURCE, moment
from interventions.models import (
    Attendance,
    EndReason,
    Enrolment,
    Feedback,
    Helped,
    Measure,
    Scale,
    Service,
    Session,
    Stage,
)

# The measure used where the portal knows it, and its range is taken from there.
SCALE = "goal_progress"
WORDS = {
    Helped.A_LOT: ("They turned up every week.", "I could be myself there."),
    Helped.A_LITTLE: ("It was all right.", "Some weeks were good."),
    Helped.NO_CHANGE: ("Nothing really changed.", "It was something to do."),
    Helped.WORSE: ("I felt worse after.", "The older ones laughed at us."),
}


@dataclass(frozen=True)
class Course:
    """One child's course, with the place that it was given from."""

    child: Child
    place: CaseChild
    scheme: Scheme
    enrolment: Enrolment


def write(
    helped: Sequence[tuple[Child, CaseChild]],
    services: Mapping[str, Service],
    *,
    chance: Random,
    by: User,
) -> int:
    """Write down the course of each helped child, given from their place; how many there were."""
    courses = [_course(child, place, services, chance, by) for child, place in helped]
    Enrolment.objects.bulk_create([course.enrolment for course in courses], batch_size=BATCH)
    Session.objects.bulk_create(
        [session for course in courses for session in _sessions(course, chance, by)],
        batch_size=BATCH,
    )
    Measure.objects.bulk_create(_measures(courses, chance, by), batch_size=BATCH)
    Feedback.objects.bulk_create(
        [said for course in courses for said in _feedback(course, chance, by)], batch_size=BATCH
    )
    ChronologyEvent.objects.bulk_create(
        [line for course in courses for line in _lines(course, by)], batch_size=BATCH
    )
    return len(courses)


def _course(
    child: Child, place: CaseChild, services: Mapping[str, Service], chance: Random, by: User
) -> Course:
    scheme = child.scheme
    assert scheme is not None, "asked for"
    weeks = scheme.sessions + chance.randrange(2, 8)
    early = chance.random() < 0.15
    ended = child.start + 7 * (weeks // 3 if early else weeks)
    enrolment = Enrolment(
        place=place,
        service=services[scheme.name],
        goal=place.goal,
        starts_on=moment(child.start).date(),
        enrolled_at=moment(child.start - chance.randrange(2, 9)),
        enrolled_by=by,
        override_reason=scheme.override_reason,
        source=SOURCE,
        ended_on=moment(ended).date(),
        end_reason=EndReason.NOT_ENGAGED if early else EndReason.COMPLETED,
        ended_at=moment(ended, 16 * 60),
        ended_by=by,
    )
    return Course(child, place, scheme, enrolment)


def _sessions(course: Course, chance: Random, by: User) -> list[Session]:
    start, end = course.enrolment.starts_on, course.enrolment.ended_on
    assert end is not None, "ended, as all are"
    held = min(course.scheme.sessions, (end - start).days // 7)
    made = []
    for week in range(held):
        at = moment(course.child.start + 7 * week, 17 * 60)
        came = chance.random() < 0.8
        missed = chance.choice((Attendance.MISSED, Attendance.CANCELLED_FAMILY))
        made.append(
            Session(
                enrolment=course.enrolment,
                held_at=at,
                attendance=Attendance.ATTENDED if came else missed,
                minutes=60 if came else None,
                recorded_at=at + timedelta(hours=2),
                recorded_by=by,
            )
        )
    return made


def _measures(courses: Sequence[Course], chance: Random, by: User) -> list[Measure]:
    """A score at the start and one at the end for two in three, where the portal has the scale."""
    scale = Scale.objects.filter(code=SCALE).first()
    if scale is None:
        return []
    made = []
    for course in courses:
        if chance.random() > 0.67:
            continue
        span = float(scale.highest - scale.lowest)
        before = float(scale.lowest) + span * chance.uniform(0.15, 0.55)
        moved = span * (chance.gauss(0.35 * (1 - course.scheme.ratio) + 0.08, 0.15))
        after = before + (moved if scale.higher_is_better else -moved)
        for stage, score, at in (
            (Stage.BASELINE, before, moment(course.child.start)),
            (Stage.FOLLOW_UP, after, _ended(course)),
        ):
            bounded = min(max(score, float(scale.lowest)), float(scale.highest))
            made.append(
                Measure(
                    enrolment=course.enrolment,
                    scale=scale,
                    respondent=scale.respondents[0],
                    stage=stage,
                    taken_on=clock.london_date(at),
                    score=round(bounded),
                    recorded_at=at,
                    recorded_by=by,
                )
            )
    return made


def _feedback(course: Course, chance: Random, by: User) -> list[Feedback]:
    if chance.random() < 0.45:
        return []
    ratio = course.scheme.ratio
    weights = (max(1.2 - ratio, 0.05), 0.5, 0.5, max(ratio - 0.9, 0.03))
    helped = chance.choices(tuple(WORDS), weights)[0]
    at = _ended(course)
    return [
        Feedback(
            enrolment=course.enrolment,
            given_on=clock.london_date(at),
            helped=helped,
            words=chance.choice(WORDS[helped]),
            recorded_at=at,
            recorded_by=by,
        )
    ]


def _ended(course: Course) -> datetime:
    assert course.enrolment.ended_at is not None, "ended, as all are"
    return course.enrolment.ended_at


def _lines(course: Course, by: User) -> list[ChronologyEvent]:
    name, enrolment = course.scheme.name, course.enrolment
    return [
        ChronologyEvent(
            person_id=course.place.person_id,
            kind=EventKind.HELP,
            says=says,
            occurred_at=at,
            recorded_at=at,
            place=course.place,
            police_only=False,
            agency=by.agency,
            by=by,
        )
        for says, at in (
            (f"Enrolled in {name}", enrolment.enrolled_at),
            (f"Help ended: {name}", _ended(course)),
        )
    ]
