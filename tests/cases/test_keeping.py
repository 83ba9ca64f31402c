"""Every record has a category and a review date when it is made, and they follow its facts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

import accounts.commands
import cases.commands
import clock
import referrals.commands
from accounts.models import AgencyKind, Role, User
from cases.commands import ChildReported, ChildSeen, Completion, Report, Told
from cases.commands.keeping import keep_anew
from cases.matching.keys import Described
from cases.models import (
    Case,
    CaseChild,
    ChildRole,
    ClosingReason,
    Contact,
    Handling,
    KeptLonger,
    NeedsMet,
    Observation,
    Person,
    Prompt,
)
from cases.retention import NOT_WORKED_OUT, NOT_YET
from referrals.models import Referral
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("held_clock")

TODAY = date(2026, 11, 24)
BORN = date(2013, 5, 4)  # factories.child: 13 years old


@pytest.fixture
def officer(db: None) -> User:
    return factories.user(Role.OFFICER)


def kept(record: Contact | Person | Case | Referral) -> tuple[str, date]:
    record.refresh_from_db()
    return record.category, record.review_on


def in_years(years: int, day: date = TODAY) -> date:
    return day.replace(year=day.year + years)


def completed(contact: Contact, by: User, **said: object) -> Contact:
    asked: dict[str, object] = {"voice_why_not": "Asleep", **said}
    return cases.commands.complete_contact(
        contact,
        completions=[Completion(child, **asked) for child in contact.children.all()],
        handling=Handling.SHARE,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="nothing more",
        by=by,
    )


def noticing(code: str, severity: int = 2) -> list[cases.commands.Noticed]:
    return [cases.commands.Noticed(factories.indicator(code), severity)]


def test_a_contact_and_its_new_child_have_theirs_from_the_first_moment(officer: User) -> None:
    told = Told(
        source="form",
        source_ref="one",
        occurred_at=clock.now() - timedelta(days=1),
        contact_type="Child concern",
        narrative="Seen",
        safe_now="yes",
        children=[ChildSeen(Described("Example", "Wren", date(2014, 1, 1)))],
    )
    contact = cases.commands.record_contact(told, by=officer)
    assert kept(contact) == ("no action", in_years(1, date(2026, 11, 23)))
    assert kept(contact.children.get().person) == ("no action", in_years(1))


@pytest.mark.parametrize(
    ("told", "category"),
    [
        ({"contact_type": "Arrest"}, "concern"),
        ({"crime_ref": "NB/1/26"}, "concern"),
        ({"words": [("poor attendance", None)]}, "concern"),
        ({"safe_now": "no"}, "grave harm"),
    ],
)
def test_what_is_told_decides(officer: User, told: dict[str, object], category: str) -> None:
    words = told.pop("words", ())
    child = ChildSeen(Described("Example", "Wren"), words=words)
    asked: dict[str, object] = {"contact_type": "Child concern", "safe_now": "yes", **told}
    contact = cases.commands.record_contact(
        Told(
            source="form",
            source_ref="two",
            occurred_at=clock.now(),
            narrative="",
            children=[child],
            **asked,
        ),
        by=officer,
    )
    assert kept(contact)[0] == category
    cases.commands.keep_anew(Contact, [contact.pk], by=officer)
    assert kept(contact)[0] == category, "told and worked out say the same"


def test_completed_it_is_worked_out_again(officer: User) -> None:
    contact = factories.contact(factories.child(), by=officer)
    completed(contact, officer, noticed=noticing("SCH01"))
    assert kept(contact) == ("concern", in_years(6))


def test_nothing_noticed_it_stays_the_shortest(officer: User) -> None:
    contact = factories.contact(factories.child(), by=officer)
    completed(contact, officer)
    assert kept(contact) == ("no action", in_years(1))


def test_a_suspects_outcome_and_a_childs_age_count(officer: User) -> None:
    suspected = factories.contact(factories.child(), by=officer)
    completed(suspected, officer, role=ChildRole.SUSPECT, suspect_outcome="Words of advice")
    assert kept(suspected) == ("outcome", in_years(6))
    young = factories.contact(factories.child(born=date(2020, 1, 1)), by=officer)
    completed(young, officer, role=ChildRole.VICTIM)
    assert kept(young) == ("under 10", in_years(2))


def test_a_flag_keeps_the_contact_and_not_the_childs_other_contacts(officer: User) -> None:
    child = factories.child()
    other, contact = (factories.contact(child, by=officer) for _ in range(2))
    cases.commands.raise_flag(child, "Not safe", contact=contact, by=officer)
    # The later of ten years and the 25th birthday.
    assert kept(contact) == ("grave harm", date(2038, 5, 4))
    assert kept(other)[0] == "no action"
    assert kept(child)[0] == "no action", "the contact keeps the child's record, by hanging on it"


def test_what_comes_with_no_contact_keeps_the_childs_record(officer: User) -> None:
    child = factories.child()
    seen = cases.commands.observe(
        child, factories.indicator("SCH01"), observed_on=TODAY, source="form", by=officer
    )
    assert kept(child) == ("concern", in_years(6))
    cases.commands.raise_flag(child, "Not safe", observation=seen, by=officer)
    assert kept(child) == ("grave harm", date(2038, 5, 4))


def test_a_mistake_that_is_voided_keeps_nothing(officer: User) -> None:
    contact = factories.contact(factories.child(), by=officer)
    completed(contact, officer, noticed=noticing("SCH01"))
    cases.commands.void(Observation.objects.get(), reason="The brother", by=officer)
    assert kept(contact)[0] == "no action"


def test_a_word_that_is_dropped_keeps_nothing(officer: User) -> None:
    child = ChildSeen(
        Described("Example", "Wren"), words=[("bullied", factories.indicator("SCH01"))]
    )
    told = Told("records system", "three", clock.now(), "Child concern", "", [child])
    contact = cases.commands.record_contact(told, by=officer)
    assert kept(contact)[0] == "concern"
    supervisor = factories.user(Role.SUPERVISOR)
    cases.commands.drop_prompt(Prompt.objects.get(), reason="Not said", by=supervisor)
    assert kept(contact)[0] == "no action"


def test_severe_is_grave_and_a_strength_is_not(officer: User) -> None:
    severe, strong = (factories.contact(factories.child(), by=officer) for _ in range(2))
    completed(severe, officer, noticed=noticing("SCH01", 3))
    completed(strong, officer, noticed=noticing("P01", 3))
    assert (kept(severe)[0], kept(strong)[0]) == ("grave harm", "concern")


def test_a_referral_and_the_case_that_it_becomes(db: None) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    team = factories.team()
    officer = factories.user(Role.OFFICER)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    lead = factories.user(Role.LEAD_WORKER, teams=(team,))
    contacts = [factories.contact(factories.child(), by=officer) for _ in range(2)]
    taken, declined = (
        referrals.commands.make_referral(
            contact=contact,
            children=[child.person for child in contact.children.all()],
            reason="Away from home",
            wanted="",
            agreed="yes",
            agreed_why_not="",
            by=officer,
        )
        for contact in contacts
    )
    assert kept(taken) == ("concern", NOT_YET)
    assert kept(contacts[0]) == ("concern", in_years(6)), "referred, a contact is no 'no action'"
    referrals.commands.decline(declined, reason="Known", answer="Thank you", by=triage)
    assert kept(declined) == ("concern", in_years(6))
    case = referrals.commands.accept(
        taken,
        reason="Needs help",
        answer="Thank you",
        family_name="Example",
        team=team,
        lead_worker=lead,
        by=triage,
    )
    assert kept(case) == kept(taken) == ("help", NOT_YET)
    place = CaseChild.objects.get(case=case)
    cases.commands.close_case(
        case,
        reason=ClosingReason.NEEDS_MET,
        outcome="Back at school",
        places=[(place, NeedsMet.ALL, "The school nurse")],
        by=lead,
    )
    assert kept(case) == kept(taken) == ("help", date(2038, 5, 4))
    correct(place.person, date(2019, 5, 4), by=officer)
    assert kept(case) == kept(taken) == ("help", date(2044, 5, 4))


def test_what_a_review_decided_stands_when_the_facts_are_worked_out_again(officer: User) -> None:
    contact = factories.contact(factories.child(), by=officer)
    KeptLonger.objects.create(
        record="contact",
        record_id=contact.pk,
        due_on=TODAY,
        reason="A claim",
        review_on=in_years(8),
        decided_at=clock.now(),
        decided_by=officer,
    )
    completed(contact, officer)
    assert kept(contact) == ("no action", in_years(8))
    cases.commands.raise_flag(contact.children.get().person, "No", contact=contact, by=officer)
    assert kept(contact) == ("grave harm", date(2038, 5, 4))


def test_a_row_written_past_the_commands_is_not_worked_out_and_never_due(officer: User) -> None:
    contact = factories.contact(factories.child(), by=officer)
    columns = [field.column for field in Contact._meta.fields if field.name not in
               {"id", "category", "review_on", "source_ref"}]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into cases_contact (source_ref, {', '.join(columns)}) "
            f"select 'raw', {', '.join(columns)} from cases_contact"
        )
    raw = Contact.objects.get(source_ref="raw")
    assert kept(raw) == (NOT_WORKED_OUT, NOT_YET)
    keep_anew(Contact, [raw.pk], by=officer)
    assert kept(raw) == kept(contact)


def test_a_newer_text_with_a_ticked_word_is_something_noticed(officer: User) -> None:
    contact = factories.contact(factories.child(), by=officer)
    cases.commands.amend_contact(
        contact,
        narrative="More",
        handling=Handling.SHARE,
        content_hash="2",
        words=[("bullied", None)],
        by=officer,
    )
    assert kept(contact)[0] == "concern"


def test_a_report_that_is_sent_again_with_a_ticked_word_is_something_noticed(
    officer: User,
) -> None:
    child = ChildReported(Described("Example", "Wren", date(2013, 5, 4)))
    report = Report("control", "NB-1", clock.now(), "Child concern", "Seen", "share", (child,))
    contact = cases.commands.take_report(report, by=officer).contact
    assert kept(contact)[0] == "no action"
    ticked = replace(report, children=(replace(child, words=("missing episode",)),))
    assert cases.commands.take_report(ticked, by=officer).state == "amended"
    assert kept(contact)[0] == "concern"


def test_a_case_that_closed_before_the_portal_knew_of_it(officer: User) -> None:
    team = factories.team()
    closed_at = clock.now() - timedelta(days=400)
    (place,) = cases.commands.take_over_cases(
        [
            cases.commands.PastCase(
                family_name="Example",
                person=factories.child(born=None),
                opened_at=closed_at - timedelta(days=100),
                closed_at=closed_at,
                closing_reason=ClosingReason.NEEDS_MET,
                outcome="Well",
                needs_met=NeedsMet.ALL,
                stays_in_place="School",
            )
        ],
        team=team,
        lead_worker=factories.user(Role.LEAD_WORKER, teams=(team,)),
        by=accounts.commands.system(),
    )
    assert kept(place.case) == ("help", in_years(6, clock.london_date(closed_at)))


def test_when_a_childs_age_becomes_known_their_contacts_follow(
    officer: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    child = factories.child(born=None)
    contact = factories.contact(child, by=officer)
    completed(contact, officer, noticed=noticing("SCH01"))
    assert kept(contact)[0] == "concern"
    from cases.commands.linking import _keep

    child.date_of_birth = date(2020, 1, 1)
    with django_assert_max_num_queries(20):
        _keep([child], by=accounts.commands.system())
    assert kept(contact) == ("under 10", in_years(2))


def test_a_corrected_birth_date_is_what_a_childs_records_are_kept_by(officer: User) -> None:
    child = factories.child(born=BORN)
    contacts = [factories.contact(child, by=officer, ago=timedelta(days=ago)) for ago in (1, 2)]
    for contact in contacts:
        completed(contact, officer, noticed=noticing("SCH01"))
    loose = {"observed_on": TODAY, "source": "form", "severity": 3, "by": officer}
    cases.commands.observe(child, factories.indicator("SCH01"), **loose)
    assert [kept(contact)[0] for contact in contacts] == ["concern", "concern"]
    born = date(2019, 5, 4)
    correct(child, born, by=officer)
    for contact, ago in zip(contacts, (1, 2), strict=True):
        assert kept(contact) == ("under 10", in_years(2, TODAY - timedelta(days=ago)))
    assert kept(child) == ("grave harm", in_years(25, born))
    correct(child, BORN, by=officer)
    assert [kept(contact)[0] for contact in contacts] == ["concern", "concern"]
    assert kept(child)[1] == in_years(25, BORN)


def correct(child: Person, born: date, *, by: User) -> None:
    cases.commands.correct_birth_date(child, born=born, estimated=False, reason="Seen", by=by)


def test_an_age_that_a_completion_says_counts_for_every_contact(officer: User) -> None:
    child = factories.child(born=None)
    before, now = (factories.contact(child, by=officer, ago=timedelta(days=ago)) for ago in (2, 1))
    completed(before, officer, noticed=noticing("SCH01"))
    assert kept(before)[0] == "concern"
    completed(now, officer, age=7)
    assert kept(before)[0] == "under 10"


def test_two_facts_at_once_are_both_seen(committing: None) -> None:
    """A flag and a voided observation in one second: whoever is last has read both."""
    officer = factories.user(Role.OFFICER)
    contact = factories.contact(factories.child(), by=officer)
    child = contact.children.get().person
    completed(contact, officer, noticed=noticing("SCH01"))
    seen = Observation.objects.get()
    answers = at_once(
        Contact.objects.filter(pk=contact.pk),
        lambda: cases.commands.raise_flag(child, "No", contact=contact, by=officer),
        lambda: cases.commands.void(seen, reason="The brother", by=officer),
    )
    assert not [each for each in answers if isinstance(each, ValidationError)]
    assert kept(contact)[0] == "grave harm"
