"""Who reads what of a child's help: by section, and by who may read what was typed."""

from datetime import timedelta
from decimal import Decimal

import pytest

import cases.queries
import clock
import interventions.queries as queries
import partners.commands
import partners.queries
from accounts.models import User
from audit.denied import NotVisible
from interventions.models import Enrolment
from tests.interventions.conftest import ALL, World


@pytest.fixture
def course(world: World) -> Enrolment:
    made = world.enrol()
    world.log(made)
    world.log(made, held_at=clock.now() - timedelta(days=3), attendance="missed", minutes=None)
    world.log(
        made,
        held_at=clock.now() - timedelta(days=2),
        attendance="cancelled by service",
        minutes=None,
    )
    world.measure(made)
    world.measure(made, stage="follow-up", taken_on=clock.today(), score=Decimal(7))
    world.say(made)
    return made


def sees(course: Enrolment, viewer: User) -> bool:
    listed = queries.enrolments(course.place, viewer=viewer).filter(pk=course.pk).exists()
    counted = (
        queries.sessions(course, viewer=viewer).exists(),
        queries.measures(course, viewer=viewer).exists(),
        bool(queries.distances(course, viewer=viewer)),
    )
    try:
        queries.enrolment(course.pk, viewer=viewer)
    except NotVisible:
        assert not listed
        assert not any(counted)
        return False
    assert listed
    assert all(counted)
    return True


def test_a_share_without_the_section_shows_nothing_of_it(world: World, course: Enrolment) -> None:
    assert not sees(course, world.teacher)
    share = world.share(*[section for section in ALL if section != "interventions"])
    assert not sees(course, world.teacher)
    assert not queries.reads_narrative(course, viewer=world.teacher)
    sight = cases.queries.record(world.child.pk, viewer=world.teacher)
    kinds = cases.queries.chronology(sight, viewer=world.teacher).values_list("kind", flat=True)
    assert "help" not in set(kinds), "the chronology does not tell of it either"
    assert not any("Side by Side" in event.says for event in preview(world, "chronology"))
    assert partners.queries.last_changes([share], viewer=world.teacher)


def preview(world: World, *sections: str) -> list[object]:
    seen = partners.queries.as_they_see_it(
        world.place,
        agency=world.teacher.agency,
        sections=sections,
        summary="",
        viewer=world.lead_worker,
    )
    return list(seen.events)


def test_a_share_with_the_section_shows_what_happened_and_nothing_typed(
    world: World, course: Enrolment
) -> None:
    share = world.share("summary", "chronology", "interventions")
    assert sees(course, world.teacher)
    assert not queries.reads_narrative(course, viewer=world.teacher)
    assert not queries.feedback(course, viewer=world.teacher)
    assert "note" in queries.sessions(course, viewer=world.teacher).first().get_deferred_fields()
    sight = cases.queries.record(world.child.pk, viewer=world.teacher)
    lines = cases.queries.chronology(sight, viewer=world.teacher).filter(kind="help")
    assert "Enrolled in Side by Side" in {line.says for line in lines}
    assert any("Side by Side" in event.says for event in preview(world, *ALL))
    assert not any("listens" in line.says or "school" in line.says for line in lines)
    with clock.at(clock.now() + timedelta(hours=1)):
        world.log(course, held_at=clock.now(), note="Later")
        assert partners.queries.last_changes([share], viewer=world.teacher) == {
            share.pk: clock.now()
        }
        partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
        assert not sees(course, world.teacher)


def test_the_team_around_the_child_and_the_full_record_read_what_was_typed(
    world: World, course: Enrolment
) -> None:
    for viewer in (world.mentor, world.lead_worker):
        assert sees(course, viewer)
        assert queries.reads_narrative(course, viewer=viewer)
        assert [said.words for said in queries.feedback(course, viewer=viewer)] == [
            "He listens to me"
        ]
    assert not sees(course, world.manager), "the provider's own manager has no ground on the child"


def test_what_the_service_called_off_counts_for_nobody(world: World, course: Enrolment) -> None:
    found = queries.enrolment(course.pk, viewer=world.mentor)
    assert (found.kept, found.planned) == (1, 2)
    assert found.last_session_at == clock.now() - timedelta(days=2)


def test_running_courses_stand_first(world: World, course: Enrolment) -> None:
    boxing = world.enrol(service=world.offer(), starts_on=clock.today() - timedelta(days=90))
    world.end(course)
    in_order = list(queries.enrolments(world.place, viewer=world.mentor))
    assert in_order == [boxing, course]


def test_distance_is_travelled_by_scale_and_respondent(world: World, course: Enrolment) -> None:
    world.measure(course, respondent="parent", score=Decimal(5))
    child, parent = queries.distances(course, viewer=world.mentor)
    assert (child.respondent, child.distance.change, child.distance.direction) == (
        "child",
        Decimal(4),
        "better",
    )
    assert child.distance.is_reliable is True
    assert (child.scores, parent.scores) == (2, 1)
    assert (parent.distance.change, parent.distance.is_reliable) == (None, None)
