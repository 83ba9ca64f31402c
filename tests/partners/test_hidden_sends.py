"""Nothing is sent of a restricted or sealed child: it would not arrive, and open by itself one day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import cases.commands
import clock
import partners.commands
from accounts.models import Role, User
from cases.commands import Named
from partners.models import InformationRequest, Notice, NoticeKind, PassedOn, Share
from tests import factories
from tests.partners.conftest import World, restrict


def ring(refused: pytest.ExceptionInfo[ValidationError], field: str) -> None:
    assert "Ring them" in refused.value.message_dict[field][0]


def test_no_notice(world: World, keeper: User) -> None:
    listed = factories.user(Role.OFFICER, Role.SUPERVISOR)
    restrict(world, keeper, listed)
    with pytest.raises(ValidationError) as refused:
        partners.commands.send_notice(
            world.child,
            contact=None,
            happened_at=clock.now(),
            agency=world.school,
            kind=NoticeKind.OTHER,
            content="Robin was up all night",
            purpose="Keeping the child safe",
            lawful_basis="public task",
            by=listed,
        )
    ring(refused, "agency")
    assert not Notice.objects.exists()


def test_no_share(world: World, keeper: User) -> None:
    restrict(world, keeper, world.lead_worker)
    with pytest.raises(ValidationError) as refused:
        world.share()
    ring(refused, "agency")
    assert not Share.objects.exists()


def test_no_share_of_a_sealed_child(world: World, keeper: User) -> None:
    cases.commands.restrict(
        world.child,
        owner=keeper,
        why="Adopted",
        named=[Named(keeper, reachable_at_any_hour=True), Named(world.lead_worker)],
        kind="sealed",
        by=world.signer,
    )
    with pytest.raises(ValidationError) as refused:
        world.share()
    ring(refused, "agency")


def test_no_later_end(world: World, keeper: User) -> None:
    shared = world.share()
    restrict(world, keeper, world.lead_worker)
    with pytest.raises(ValidationError) as refused:
        partners.commands.extend_share(
            shared, until=shared.until + timedelta(days=30), by=world.lead_worker
        )
    ring(refused, "until")


def test_no_question(world: World, keeper: User) -> None:
    cases.commands.give_seat(world.place, world.teacher, role="Tutor", by=world.lead_worker)
    restrict(world, keeper, world.lead_worker)
    with pytest.raises(ValidationError) as refused:
        partners.commands.ask_for_information(
            world.place,
            agency=world.school,
            what="Is he late?",
            why="To help",
            needed_by=clock.today(),
            by=world.lead_worker,
        )
    ring(refused, "agency")
    assert not InformationRequest.objects.exists()


def test_nothing_is_passed_on(world: World, keeper: User) -> None:
    for agency in (world.school, world.charity):
        world.share(agency=agency, sections=["summary", "contributions"])
    added = world.contribute(audience=["lead agency"])
    restrict(world, keeper, world.lead_worker)
    with pytest.raises(ValidationError) as refused:
        partners.commands.pass_on(
            added, agencies=[world.charity], agreed_by_author=True, by=world.lead_worker
        )
    ring(refused, "agencies")
    assert not PassedOn.objects.exists()


def test_the_page_says_so_at_the_field(world: World, keeper: User) -> None:
    restrict(world, keeper, world.lead_worker)
    client = Client()
    client.force_login(world.lead_worker)
    typed = {
        "agreement": world.agreement.pk,
        "agency": world.school.pk,
        "purpose": "Early help",
        "lawful_basis": "public task",
        "necessity": "The school sees them daily",
        "is_safeguarding": "no",
        "summary": "Away twice",
        "sections": ["summary"],
        "until-day": "20",
        "until-month": "12",
        "until-year": "2026",
    }
    answer = client.post(f"/places/{world.place.pk}/shares/new", typed)
    assert answer.status_code == 422
    assert "Ring them yourself" in answer.content.decode()
    assert not Share.objects.exists()


def test_whoever_is_not_on_the_list_finds_no_child(world: World, keeper: User) -> None:
    restrict(world, keeper)
    client = Client()
    client.force_login(world.lead_worker)
    assert client.get(f"/places/{world.place.pk}/shares/new").status_code == 404
