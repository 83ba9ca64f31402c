"""A decision not to share stands until it is reviewed: who makes it, who reads it, what it stops."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import clock
import partners.commands
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.models import CaseChild, ChronologyEvent, Person
from partners import permissions, queries
from partners.models import DecisionNotToShare, NotSharingReview, Share
from tests import factories
from tests.partners.conftest import World
from tests.races import at_once

NEXT = date(2027, 2, 1)


def decide(world: World, **changed: Any) -> DecisionNotToShare:
    said = {
        "place": world.place,
        "agency": world.charity,
        "considered": "They asked what happened at home",
        "detriment": "His brother volunteers there; he would stop talking to us",
        "review_on": NEXT,
        "by": world.lead_worker,
    }
    return partners.commands.decide_not_to_share(world.child, **said | changed)


def review(world: World, decision: DecisionNotToShare, **changed: Any) -> DecisionNotToShare:
    said = {
        "still_not": True,
        "reason": "Nothing has changed",
        "next_on": date(2027, 5, 1),
        "by": world.lead_worker,
    }
    return partners.commands.review_not_sharing(decision, **said | changed)


def with_record(world: World, *roles: Role) -> User:
    """Of the lead agency, with the full record by an own contact."""
    user = factories.user(Role.OFFICER, *roles)
    factories.contact(world.child, by=user)
    return user


def test_it_is_kept_with_what_was_weighed(world: World) -> None:
    decision = decide(world)
    assert (decision.decided_by, decision.decided_at) == (world.lead_worker, clock.now())
    entry = Entry.objects.get(verb="decide not to share")
    assert entry.records == {"decision not to share": decision.pk, "agency": world.charity.pk}
    line = ChronologyEvent.objects.get(says="Decided not to share with Open Door")
    assert (line.audience, line.detail) == ([world.police.pk], "")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"considered": " "}, "considered"),
        ({"detriment": ""}, "detriment"),
        ({"review_on": date(2026, 11, 24)}, "review_on"),
        ({"review_on": date(2026, 11, 23)}, "review_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as found:
        decide(world, **changed)
    assert list(found.value.message_dict) == [field]
    assert not DecisionNotToShare.objects.exists()


def test_nothing_is_shared_against_it(world: World) -> None:
    decide(world)
    with pytest.raises(ValidationError) as found:
        world.share(agency=world.charity)
    (words,) = found.value.message_dict["agency"]
    assert words == (
        "It was decided on 24 November 2026 not to share this with Open Door: review that first, "
        "or choose another."
    )
    assert world.share().is_live
    # Of another place nothing was decided; of the whole record, everywhere.
    sibling = factories.place(world.sibling, world.case)
    world.share(place=sibling, agency=world.charity)


def test_a_decision_on_the_whole_record_holds_in_every_place(world: World) -> None:
    decide(world, place=None, agency=world.school)
    with pytest.raises(ValidationError) as found:
        world.share()
    assert list(found.value.message_dict) == ["agency"]


def test_what_is_shared_is_ended_first(world: World) -> None:
    share = world.share(agency=world.charity)
    for place in (world.place, None):
        with pytest.raises(ValidationError) as found:
            decide(world, place=place)
        assert found.value.message_dict == {
            "agency": ["This is shared with Open Door already: end that share first."]
        }
    partners.commands.end_share(share, reason="Moved", by=world.lead_worker)
    assert decide(world).ended_at is None


def test_what_would_open_again_or_is_of_the_record_alone_is_ended_first_too(world: World) -> None:
    world.share(agency=world.charity)
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)
    for place in (world.place, None):
        with pytest.raises(ValidationError, match="end that share first"):
            decide(world, place=place)
    officer = with_record(world, Role.LEAD_WORKER)
    other = world.sign(title="Other")
    world.share(place=world.child, agreement=other, sections=["summary"], by=officer)
    with pytest.raises(ValidationError, match="end that share first"):
        decide(world, place=None, agency=world.school, by=officer)
    # What is shared of the record does not stand in the way of a decision on the place alone.
    assert decide(world, agency=world.school).ended_at is None


def test_one_decision_stands_at_a_time(world: World) -> None:
    decision = decide(world)
    assert decide(world) == decision
    with pytest.raises(ValidationError) as found:
        decide(world, detriment="Another thought")
    assert list(found.value.message_dict) == ["agency"]
    with pytest.raises(ValidationError):
        decide(world, agency=world.police)
    assert DecisionNotToShare.objects.count() == 1


def test_a_share_and_a_decision_not_to_at_once_never_stand_together(
    committed_world: World,
) -> None:
    world = committed_world
    at_once(
        CaseChild.objects.filter(pk=world.place.pk),
        partial(world.share, agency=world.charity),
        partial(decide, world),
    )
    stands = DecisionNotToShare.objects.standing().exists()
    assert stands != Share.objects.live().filter(agency=world.charity).exists()


def test_a_share_and_a_decision_on_the_whole_record_at_once_neither(
    committed_world: World,
) -> None:
    world = committed_world
    at_once(
        Person.objects.filter(pk=world.child.pk),
        partial(world.share, agency=world.charity),
        partial(decide, world, place=None),
    )
    stands = DecisionNotToShare.objects.standing().exists()
    assert stands != Share.objects.live().filter(agency=world.charity).exists()


def test_who_decides_and_who_reads(world: World) -> None:
    world.share()
    decision = decide(world)
    for reader in (world.lead_worker, with_record(world)):
        assert list(queries.decisions_not_to_share(world.child, viewer=reader)) == [decision]
    for stranger in (world.teacher, world.volunteer, factories.user(Role.SUPERVISOR)):
        assert not queries.decisions_not_to_share(world.child, viewer=stranger).exists()
        with pytest.raises(NotVisible):
            queries.decision_not_to_share(decision.pk, viewer=stranger)
    with pytest.raises(NotAllowed):
        decide(world, agency=world.school, by=world.teacher)
    with pytest.raises(NotAllowed):
        decide(world, agency=world.school, place=None, by=with_record(world))
    with pytest.raises(NotVisible):
        decide(world, place=None, by=factories.user(Role.SUPERVISOR))
    health = factories.agency(AgencyKind.HEALTH)
    assert decide(world, place=None, agency=health, by=with_record(world, Role.SUPERVISOR))


def test_a_council_that_runs_the_case_decides_in_it_and_not_of_the_record(world: World) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    place = factories.place(world.child, factories.case(world.child, team=team, lead_worker=lead))
    decision = decide(world, place=place, by=lead)
    assert list(queries.decisions_not_to_share(world.child, viewer=lead)) == [decision]
    with pytest.raises(NotVisible):
        decide(world, place=None, agency=world.school, by=lead)
    # What the lead agency decided of the record binds them, and is not theirs to learn: they call the hub.
    decide(world, place=None, agency=world.school, by=with_record(world, Role.SUPERVISOR))
    theirs = world.sign(title="Ours", parties=[world.police, council, world.school])
    with pytest.raises(ValidationError, match="Call the hub first"):
        world.share(place=place, agreement=theirs, by=lead)
    assert list(queries.decisions_not_to_share(world.child, viewer=lead)) == [decision]


def test_its_review_is_due_on_its_day(world: World) -> None:
    decision = decide(world)
    colleague = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    with clock.at(clock.start_of(NEXT) - timedelta(minutes=1)):
        assert not queries.not_sharing_to_review(viewer=world.lead_worker).exists()
    with clock.at(clock.start_of(NEXT)):
        for viewer in (world.lead_worker, colleague):
            assert list(queries.not_sharing_to_review(viewer=viewer)) == [decision]
        assert not queries.not_sharing_to_review(
            viewer=with_record(world, Role.SUPERVISOR)
        ).exists()
        review(world, decision)
        assert not queries.not_sharing_to_review(viewer=world.lead_worker).exists()
    decision.refresh_from_db()
    assert decision.review_on == date(2027, 5, 1)
    (kept,) = decision.reviews.all()
    assert (kept.still_not, kept.reason, kept.by) == (
        True,
        "Nothing has changed",
        world.lead_worker,
    )


def test_to_share_now_ends_it_and_the_way_is_open(world: World) -> None:
    decision = decide(world)
    ended = review(world, decision, still_not=False, reason="His brother has left", next_on=None)
    assert ended.ended_at == clock.now()
    assert review(world, decision, reason="Too late").ended_at == ended.ended_at
    assert NotSharingReview.objects.count() == 1
    assert world.share(agency=world.charity).is_live
    # Ended, it may be decided anew.
    partners.commands.end_share(Share.objects.get(), reason="Again", by=world.lead_worker)
    assert decide(world) != decision


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"next_on": None}, "next_on"),
        ({"next_on": date(2026, 11, 24)}, "next_on"),
    ],
)
def test_a_review_says_why_and_when_the_next_is(
    world: World, changed: dict[str, Any], field: str
) -> None:
    decision = decide(world)
    with pytest.raises(ValidationError) as found:
        review(world, decision, **changed)
    assert list(found.value.message_dict) == [field]
    assert not NotSharingReview.objects.exists()


def test_reviewed_twice_at_once_it_is_once(committed_world: World) -> None:
    world = committed_world
    decision = decide(world)
    work = partial(review, world, decision)
    at_once(DecisionNotToShare.objects.filter(pk=decision.pk), work, work)
    assert NotSharingReview.objects.count() == 1


def test_whether_it_is_offered_is_whether_it_would_be_allowed(world: World) -> None:
    world.share()
    offered = [
        permissions.can_decide_not_to_share(world.child, world.place, by=user)
        for user in (world.lead_worker, world.teacher, factories.user(Role.LEAD_WORKER))
    ]
    assert offered == [True, False, False]
