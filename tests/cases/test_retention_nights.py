"""Legal holds, the nightly list of what is due for review, and what a review decides."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
import clock
import referrals.commands
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases import tasks
from cases.models import (
    CaseChild,
    ClosingReason,
    Contact,
    KeptLonger,
    LegalHold,
    NeedsMet,
    Person,
    RetentionDue,
    RetentionNight,
)
from cases.retention import NOT_WORKED_OUT, NOT_YET
from referrals.models import Referral
from tests import factories
from tests.races import at_once, in_turn

pytestmark = pytest.mark.usefixtures("held_clock")

TODAY = date(2026, 11, 24)
LONG_AGO = timedelta(days=900)


@pytest.fixture
def ivy(db: None) -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE, name="Ivy")


@pytest.fixture
def officer(db: None) -> User:
    return factories.user(Role.OFFICER)


@pytest.fixture
def old(officer: User) -> Contact:
    """A contact of long ago that nothing came of, with a child of whom nothing else is known."""
    with clock.at(clock.now() - LONG_AGO):
        return factories.contact(factories.child("Bo"), by=officer)


def listed(on: date = TODAY) -> set[tuple[str, int]]:
    cases.commands.list_due(on=on, by=accounts.commands.system())
    return set(RetentionDue.objects.values_list("record", "record_id"))


def child_of(contact: Contact) -> Person:
    return contact.children.get().person


def test_what_is_past_its_day_is_listed_and_what_is_not_is_not(
    ivy: User, officer: User, old: Contact
) -> None:
    factories.contact(factories.child("New"), by=officer)
    assert listed() == {("contact", old.pk), ("person", child_of(old).pk)}
    row = RetentionDue.objects.get(record="contact")
    assert (row.people, row.category, row.listed_on) == ([child_of(old).pk], "no action", TODAY)
    # Due on the day itself, and not the day before.
    Contact.objects.filter(pk=old.pk).update(review_on=TODAY + timedelta(days=1))
    assert listed() == set()
    assert listed(TODAY + timedelta(days=1)) == {
        ("contact", old.pk),
        ("person", child_of(old).pk),
    }


def test_listed_twice_it_is_the_same_and_keeps_its_day(ivy: User, old: Contact) -> None:
    listed()
    rows = list(RetentionDue.objects.values())
    with clock.at(clock.now() + timedelta(days=1)):
        listed(TODAY + timedelta(days=1))
        listed(TODAY + timedelta(days=1))
    assert list(RetentionDue.objects.values()) == rows
    assert RetentionNight.objects.count() == 2


def test_a_childs_record_is_not_due_before_the_last_of_what_hangs_on_it(
    officer: User, old: Contact
) -> None:
    factories.contact(child_of(old), by=officer)
    assert listed() == {("contact", old.pk)}


def test_a_contact_is_not_due_before_its_referral(officer: User, old: Contact) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    referral = referrals.commands.make_referral(
        contact=old,
        children=[child_of(old)],
        reason="Away",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=officer,
    )
    past = TODAY - timedelta(days=1)
    Contact.objects.update(review_on=past)
    assert listed() == set(), "it waits for a decision"
    referrals.commands.decline(referral, reason="Known", answer="Thank you", by=triage)
    assert listed() == set()
    Referral.objects.update(review_on=past)
    assert listed() == {
        ("contact", old.pk),
        ("referral", referral.pk),
        ("person", child_of(old).pk),
    }


def test_nothing_of_a_child_in_an_open_case_or_with_an_open_flag_is_due(
    officer: User, old: Contact
) -> None:
    case = factories.case(child_of(old))
    assert listed() == set()
    cases.commands.close_case(
        case,
        reason=ClosingReason.NEEDS_MET,
        outcome="Well",
        places=[(CaseChild.objects.get(case=case), NeedsMet.ALL, "School")],
        by=case.lead_worker,
    )
    assert listed() == {("contact", old.pk)}
    fresh = factories.contact(child_of(old), by=officer)
    flag = cases.commands.raise_flag(child_of(old), "Not safe", contact=fresh, by=officer)
    assert listed() == set()
    cases.commands.answer_flag(flag, action="Seen", by=factories.user(Role.SUPERVISOR))
    assert listed() == {("contact", old.pk)}


def test_a_hold_covers_all_that_hangs_on_the_child(ivy: User, officer: User, old: Contact) -> None:
    with clock.at(clock.now() - LONG_AGO):
        sibling = factories.child("Cy")
        both = factories.contact(child_of(old), sibling, by=officer)
    assert len(listed()) == 4
    hold = cases.commands.hold_record(child_of(old).pk, reason="Inquiry", by=ivy)
    left = set(RetentionDue.objects.values_list("record", "record_id"))
    assert left == {("person", sibling.pk)} == listed(), "in that second, and at night"
    cases.commands.release_record(hold, reason="Closed", by=ivy)
    assert ("contact", both.pk) in listed()


def test_what_a_night_listed_while_it_was_held_is_shown_to_nobody(ivy: User, old: Contact) -> None:
    listed()
    rows = list(RetentionDue.objects.all())
    cases.commands.hold_record(child_of(old).pk, reason="Inquiry", by=ivy)
    RetentionDue.objects.bulk_create(rows)
    assert not cases.queries.records_due(viewer=ivy)
    with pytest.raises(NotVisible):
        cases.queries.record_due(rows[0].pk, viewer=ivy)


def test_a_hold_ends_on_its_day_or_when_it_is_released(ivy: User, old: Contact) -> None:
    tomorrow = TODAY + timedelta(days=1)
    held = child_of(old)
    first = cases.commands.hold_record(held.pk, reason="Claim", until=tomorrow, by=ivy)
    assert listed() == set()
    with clock.at(clock.now() + timedelta(days=1)):
        assert len(listed(tomorrow)) == 2
        assert not cases.queries.legal_holds(viewer=ivy)
    second = cases.commands.hold_record(held.pk, reason="Inquiry", by=ivy)
    assert cases.commands.hold_record(held.pk, reason=" Inquiry ", by=ivy) == second
    cases.commands.release_record(first, reason="Settled", by=ivy)
    assert listed() == set(), "the other hold stands"
    ended = cases.commands.release_record(second, reason="Over", by=ivy)
    assert cases.commands.release_record(second, reason="Again", by=ivy).release_reason == "Over"
    assert ended.released_by == ivy
    entries = Entry.objects.filter(verb__in=["hold record", "release record"], persons=[held.pk])
    assert entries.count() == 4


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"until": TODAY}, "until"),
        ({"person_id": 987654321}, "child"),
    ],
)
def test_a_hold_with_gaps_is_refused(
    ivy: User, old: Contact, asked: dict[str, object], field: str
) -> None:
    said: dict[str, object] = {"person_id": child_of(old).pk, "reason": "Inquiry", **asked}
    with pytest.raises(ValidationError) as refused:
        cases.commands.hold_record(said.pop("person_id"), by=ivy, **said)
    assert list(refused.value.message_dict) == [field]
    assert not LegalHold.objects.exists()


def test_kept_longer_it_leaves_the_list_until_then(ivy: User, old: Contact) -> None:
    listed()
    due = RetentionDue.objects.get(record="contact")
    again = date(2028, 1, 1)
    decision = cases.commands.keep_longer(due, reason="A pattern", review_on=again, by=ivy)
    assert (decision.due_on, decision.review_on) == (due.review_on, again)
    old.refresh_from_db()
    assert (old.category, old.review_on) == ("no action", again)
    assert listed() == set(), "the child's record waits for it"
    with pytest.raises(ValidationError, match="not due any more"):
        cases.commands.keep_longer(due, reason="Again", review_on=again, by=ivy)
    assert Entry.objects.get(verb="keep longer").reason == "A pattern"


@pytest.mark.parametrize("days", [-1, 0, 3653])
def test_the_next_review_is_to_come_and_not_too_far_off(ivy: User, old: Contact, days: int) -> None:
    listed()
    due = RetentionDue.objects.get(record="contact")
    with pytest.raises(ValidationError) as refused:
        cases.commands.keep_longer(due, reason="", review_on=TODAY + timedelta(days=days), by=ivy)
    assert set(refused.value.message_dict) == {"reason", "review_on"}


def test_only_information_governance_of_the_lead_agency_decides(old: Contact) -> None:
    listed()
    due = RetentionDue.objects.get(record="contact")
    elsewhere = factories.user(
        Role.INFORMATION_GOVERNANCE, agency=factories.agency(AgencyKind.EARLY_HELP)
    )
    for who in (elsewhere, factories.user(Role.SUPERVISOR, Role.ADMINISTRATOR)):
        for act in (
            lambda who=who: cases.commands.hold_record(child_of(old).pk, reason="No", by=who),
            lambda who=who: cases.commands.keep_longer(due, reason="No", review_on=TODAY, by=who),
            lambda who=who: cases.commands.list_due(on=TODAY, by=who),
            lambda who=who: cases.queries.records_due(viewer=who),
            lambda who=who: cases.queries.legal_holds(viewer=who),
            lambda who=who: cases.queries.retention_night(viewer=who),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_the_count_is_told_once_and_brought_up_to_date(ivy: User, old: Contact) -> None:
    def lines() -> list[str]:
        found = Notification.objects.filter(user=ivy, seen_at=None)
        return [line.text for line in found.order_by("pk")]

    listed()
    listed()
    assert lines() == ["2 records are due for review"]
    cases.commands.hold_record(child_of(old).pk, reason="Inquiry", by=ivy)
    listed()
    assert lines() == []


def test_the_night_works_out_what_was_written_in_bulk_then_lists(old: Contact) -> None:
    Contact.objects.update(category=NOT_WORKED_OUT, review_on=NOT_YET)
    Person.objects.update(category=NOT_WORKED_OUT, review_on=NOT_YET)
    assert listed() == set(), "never due before it is worked out"
    assert tasks.list_due() == 2
    assert not Contact.objects.filter(category=NOT_WORKED_OUT).exists()
    assert tasks.list_due("2024-01-01") == 0


def test_the_figures_of_a_night(ivy: User, officer: User, old: Contact) -> None:
    assert cases.queries.retention_night(viewer=ivy) is None
    factories.contact(factories.child("New"), by=officer)
    listed()
    night = cases.queries.retention_night(viewer=ivy)
    assert night is not None
    assert night.kinds == ("contact", "person")
    assert [(line.name, line.counts) for line in night.kept] == [("No action", (2, 2))]
    assert [(line.name, line.total) for line in night.coming] == [("November 2027", 2)]


def test_of_two_holds_for_one_reason_at_once_one_is_made(committing: None) -> None:
    ivy = factories.user(Role.INFORMATION_GOVERNANCE)
    child = factories.child()

    def hold() -> LegalHold:
        return cases.commands.hold_record(child.pk, reason="Inquiry", by=ivy)

    first, second = at_once(Person.objects.filter(pk=child.pk), hold, hold)
    assert first == second == LegalHold.objects.get()


def test_of_two_decisions_at_once_one_stands(committing: None) -> None:
    ivy = factories.user(Role.INFORMATION_GOVERNANCE)
    with clock.at(clock.now() - LONG_AGO):
        factories.contact(factories.child(), by=factories.user(Role.OFFICER))
    listed()
    due = RetentionDue.objects.get(record="contact")

    def keep() -> KeptLonger:
        return cases.commands.keep_longer(
            due, reason="A pattern", review_on=date(2028, 1, 1), by=ivy
        )

    answers = at_once(RetentionDue.objects.filter(pk=due.pk), keep, keep)
    assert sum(isinstance(each, ValidationError) for each in answers) == 1
    assert KeptLonger.objects.count() == 1


def test_a_child_is_put_on_hold_while_somebody_decides_on_the_record(committing: None) -> None:
    ivy = factories.user(Role.INFORMATION_GOVERNANCE)
    with clock.at(clock.now() - LONG_AGO):
        factories.contact(factories.child(), by=factories.user(Role.OFFICER))
    listed()
    due = RetentionDue.objects.get(record="person")
    child = Person.objects.get(pk=due.record_id)

    def hold() -> LegalHold:
        return cases.commands.hold_record(child.pk, reason="Inquiry", by=ivy)

    def keep() -> KeptLonger:
        return cases.commands.keep_longer(
            due, reason="A pattern", review_on=date(2028, 1, 1), by=ivy
        )

    # The line of the list first, the decision would wait for the child, and the hold for the line.
    held, refused = in_turn(Person.objects.filter(pk=child.pk), hold, keep)
    assert isinstance(held, LegalHold)
    assert isinstance(refused, ValidationError), refused
    assert not RetentionDue.objects.exists()
