"""When a case closes, nothing of it stays open to another agency: in that second, and for good."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import cases.queries
import clock
import partners.commands
import partners.permissions
import partners.queries
from accounts.models import Role
from audit.denied import NotVisible
from audit.models import Entry
from cases.models import Case, CaseChild, ChronologyEvent, PlaceGroupPermission
from partners.models import Contribution, Share
from tests import factories
from tests.partners.conftest import World
from tests.races import in_turn


def close(world: World, **changed: Any) -> Case:
    places = world.case.places.order_by("pk")
    said = {
        "reason": "needs met",
        "outcome": "Robin eats with us every day",
        "places": [(place, "all", "Breakfast club") for place in places],
        "by": world.lead_worker,
    }
    return cases.commands.close_case(world.case, **said | changed)


def test_what_begins_later_or_is_held_back_by_a_suspension_ends_too(world: World) -> None:
    held_back = world.share(agreement=world.sign(title="Other"))
    later = world.share(
        agency=world.charity,
        starts_at=clock.now() + timedelta(days=3),
        until=clock.now() + timedelta(days=9),
    )
    partners.commands.suspend_agreement(held_back.agreement, reason="Breach", by=world.signer)
    close(world)
    partners.commands.resume_agreement(held_back.agreement, reason="Mended", by=world.signer)
    with clock.at(clock.now() + timedelta(days=4)):
        for share in (held_back, later):
            share.refresh_from_db()
            assert share.end_reason == "The case closed"
        for viewer in (world.teacher, world.volunteer):
            with pytest.raises(NotVisible):
                cases.queries.record(world.child.pk, viewer=viewer)


def test_what_begins_later_of_a_child_hidden_from_whoever_closes_never_begins(world: World) -> None:
    later = world.share(starts_at=clock.now() + timedelta(days=3))
    keeper = factories.user(Role.SUPERVISOR)
    hidden = cases.commands.restrict(
        world.child,
        owner=keeper,
        why="A witness",
        named=[cases.commands.Named(keeper, reachable_at_any_hour=True)],
        by=world.signer,
    )
    close(world, places=[(factories.place(world.sibling, world.case), "all", "Breakfast club")])
    cases.commands.lift(hidden, why="Over", by=world.signer)
    later.refresh_from_db()
    assert later.end_reason == "The case closed"
    with clock.at(clock.now() + timedelta(days=4)), pytest.raises(NotVisible):
        cases.queries.record(world.child.pk, viewer=world.teacher)


def live_rows(share: Share) -> int:
    rows = PlaceGroupPermission.objects.filter(grant_ref=share.grant_ref)
    return rows.exclude(until__lte=clock.now()).count()


def test_every_live_share_of_its_places_ends_in_that_second(world: World) -> None:
    sibling = CaseChild.objects.get(case=world.case, person=world.sibling)
    shares = [
        world.share(),
        world.share(agency=world.charity),
        world.share(place=sibling, agency=world.charity),
    ]
    case = close(world)
    for share in shares:
        assert live_rows(share) == 0
        share.refresh_from_db()
        assert (share.ended_at, share.ended_by) == (case.closed_at, world.lead_worker)
        assert share.end_reason == "The case closed"
    for viewer in (world.teacher, world.volunteer):
        assert not partners.queries.shared_with_us(viewer=viewer)
        for child in (world.child, world.sibling):
            with pytest.raises(NotVisible):
                cases.queries.record(child.pk, viewer=viewer)
    assert Entry.objects.filter(verb="end share").count() == 3
    lines = ChronologyEvent.objects.filter(says__endswith="ended").order_by("pk")
    assert [(line.says, line.detail, line.audience) for line in lines[:2]] == [
        (f"Sharing with {agency} ended", "The case closed", [agency.pk])
        for agency in (world.school, world.charity)
    ]


def test_what_was_shared_of_a_hidden_child_is_over_for_good_too(world: World) -> None:
    share, owner = world.share(), factories.user(Role.SUPERVISOR)
    restricted = cases.commands.restrict(
        world.child,
        owner=owner,
        why="Her mother works here",
        named=[cases.commands.Named(owner, reachable_at_any_hour=True)],
        by=world.signer,
    )
    sibling = factories.place(world.sibling, world.case)
    close(world, places=[(sibling, "all", "Breakfast club")])
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)
    partners.commands.resume_agreement(world.agreement, reason="Mended", by=world.signer)
    cases.commands.lift(restricted, why="Over", by=world.signer)
    share.refresh_from_db()
    assert (share.end_reason, live_rows(share)) == ("The case closed", 0)
    with pytest.raises(NotVisible):
        cases.queries.record(world.child.pk, viewer=world.teacher)


def test_what_had_ended_before_and_another_case_s_shares_stay_as_they_are(world: World) -> None:
    ended = partners.commands.end_share(world.share(), reason="No need", by=world.lead_worker)
    other = cases.commands.open_case(
        "Example",
        children=[world.child],
        team=world.case.team,
        lead_worker=world.lead_worker,
        by=world.signer,
    )
    elsewhere = world.share(place=CaseChild.objects.get(case=other))
    close(world)
    ended.refresh_from_db()
    elsewhere.refresh_from_db()
    assert ended.end_reason == "No need"
    assert elsewhere.is_live
    assert live_rows(elsewhere) == 2


def test_a_case_that_may_not_close_yet_keeps_its_shares(world: World) -> None:
    share = world.share()
    cases.commands.set_action(
        world.place, what="Ring home", owner=world.lead_worker, due_on=clock.today(),
        by=world.lead_worker,
    )  # fmt: skip
    with pytest.raises(ValidationError):
        close(world)
    share.refresh_from_db()
    assert share.is_live
    assert live_rows(share) == 2


def test_nothing_is_shared_from_a_closed_case_nor_added_to_it(world: World) -> None:
    world.share()
    close(world)
    with pytest.raises(ValidationError) as refused:
        world.share(agency=world.charity)
    said = (
        f"Case {world.case.reference} closed on 24 November 2026: nothing new can be added to it."
    )
    assert refused.value.messages == [said]
    with pytest.raises(NotVisible):
        world.contribute()
    assert not Contribution.objects.exists()
    assert not partners.permissions.can_share(
        CaseChild.objects.get(pk=world.place.pk), by=world.lead_worker
    )


@pytest.mark.parametrize("closed_first", [True, False])
def test_a_share_made_while_the_case_closes_does_not_outlive_it(
    committed_world: World, closed_first: bool
) -> None:
    world = committed_world
    works = [lambda: close(world), lambda: world.share()]
    answers = in_turn(
        CaseChild.objects.filter(pk=world.place.pk), *(works if closed_first else reversed(works))
    )
    assert isinstance(answers[1], ValidationError) == closed_first
    world.case.refresh_from_db()
    assert not world.case.is_open
    assert not Share.objects.live().exists()
    assert not partners.queries.shared_with_us(viewer=world.teacher)


@pytest.mark.parametrize("closed_first", [True, False])
def test_words_added_while_the_case_closes_are_kept_before_it_or_refused(
    committed_world: World, closed_first: bool
) -> None:
    world = committed_world
    world.share()
    works = [lambda: close(world), lambda: world.contribute()]
    answers = in_turn(
        CaseChild.objects.filter(pk=world.place.pk), *(works if closed_first else reversed(works))
    )
    world.case.refresh_from_db()
    assert not world.case.is_open
    assert isinstance(answers[1], ValidationError) == closed_first
    assert Contribution.objects.exists() != closed_first
