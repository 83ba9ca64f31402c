"""Looks drawn for review, and what a review keeps; by the commands, against the database."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import override_settings

import accounts.commands
import clock
import oversight.commands
import oversight.queries
import oversight.tasks
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry, Kind, Verification
from oversight import rules
from oversight.models import DipSample, Outcome
from tests import factories
from tests.oversight.uses import at, looked
from tests.races import in_turn


@pytest.fixture
def ines(held_clock: object, db: None) -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE, username="ines", name="Ines Inspector")


@pytest.fixture
def olu(held_clock: object, db: None) -> User:
    return factories.user(Role.OFFICER, username="olu")


def draw(*, days_ago: int = 1) -> list[DipSample]:
    on = clock.today() - timedelta(days=days_ago)
    return oversight.commands.draw_dip_sample(on=on, by=accounts.commands.system())


def sample_of(user: User, **said: object) -> DipSample:
    looked(user, persons=[7], **said)
    (sample,) = draw()
    return sample


def test_of_searches_and_looks_by_reason_so_many_are_drawn_and_always_the_same(olu: User) -> None:
    for minute in range(50):
        looked(olu, when=at(9, minute), persons=[minute + 1])
    for minute in range(50):
        looked(olu, when=at(10, minute), verb="child", ground="case team, task", persons=[1])
    drawn = {sample.entry_id for sample in draw()}
    assert len(drawn) == rules.SAMPLE_OF_A_DAY
    assert {Entry.objects.get(pk=pk).ground for pk in drawn} == {"pointer"}
    assert draw() == []
    DipSample.objects.all().delete()
    assert {sample.entry_id for sample in draw()} == drawn
    DipSample.objects.all().delete()
    with override_settings(SECRET_KEY="another key " * 5):
        assert {sample.entry_id for sample in draw()} != drawn


def test_every_look_through_broken_glass_is_drawn_beside_the_sample(olu: User) -> None:
    broken = [
        looked(olu, when=at(9, n), verb="child", ground="break-glass", persons=[1])
        for n in range(25)
    ]
    by_reason = looked(olu, verb="child", ground="reason", persons=[1])
    assert {sample.entry_id for sample in draw()} == {entry.pk for entry in [*broken, by_reason]}


def test_what_is_no_consultation_of_a_user_is_never_drawn(olu: User) -> None:
    looked(olu, kind=Kind.DENIED, persons=[1])
    looked(olu, kind=Kind.DISCLOSURE, persons=[1])
    looked(olu, ground="", verb="home", persons=[1])
    assert draw() == []


def test_the_weekend_is_drawn_on_monday_and_nothing_on_a_day_off(olu: User) -> None:
    # Tuesday 24 November 2026: the Saturday before.
    saturday = looked(olu, when=at(days_ago=3), persons=[1])
    with clock.at(clock.now() - timedelta(days=2)):
        assert oversight.tasks.draw_dip_samples() == 0
    with clock.at(clock.now() - timedelta(days=1)):
        assert oversight.tasks.draw_dip_samples() == 1
    assert DipSample.objects.get().entry_id == saturday.pk


def test_a_review_keeps_outcome_and_words_and_its_entry_names_nobody(olu: User, ines: User) -> None:
    sample = sample_of(olu)
    oversight.commands.review_dip_sample(
        sample, outcome=Outcome.SPOKEN_TO, words=" A call from the school ", by=ines
    )
    kept = DipSample.objects.get()
    assert (kept.outcome, kept.words) == ("spoken to", "A call from the school")
    assert (kept.reviewed_by, kept.reviewed_at) == (ines, clock.now())
    entry = Entry.objects.get(verb="review dip sample")
    assert (entry.persons, entry.username) == ([], "ines")
    assert entry.records == {"dip sample": sample.pk, "outcome": "spoken to"}
    with pytest.raises(ValidationError, match="already reviewed"):
        oversight.commands.review_dip_sample(sample, outcome=Outcome.IN_ORDER, words="No", by=ines)


def test_without_words_nothing_is_kept(olu: User, ines: User) -> None:
    sample = sample_of(olu)
    with pytest.raises(ValidationError) as refused:
        oversight.commands.review_dip_sample(sample, outcome=Outcome.IN_ORDER, words=" ", by=ines)
    assert set(refused.value.error_dict) == {"words"}
    assert DipSample.objects.get().reviewed_at is None


def test_nobody_reviews_their_own_look_nor_sees_that_it_waits(ines: User) -> None:
    both = factories.user(Role.INFORMATION_GOVERNANCE, Role.OFFICER)
    sample = sample_of(both)
    with pytest.raises(NotAllowed):
        oversight.commands.review_dip_sample(
            sample, outcome=Outcome.IN_ORDER, words="Fine", by=both
        )
    with pytest.raises(NotVisible):
        oversight.queries.dip_sample(sample.pk, viewer=both)
    assert oversight.queries.waiting(viewer=both).samples == 0
    assert oversight.queries.waiting(viewer=ines).samples == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        DipSample.objects.update(
            outcome="in order", words="x", reviewed_at=clock.now(), reviewed_by=both
        )


def test_only_the_lead_agencys_governance_reads_and_reviews(olu: User) -> None:
    sample = sample_of(olu)
    partner = factories.user(
        Role.INFORMATION_GOVERNANCE, agency=factories.agency(AgencyKind.SCHOOL)
    )
    for user in (partner, factories.user(Role.SUPERVISOR), factories.administrator()):
        with pytest.raises(NotAllowed):
            oversight.queries.dip_samples(viewer=user)
        with pytest.raises(NotAllowed):
            oversight.commands.review_dip_sample(
                sample, outcome=Outcome.IN_ORDER, words="Fine", by=user
            )
    with pytest.raises(NotAllowed):
        oversight.commands.draw_dip_sample(on=clock.today() - timedelta(days=1), by=partner)


def test_late_after_five_working_days_and_what_came_of_reviews_is_counted(
    olu: User, ines: User
) -> None:
    sample = sample_of(olu)
    with clock.at(clock.now() + timedelta(days=8)):
        waiting = oversight.queries.waiting(viewer=ines)
        assert (waiting.samples, waiting.late) == (1, 1)
    oversight.commands.review_dip_sample(sample, outcome=Outcome.MISUSE, words="To PSD", by=ines)
    chance, *patterns = oversight.queries.outcomes(viewer=ines)
    assert dict(chance.outcomes) == {
        "In order": 0,
        "Spoken to the user": 0,
        "Learning for the team": 0,
        "Misuse suspected: referred": 1,
    }
    assert sum(number for each in patterns for _, number in each.outcomes) == 0
    with clock.at(clock.now() + timedelta(days=91)):
        assert dict(oversight.queries.outcomes(viewer=ines)[0].outcomes)["In order"] == 0


@pytest.mark.usefixtures("committing", "held_clock")
def test_two_reviews_at_once_keep_the_first() -> None:
    first, second = (factories.user(Role.INFORMATION_GOVERNANCE) for _ in range(2))
    sample = sample_of(factories.user(Role.OFFICER))

    def review(by: User, outcome: Outcome) -> Callable[[], DipSample]:
        return lambda: oversight.commands.review_dip_sample(
            sample, outcome=outcome, words="Asked", by=by
        )

    kept, refused = in_turn(
        DipSample.objects.filter(pk=sample.pk),
        review(first, Outcome.IN_ORDER),
        review(second, Outcome.MISUSE),
    )
    assert kept.outcome == "in order"
    assert "already reviewed" in refused.messages[0]
    assert Entry.objects.filter(verb="review dip sample").count() == 1


def test_a_check_that_found_something_is_told_to_the_lead_agencys_governance(ines: User) -> None:
    factories.user(Role.INFORMATION_GOVERNANCE, agency=factories.agency(AgencyKind.SCHOOL))
    by, said = accounts.commands.system(), {"at": clock.now(), "batches": 1, "anchors": 0}
    sound = Verification.objects.create(entries=5, found=0, **said)
    assert oversight.commands.tell_of_verification(sound, by=by) == []
    broken = Verification.objects.create(
        entries=5, found=1, findings=["Entry 3 was changed"], **said
    )
    for _ in range(2):
        oversight.commands.tell_of_verification(broken, by=by)
    (line,) = Notification.objects.all()
    assert (line.user, line.url) == (ines, "/record-of-use#sealed")
