"""What a listed worker or teacher does with a hidden child is told to nobody off the list, and lines from
before leave the home pages with the record."""

from datetime import timedelta

import cases.commands
import clock
import interventions.commands
import partners.commands
from accounts.models import Notification, Role, User
from tests import factories
from tests.partners.conftest import World, restrict


def lines(user: User) -> list[tuple[str, str]]:
    waiting = Notification.objects.filter(user=user, seen_at=None).order_by("pk")
    return [(line.text, line.url) for line in waiting]


def shared(world: World) -> None:
    world.share(sections=["summary", "contributions"])


def test_a_contribution_of_a_listed_teacher(world: World, keeper: User) -> None:
    shared(world)
    restrict(world, keeper, world.teacher)
    Notification.objects.all().delete()
    world.contribute(audience=["case team"])
    assert lines(world.lead_worker) == []
    assert "added what they know" in lines(keeper)[0][0]


def test_its_line_from_before_leaves_with_the_record(world: World, keeper: User) -> None:
    shared(world)
    world.contribute(audience=["case team"])
    assert any("added what they know" in text for text, _ in lines(world.lead_worker))
    restrict(world, keeper)
    assert not any("added what they know" in text for text, _ in lines(world.lead_worker))


def test_that_it_was_passed_on_leaves_with_the_record(world: World, keeper: User) -> None:
    """Also where the line led nowhere but home: the author's own share had ended."""
    theirs = world.share(sections=["summary", "contributions"])
    world.share(agency=world.charity, sections=["summary", "contributions"])
    added = world.contribute(audience=["lead agency"])
    partners.commands.end_share(theirs, reason="Moved school", by=world.lead_worker)
    partners.commands.pass_on(
        added, agencies=[world.charity], agreed_by_author=True, by=world.lead_worker
    )
    assert any("was passed on" in text for text, _ in lines(world.teacher))
    restrict(world, keeper)
    assert not any("was passed on" in text for text, _ in lines(world.teacher))


def ask(world: World) -> None:
    partners.commands.ask_for_information(
        world.place,
        agency=world.school,
        what="Is he late?",
        why="To help",
        needed_by=clock.today() + timedelta(days=30),
        by=world.lead_worker,
    )


def test_a_question_from_before_and_its_answer(world: World, keeper: User) -> None:
    shared(world)
    cases.commands.seat(world.place, world.teacher, role="Form tutor", by=world.lead_worker)
    ask(world)
    asked = partners.queries.requests_to_answer(viewer=world.teacher).get()
    restrict(world, keeper, world.teacher)
    Notification.objects.all().delete()
    partners.commands.answer_request(asked, answer="nothing held", by=world.teacher)
    assert lines(world.lead_worker) == []
    assert any("answered what you asked" in text for text, _ in lines(keeper))


def test_help_that_a_listed_worker_begins(world: World, keeper: User) -> None:
    other = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    restrict(world, keeper, other)
    Notification.objects.all().delete()
    interventions.commands.enrol(
        world.place, service=factories.service(), goal="Sleep", starts_on=clock.today(), by=other
    )
    assert lines(world.lead_worker) == []
    assert lines(keeper)
