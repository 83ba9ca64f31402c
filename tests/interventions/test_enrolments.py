"""A course begins only where there is room and reason, and ends once, with a reason."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import clock
import interventions.commands
import interventions.queries
from accounts.models import Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.models import Case, CaseChild, ChronologyEvent, EventKind, Person
from interventions.models import Approach, Enrolment
from tests import factories
from tests.interventions.conftest import World
from tests.races import at_once


def refused(world: World, **said: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        world.enrol(**said)
    return error.value.message_dict


def ending_refused(world: World, course: Enrolment, **said: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        world.end(course, **said)
    return error.value.message_dict


def events(person: Person) -> list[ChronologyEvent]:
    return list(ChronologyEvent.objects.filter(person=person, kind=EventKind.HELP).order_by("pk"))


# --- beginning


def test_a_course_begins_and_is_written_down(world: World) -> None:
    course = world.enrol(by=world.mentor)
    (event,) = events(world.child)
    assert (event.says, event.place) == ("Enrolled in Side by Side", world.place)
    assert event.detail == "Goal: Somebody to talk to. From 25 September 2026."
    entry = Entry.objects.get(verb="enrol")
    assert entry.persons == [world.child.pk]
    assert entry.records == {"enrolment": course.pk, "place": world.place.pk}
    told = Notification.objects.get(user=world.lead_worker, url=f"/enrolments/{course.pk}")
    assert told.text == f"Help is arranged in {world.case.reference}"


def test_sent_twice_it_is_one_and_something_else_is_refused(world: World) -> None:
    course = world.enrol(override_reason="Not asked for, so not kept")
    assert world.enrol(override_reason="Not asked for, so not kept") == course
    assert course.override_reason == ""
    assert len(events(world.child)) == 1
    errors = refused(world, goal="Something else")
    assert errors == {"service": ["Robin Example takes part in this already."]}
    world.end(course)
    assert world.enrol(starts_on=clock.today()) != course


def test_only_who_sits_round_the_child_or_runs_the_case_enrols(world: World) -> None:
    world.share("summary", "interventions")
    with pytest.raises(NotAllowed):
        world.enrol(by=world.teacher)
    officer = factories.user(Role.OFFICER, agency=world.base.police)
    cases.commands.seat(world.place, officer, role="local officer", by=world.lead_worker)
    with pytest.raises(NotAllowed):
        world.enrol(by=officer)
    with pytest.raises(NotVisible):
        world.enrol(by=world.manager)
    with pytest.raises(NotVisible):
        world.enrol(place=world.other_place, by=world.mentor)


def test_there_is_no_more_room_than_there_is(world: World) -> None:
    world.enrol()
    second = world.enrol(place=world.other_place)
    kit = factories.child("Kit")
    case = factories.case(kit, lead_worker=world.lead_worker, team=world.case.team)
    errors = refused(world, place=factories.place(kit, case))
    assert "no place free now" in errors["service"][0]
    world.end(second)
    assert world.enrol(place=factories.place(kit, case)).is_live


def test_who_comes_second_for_the_last_place_is_told(committed_world: World) -> None:
    world = committed_world
    interventions.commands.change_service(
        world.service,
        name="Side by Side",
        description="",
        youngest=8,
        oldest=17,
        capacity=1,
        unit_cost=None,
        takes_children=True,
        by=world.commissioner,
    )
    kit = factories.child("Kit")
    case = factories.case(kit, lead_worker=world.lead_worker, team=world.case.team)
    place = factories.place(kit, case)
    answers = at_once(
        type(world.service).objects.filter(pk=world.service.pk),
        world.enrol,
        lambda: world.enrol(place=place),
    )
    (refusal,) = [each for each in answers if isinstance(each, ValidationError)]
    assert set(refusal.message_dict) == {"service"}
    assert Enrolment.objects.filter(service=world.service).live().count() == 1


def test_the_same_child_twice_at_once_is_one(committed_world: World) -> None:
    world = committed_world
    held = Case.objects.filter(pk=world.case.pk)
    first, second = at_once(held, world.enrol, world.enrol)
    assert first == second
    assert len(events(world.child)) == 1


@pytest.mark.parametrize(
    ("born", "rule"),
    [
        (date(2019, 5, 4), "The child is 7 on that day, and this service is for ages 8 to 17."),
        (date(2008, 9, 25), "The child is 18 on that day, and this service is for ages 8 to 17."),
        (None, "The child’s age is not known."),
    ],
)
def test_another_age_needs_a_reason_that_is_kept(
    world: World, born: date | None, rule: str
) -> None:
    Person.objects.filter(pk=world.child.pk).update(date_of_birth=born)
    place = CaseChild.objects.get(pk=world.place.pk)
    errors = refused(world, place=place)
    assert errors == {"override_reason": [f"{rule} Say why this is right all the same."]}
    course = world.enrol(place=place, override_reason="His brother goes there")
    assert course.override_reason == "His brother goes there"
    (event,) = events(world.child)
    assert rule in event.detail
    assert "His brother goes there" in event.detail
    assert "brother" not in event.says


@pytest.mark.parametrize("born", [date(2018, 9, 25), date(2008, 9, 26)])
def test_the_ages_of_a_service_include_both_ends(world: World, born: date) -> None:
    Person.objects.filter(pk=world.child.pk).update(date_of_birth=born)
    assert world.enrol(place=CaseChild.objects.get(pk=world.place.pk)).override_reason == ""


@pytest.mark.parametrize("code", ["prison_awareness", "boot_camps"])
def test_help_that_can_do_harm_needs_a_reason(world: World, code: str) -> None:
    harmful = world.offer(approach=Approach.objects.get(code=code))
    errors = refused(world, service=harmful, override_reason="  ")
    assert "can do harm" in errors["override_reason"][0]
    assert world.enrol(service=harmful, override_reason="Ordered by the court").is_live


def test_the_first_day_is_within_bounds(world: World) -> None:
    today = clock.today()
    for wrong in (today - timedelta(days=366), today + timedelta(days=184)):
        assert set(refused(world, starts_on=wrong)) == {"starts_on"}
    early = world.enrol(starts_on=today - timedelta(days=365))
    world.end(early)
    assert world.enrol(starts_on=today + timedelta(days=183)).is_live


def test_nobody_is_enrolled_from_a_closed_case_or_without_a_goal(world: World) -> None:
    assert set(refused(world, goal=" ")) == {"goal"}
    Case.objects.filter(pk=world.case.pk).update(
        closed_at=clock.now(),
        closed_by=world.lead_worker,
        closing_reason="needs met",
        outcome="Things go well",
    )
    assert set(refused(world)) == {"service"}


def test_nobody_is_enrolled_who_has_left_the_case(world: World) -> None:
    CaseChild.objects.filter(pk=world.place.pk).update(left_at=clock.now())
    assert set(refused(world, place=CaseChild.objects.get(pk=world.place.pk))) == {"service"}


# --- ending


def test_it_ends_once_with_a_reason(world: World) -> None:
    course = world.enrol()
    ended = world.end(course, by=world.mentor)
    assert (ended.ended_on, ended.end_reason, ended.ended_by) == (
        clock.today(),
        "completed",
        world.mentor,
    )
    again = world.end(course, reason="moved away", note="Something else")
    assert (again.end_reason, again.end_note) == ("completed", "Goes on to the youth club")
    assert [each.says for each in events(world.child)] == [
        "Enrolled in Side by Side",
        "Help ended: Side by Side",
    ]
    assert events(world.child)[1].detail == "Completed as planned. Goes on to the youth club"
    assert Entry.objects.filter(verb="end enrolment").count() == 1
    assert Notification.objects.filter(text__startswith="Help has ended").count() == 1


def test_the_last_day_is_within_the_course(world: World) -> None:
    course = world.enrol()
    world.log(course)
    week_ago = clock.today() - timedelta(days=7)
    for wrong in (week_ago - timedelta(days=1), clock.today() + timedelta(days=1)):
        assert set(ending_refused(world, course, ended_on=wrong)) == {"ended_on"}
    assert set(ending_refused(world, course, reason="bored")) == {"reason"}
    assert world.end(course, ended_on=week_ago).ended_on == week_ago


def test_what_has_not_begun_ends_on_its_first_day(world: World) -> None:
    course = world.enrol(starts_on=clock.today() + timedelta(days=14))
    ended = world.end(course, reason="family stopped")
    assert ended.ended_on == course.starts_on
    assert not ended.is_live


def test_not_engaged_needs_three_missed_sessions_or_what_was_tried(world: World) -> None:
    course = world.enrol()
    errors = ending_refused(world, course, reason="not engaged", note="")
    assert errors == {"note": ["0 of 3 missed sessions are recorded: say what was tried."]}
    for days, attendance in ((9, "missed"), (8, "cancelled by family"), (7, "missed")):
        assert set(ending_refused(world, course, reason="not engaged", note="")) == {"note"}
        world.log(
            course,
            held_at=clock.now() - timedelta(days=days),
            attendance=attendance,
            minutes=None,
        )
    assert world.end(course, reason="not engaged", note="").end_reason == "not engaged"


def test_what_the_service_called_off_is_not_the_child_s_absence(world: World) -> None:
    course = world.enrol()
    for days in (9, 8, 7):
        world.log(
            course,
            held_at=clock.now() - timedelta(days=days),
            attendance="cancelled by service",
            minutes=None,
        )
    assert set(ending_refused(world, course, reason="not engaged", note="")) == {"note"}
    assert world.end(course, reason="not engaged", note="Called four times").end_note


def test_ended_twice_at_once_it_ends_as_the_first_said(committed_world: World) -> None:
    world = committed_world
    course = world.enrol()
    held = Enrolment.objects.filter(pk=course.pk)
    answers = at_once(
        held, lambda: world.end(course), lambda: world.end(course, reason="moved away")
    )
    assert len({each.end_reason for each in answers}) == 1
    assert [each.says for each in events(world.child)].count("Help ended: Side by Side") == 1


# --- what runs, and what stands in the way of closing


def test_what_still_runs_stands_in_the_way_of_closing(world: World) -> None:
    course = world.enrol()
    assert list(interventions.queries.live_enrolments_in(world.case, viewer=world.lead_worker)) == [
        course
    ]

    def in_the_way(viewer: User) -> list[str]:
        return interventions.queries.in_the_way_of_closing(world.case, viewer=viewer)

    assert in_the_way(world.lead_worker) == [
        "End Robin’s help first: Side by Side is still running."
    ]
    assert in_the_way(world.teacher) == []
    world.end(course)
    assert in_the_way(world.lead_worker) == []
