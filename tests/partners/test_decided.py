"""A decision not to share stands in the way of every send and every seat, whoever sends and whether or not
they may know of it; only a notice goes all the same, where it cannot wait."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import Agency, AgencyKind, Role
from audit.models import Entry
from cases.models import ChronologyEvent
from partners.models import DecisionNotToShare, Notice, NoticeKind, Share
from tests import factories
from tests.partners.conftest import World
from tests.partners.test_every_send_is_safe import SENDS, Send, refused
from tests.referrals.conftest import build_world as build_hub

CALL = "Call the hub first, on"
WHY = "It was decided on 24 November 2026 not to share this with"


def decide(world: World, agency: Agency | None = None, **changed: Any) -> DecisionNotToShare:
    """Of the record, whatever is shared with them already."""
    said: dict[str, Any] = {
        "person": world.child,
        "agency": agency or world.school,
        "considered": "They asked what happened at home",
        "detriment": "His father works there",
        "review_on": date(2027, 2, 1),
        "decided_at": clock.now(),
        "decided_by": factories.user(Role.SUPERVISOR),
    }
    return DecisionNotToShare.objects.create(**said | changed)


def share(world: World) -> Send:
    return lambda **said: world.share(**said)


def seat(world: World) -> Send:
    give = partial(cases.commands.give_seat, world.place, world.teacher, role="mentor")
    return lambda **said: give(by=world.lead_worker, **said)


def step(world: World) -> Send:
    what: dict[str, Any] = {"what": "Ring", "due_on": clock.today(), "by": world.lead_worker}
    return lambda **said: cases.commands.set_action(world.place, owner=world.teacher, **what)


def named(world: World) -> Send:
    """Somebody at the table adds what they know for the school, which sits there too."""
    for user in (world.teacher, world.volunteer):
        cases.commands.seat(world.place, user, role="mentor", by=world.lead_worker)
    return lambda **said: world.contribute(by=world.volunteer, named=[world.school])


def notice(world: World, **changed: Any) -> Send:
    what: dict[str, Any] = {
        "contact": None,
        "happened_at": clock.now(),
        "agency": world.school,
        "kind": NoticeKind.OTHER,
        "content": "Robin was up all night",
        "purpose": "Keeping the child safe",
        "lawful_basis": "public task",
        "by": world.lead_worker,
    }
    return lambda **said: partners.commands.send_notice(world.child, **what | changed | said)


EVERY: dict[Callable[[World], Send], str] = SENDS | {
    share: "agency",
    seat: "user",
    step: "owner",
    named: "named",
    notice: "agency",
}


@pytest.mark.parametrize("made", EVERY, ids=lambda made: made.__name__)
def test_nothing_goes_to_whom_it_was_decided_not_to_tell(
    world: World, made: Callable[[World], Send]
) -> None:
    send = made(world)
    decided = decide(world)
    said = refused(send)
    assert list(said) == [EVERY[made]]
    assert said[EVERY[made]][0].startswith((WHY, CALL))
    DecisionNotToShare.objects.filter(pk=decided.pk).update(ended_at=clock.now())
    send()


@pytest.mark.parametrize("made", EVERY, ids=lambda made: made.__name__)
def test_a_decision_about_another_agency_or_child_stands_in_no_way(
    world: World, made: Callable[[World], Send]
) -> None:
    send = made(world)
    decide(world, factories.agency(AgencyKind.HEALTH))
    decide(world, person=world.sibling)
    send()


def test_a_decision_about_one_place_binds_what_is_of_that_place_and_every_notice(
    world: World,
) -> None:
    decide(world, place=world.place)
    later = factories.case(world.child, lead_worker=world.lead_worker, team=world.case.team)
    world.share(place=factories.place(world.child, later))
    assert list(refused(seat(world))) == ["user"]
    assert list(refused(notice(world))) == ["agency"]


def test_whoever_may_know_is_told_why_and_others_whom_to_call(world: World) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    case = factories.case(world.sibling, lead_worker=lead, team=team)
    place = factories.place(world.sibling, case)
    under = world.sign(title="With the council", parties=[world.police, council, world.charity])
    send = partial(world.share, place=place, agency=world.charity, agreement=under, by=lead)
    decided = decide(world, world.charity, person=world.sibling)
    (words,) = refused(send)["agency"]
    assert words.startswith(CALL)
    assert words.endswith(", or choose another.")
    assert "decided" not in words
    assert str(world.charity) not in words
    DecisionNotToShare.objects.filter(pk=decided.pk).update(place=place)
    assert refused(send)["agency"] == [f"{WHY} Open Door: review that first, or choose another."]


def test_who_refers_is_answered_in_person(db: None, held_clock: object) -> None:
    hub = build_hub()
    referral = hub.refer(children=[hub.child])
    school = factories.agency(AgencyKind.SCHOOL)
    type(referral).objects.filter(pk=referral.pk).update(agency=school)
    DecisionNotToShare.objects.create(
        person=hub.child,
        agency=school,
        considered="They asked",
        detriment="His father works there",
        review_on=date(2027, 2, 1),
        decided_at=clock.now(),
        decided_by=hub.officer,
    )
    say = partial(
        referrals.commands.return_for_information, referral, reason="Thin", by=hub.triager
    )
    assert list(refused(partial(say, answer="What did he say?"))) == ["answer"]
    say(answer="")
    referral.refresh_from_db()
    assert referral.answer == referrals.commands.IN_PERSON


# --- what cannot wait


def test_a_notice_that_cannot_wait_goes_and_that_is_kept(world: World) -> None:
    decided = decide(world)
    sent: Notice = notice(world)(despite_decision=True)
    assert sent.despite_decision
    entry = Entry.objects.get(verb="send notice")
    assert entry.records["despite decision not to share"] == [decided.pk]
    line = ChronologyEvent.objects.get(says__endswith="despite the decision not to share")
    assert line.audience == [world.police.pk]


def test_where_nothing_stands_in_its_way_nothing_is_kept(world: World) -> None:
    sent: Notice = notice(world)(despite_decision=True)
    assert not sent.despite_decision
    assert "despite decision not to share" not in Entry.objects.get(verb="send notice").records


def test_what_cannot_wait_still_never_goes_to_who_must_not_be_told(world: World) -> None:
    decide(world)
    safe = factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    with pytest.raises(ValidationError) as error:
        notice(world)(despite_decision=True, safe_to_tell_read=safe.pk)
    assert "must not be told" in error.value.message_dict["agency"][0]


def test_a_share_that_is_extended_goes_only_as_far_as_the_decision_lets_it(world: World) -> None:
    standing: Share = world.share()
    decide(world)
    with pytest.raises(ValidationError) as error:
        partners.commands.extend_share(
            standing, until=standing.until + timedelta(days=1), by=world.lead_worker
        )
    assert error.value.message_dict["until"][0].endswith(", or end the share.")
