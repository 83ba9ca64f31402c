"""The same sent twice is one; the same said again, another day or after something else, is kept."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import clock
import partners.commands
from accounts.models import Role
from cases.models import LegalHold
from partners.models import Consent, Contribution, NotSharingReview
from tests import factories
from tests.partners.conftest import World
from tests.partners.test_consents import record
from tests.partners.test_not_sharing import decide, review


def test_the_same_words_another_day_are_another_contribution(world: World) -> None:
    world.share(sections=["summary", "contributions"])
    first = world.contribute(text="Absent again today")
    assert world.contribute(text="Absent again today") == first
    with clock.at(clock.now() + timedelta(days=20)):
        assert world.contribute(text="Absent again today") != first
    assert Contribution.objects.count() == 2


def test_yes_after_no_is_another_yes(world: World) -> None:
    yes = record(world)
    assert record(world) == yes
    no = record(world, answer="said no", until=None)
    again = record(world)
    assert [each.pk for each in Consent.objects.order_by("pk")] == [yes.pk, no.pk, again.pk]
    assert record(world) == again


def test_the_same_review_another_day_is_another_one(world: World) -> None:
    decision = decide(world)
    review(world, decision)
    review(world, decision)
    assert NotSharingReview.objects.count() == 1
    with clock.at(clock.now() + timedelta(days=3)):
        review(world, decision)
    assert NotSharingReview.objects.count() == 2


def test_another_day_to_review_on_is_not_lost_unsaid(world: World) -> None:
    decide(world)
    with pytest.raises(ValidationError) as error:
        decide(world, review_on=date(2026, 12, 24))
    assert list(error.value.message_dict) == ["agency"]


def test_a_hold_until_another_day_is_not_lost_unsaid(world: World) -> None:
    keeper = factories.user(Role.INFORMATION_GOVERNANCE)
    until = clock.today() + timedelta(days=30)
    held = cases.commands.hold_record(world.child.pk, reason="Claim 7", until=until, by=keeper)
    again = cases.commands.hold_record(world.child.pk, reason="Claim 7", until=until, by=keeper)
    assert again == held
    with pytest.raises(ValidationError) as error:
        cases.commands.hold_record(world.child.pk, reason="Claim 7", by=keeper)
    assert list(error.value.message_dict) == ["reason"]
    assert LegalHold.objects.count() == 1


@pytest.mark.parametrize("answer", ["declined", "given"])
def test_nobody_who_must_not_be_told_is_answered_in_words(world: World, answer: str) -> None:
    """Of a decline too: it is sent without a reason."""
    world.share(sections=["summary", "contributions"])
    asked = partners.commands.ask_for_information(
        world.place,
        agency=world.police,
        what="What happened?",
        why="To help",
        needed_by=clock.today(),
        by=world.teacher,
    )
    safe = factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    said = {"answer": answer, "safe_to_tell_read": safe.pk, "by": world.lead_worker}
    with pytest.raises(ValidationError) as error:
        partners.commands.answer_request(asked, text="He hid", reason="He hid", **said)
    assert list(error.value.message_dict) == ["reason" if answer == "declined" else "answer"]
    if answer == "declined":
        done = partners.commands.answer_request(asked, reason=" ", **said)
        assert done.reason == "Call the hub about this."
