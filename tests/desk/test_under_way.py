"""What was under way as a child's record closed, on the page of its owner, and of nobody else."""

from datetime import timedelta

import pytest
from django.test import Client

import cases.commands
import clock
import interventions.commands
import partners.commands
from accounts.models import Role, User
from cases.commands import Named
from cases.models import Restriction
from partners.models import NoticeKind
from tests import factories
from tests.partners.conftest import World, build_world, restrict


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def keeper(world: World) -> User:
    return factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, name="Kay Keeper")


def page(user: User, restriction: Restriction) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/restrictions/{restriction.pk}")
    assert answer.status_code == 200
    return answer.content.decode()


def begin(world: World) -> None:
    lead = world.lead_worker
    cases.commands.give_seat(world.place, world.teacher, role="Tutor", by=lead)
    cases.commands.set_action(
        world.place, what="Ring the dentist", owner=lead, due_on=clock.today(), by=lead
    )
    world.share(sections=["summary", "contributions"])
    officer = factories.user(Role.OFFICER)
    contact = factories.contact(world.child, by=officer)
    partners.commands.send_notice(
        world.child,
        contact=contact,
        happened_at=contact.occurred_at,
        agency=world.school,
        kind=NoticeKind.OTHER,
        content="Robin was up all night",
        purpose="Keeping the child safe",
        lawful_basis="public task",
        by=officer,
    )
    partners.commands.ask_for_information(
        world.place,
        agency=world.school,
        what="Is he late?",
        why="To help",
        needed_by=clock.today() + timedelta(days=5),
        by=lead,
    )
    told = {"who": "parent", "said_to": "Lee", "said_on": clock.today(), "by": lead}
    partners.commands.record_consent(world.place, answer="said no", **told)
    interventions.commands.enrol(
        world.place, service=factories.service(), goal="Sleep", starts_on=clock.today(), by=lead
    )


WORDS = ("Ring the dentist", "Tess Teacher", "Not on the list", "Nobody has read it", "Is he late?",
         "Agreement to help refused", "They see nothing of it now", "Help by")  # fmt: skip


def test_the_owner_reads_whom_to_ring(world: World, keeper: User) -> None:
    begin(world)
    seen = page(keeper, restrict(world, keeper))
    assert [word for word in WORDS if word not in seen] == []
    assert world.case.reference in seen


def test_whoever_restricts_reads_none_of_it(world: World, keeper: User) -> None:
    begin(world)
    seen = page(world.signer, restrict(world, keeper))
    assert [word for word in WORDS if word in seen] == []


def test_who_leads_and_is_on_the_list_leads_still(world: World, keeper: User) -> None:
    seen = page(keeper, restrict(world, keeper, world.lead_worker))
    assert "Lee Leader" in seen
    assert "On the list." in seen
    assert "Not on the list" not in seen


def test_with_nothing_under_way_it_says_so(world: World, keeper: User) -> None:
    other = factories.child("Ash")
    hidden = cases.commands.restrict(
        other,
        owner=keeper,
        why="A witness",
        named=[Named(keeper, reachable_at_any_hour=True)],
        by=world.signer,
    )
    assert "Nothing: no referral" in page(keeper, hidden)
    cases.commands.lift(hidden, why="Over", by=world.signer)
    assert "Nothing: no referral" not in page(keeper, hidden)
