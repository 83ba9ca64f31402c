"""Sessions, scores and the young person's words: within their bounds, once, and in the chronology."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import clock
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.models import CaseChild, ChronologyEvent, EventKind
from interventions.models import Enrolment, Feedback, Measure, Session
from tests.interventions.conftest import World, scale
from tests.races import at_once, in_turn


@pytest.fixture
def course(world: World) -> Enrolment:
    return world.enrol()


def last_event() -> ChronologyEvent:
    return ChronologyEvent.objects.filter(kind=EventKind.HELP).latest("pk")


def ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


# --- sessions


def test_a_session_is_logged_and_written_down(world: World, course: Enrolment) -> None:
    session = world.log(course)
    event = last_event()
    assert event.says == "Session of Side by Side: attended"
    assert event.detail == "Talked about school"
    assert event.occurred_at == session.held_at
    assert Entry.objects.filter(verb="log session", persons=[world.child.pk]).count() == 1


def test_the_same_moment_is_one_session(world: World, course: Enrolment) -> None:
    session = world.log(course)
    assert world.log(course) == session
    with pytest.raises(ValidationError) as error:
        world.log(course, note="Something else")
    assert set(error.value.message_dict) == {"held_at"}
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("held_at", lambda: {"held_at": clock.now() + timedelta(minutes=1)}),
        ("held_at", lambda: {"held_at": ago(61)}),
        ("attendance", lambda: {"attendance": "slept", "minutes": None}),
        ("minutes", lambda: {"attendance": "missed"}),
        ("minutes", lambda: {"minutes": 0}),
        ("minutes", lambda: {"minutes": 721}),
    ],
)
def test_a_session_that_does_not_fit_is_refused_at_its_field(
    world: World, course: Enrolment, field: str, said: object
) -> None:
    with pytest.raises(ValidationError) as error:
        world.log(course, **said())
    assert set(error.value.message_dict) == {field}


def test_the_first_day_begins_at_midnight_in_london(world: World, course: Enrolment) -> None:
    first = clock.start_of(course.starts_on)
    assert world.log(course, held_at=first).held_at == first
    with pytest.raises(ValidationError):
        world.log(course, held_at=first - timedelta(seconds=1))


def test_two_who_log_the_same_session_at_once_log_one(committed_world: World) -> None:
    world = committed_world
    course = world.enrol()
    held = Enrolment.objects.filter(pk=course.pk)
    moment = ago(3)
    first, second = at_once(
        held, lambda: world.log(course, held_at=moment), lambda: world.log(course, held_at=moment)
    )
    assert first == second
    other, refusal = sorted(
        at_once(
            held,
            lambda: world.log(course, held_at=ago(2), note="One"),
            lambda: world.log(course, held_at=ago(2), note="Other"),
        ),
        key=lambda each: isinstance(each, ValidationError),
    )
    assert isinstance(other, Session)
    assert isinstance(refusal, ValidationError)


# --- scores


def test_a_score_is_kept_and_written_down(world: World, course: Enrolment) -> None:
    measure = world.measure(course, score=Decimal("3.5"))
    assert world.measure(course, score=Decimal("3.50")) == measure
    event = last_event()
    assert event.says == "Measured: How far towards my goal"
    assert event.detail == "The child or young person: 3.5, at the start"
    assert Entry.objects.filter(verb="record measure").count() == 1


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("score", {"score": Decimal("10.01")}),
        ("score", {"score": Decimal(-1)}),
        ("score", {"score": Decimal("3.001")}),
        ("score", {"score": Decimal("NaN")}),
        ("respondent", {"respondent": "teacher"}),
        ("respondent", {"respondent": "neighbour"}),
        ("stage", {"stage": "midway"}),
    ],
)
def test_a_score_out_of_its_scale_is_refused_at_its_field(
    world: World, course: Enrolment, field: str, said: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as error:
        world.measure(course, **said)
    assert set(error.value.message_dict) == {field}


def test_both_ends_of_a_scale_are_in_it(world: World, course: Enrolment) -> None:
    sdq = scale("sdq_total")
    for number, score in enumerate((0, 40)):
        taken_on = clock.today() - timedelta(days=60 - number)
        stage = "baseline" if number == 0 else "follow-up"
        world.measure(
            course, scale=sdq, respondent="parent", score=Decimal(score), taken_on=taken_on,
            stage=stage,
        )  # fmt: skip
    assert Measure.objects.count() == 2


def test_one_baseline_a_respondent_and_no_later_score_before_it(
    world: World, course: Enrolment
) -> None:
    today = clock.today()

    def wrong(**said: object) -> set[str]:
        with pytest.raises(ValidationError) as error:
            world.measure(course, **said)
        return set(error.value.message_dict)

    world.measure(course, taken_on=today - timedelta(days=30))
    assert wrong(taken_on=today - timedelta(days=20)) == {"stage"}
    assert wrong(stage="follow-up", taken_on=today - timedelta(days=31)) == {"taken_on"}
    assert wrong(stage="follow-up", taken_on=today - timedelta(days=30)) == {"taken_on"}
    assert wrong(stage="follow-up", taken_on=today + timedelta(days=1)) == {"taken_on"}
    assert wrong(respondent="parent", taken_on=today - timedelta(days=151)) == {"taken_on"}
    world.measure(course, respondent="parent", stage="follow-up", taken_on=today)
    # Found later, the score at the start is still taken, if it is before the later ones.
    assert world.measure(course, respondent="parent", taken_on=today - timedelta(days=1))
    world.measure(
        course, respondent="worker", stage="follow-up", taken_on=today - timedelta(days=9)
    )
    assert wrong(respondent="worker", taken_on=today) == {"taken_on"}


# --- the young person's words


def test_the_young_person_s_words_are_kept_and_not_told_on(world: World, course: Enrolment) -> None:
    said = world.say(course)
    assert world.say(course) == said
    event = last_event()
    assert event.says == "Asked about Side by Side"
    assert event.detail == "It helped a lot. In their words: He listens to me"
    world.say(course, helped="not said", words="", why_not_asked="Too upset today")
    event = last_event()
    assert (event.says, event.detail) == (
        "Not asked about Side by Side",
        "Why not: Too upset today",
    )
    assert Feedback.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("words", {"words": " "}),
        ("why_not_asked", {"why_not_asked": "Away"}),
        ("why_not_asked", {"words": "", "why_not_asked": "Away"}),
        ("helped", {"helped": "maybe"}),
    ],
)
def test_words_or_why_they_were_not_asked(
    world: World, course: Enrolment, field: str, said: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as error:
        world.say(course, **said)
    assert set(error.value.message_dict) == {field}


def test_the_day_of_the_words_is_within_the_course_or_after_it(
    world: World, course: Enrolment
) -> None:
    for days in (61, -1):
        with pytest.raises(ValidationError) as error:
            world.say(course, given_on=clock.today() - timedelta(days=days))
        assert set(error.value.message_dict) == {"given_on"}


# --- after the end


def test_after_the_end_only_later_scores_and_words_are_added(
    world: World, course: Enrolment
) -> None:
    session = world.log(course)
    world.measure(course)
    world.end(course)
    assert world.log(course) == session, "sent again, the first is the answer"
    for refused in (
        lambda: world.log(course, held_at=ago(3)),
        lambda: world.measure(course, respondent="parent"),
    ):
        with pytest.raises(ValidationError):
            refused()
    later = world.measure(course, stage="follow-up", taken_on=clock.today())
    assert later.stage == "follow-up"
    assert world.say(course).words == "He listens to me"


def test_only_who_sits_round_the_child_adds(world: World, course: Enrolment) -> None:
    world.share("summary", "interventions")
    for add in (world.log, world.measure, world.say, world.end):
        with pytest.raises(NotAllowed):
            add(course, by=world.teacher)
        with pytest.raises(NotVisible):
            add(course, by=world.manager)


def test_who_waited_for_a_closing_has_no_seat_any_more(committed_world: World) -> None:
    """The check before the wait was passed: what counts is the seat after it."""
    world = committed_world
    course = world.enrol()
    world.end(course)

    def close() -> object:
        left = [(place, "all", "Form tutor") for place in CaseChild.objects.filter(case=world.case)]
        return cases.commands.close_case(
            world.case, reason="needs met", outcome="Well", places=left, by=world.lead_worker
        )

    def say() -> object:
        try:
            return world.say(course)
        except NotVisible as refused:
            return refused

    closed, said = in_turn(CaseChild.objects.filter(pk=world.place.pk), close, say)
    assert closed.closed_at is not None
    assert isinstance(said, NotVisible)
    assert not Feedback.objects.exists()
