"""Closing a case: what has to be done first, what ends with it, and what stays to be read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

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
from cases.access import scope
from cases.models import (
    Action,
    Case,
    CaseChild,
    ChronologyEvent,
    EventKind,
    Flag,
    Handling,
    Review,
    TeamPlace,
)
from cases.signals import case_closed, case_closing
from tests import factories
from tests.races import at_once, in_turn

pytestmark = pytest.mark.usefixtures("held_clock")


def family(*forenames: str, **given: Any) -> Case:
    return factories.case(*(factories.child(name) for name in forenames or ("Milo",)), **given)


def places(case: Case) -> list[CaseChild]:
    return list(case.places.select_related("person", "case").order_by("pk"))


def close(case: Case, **changed: Any) -> Case:
    said = {
        "reason": "needs met",
        "outcome": "Home is calm, and both are in school",
        "places": [(place, "most", "The school's mentor") for place in places(case)],
        "by": case.lead_worker,
    }
    return cases.commands.close_case(case, **said | changed)


def refused(work: Callable[[], object]) -> ValidationError:
    with pytest.raises(ValidationError) as error:
        work()
    return error.value


def set_action(case: Case, **changed: Any) -> Action:
    said = {
        "what": "Meet at the gate",
        "owner": case.lead_worker,
        "due_on": clock.today(),
        "by": case.lead_worker,
    }
    return cases.commands.set_action(places(case)[0], **said | changed)


@contextmanager
def listening(signal: Any, receiver: Callable[..., object]) -> Iterator[None]:
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)


def tutor(case: Case) -> User:
    school = factories.agency(AgencyKind.SCHOOL)
    user = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    cases.commands.seat(places(case)[0], user, role="tutor", by=case.lead_worker)
    return user


# --- what is kept


def test_it_closes_with_a_reason_an_outcome_and_what_is_left_for_each_child(db: None) -> None:
    case = family("Milo", "Iris")
    milo, iris = places(case)
    closed = close(case, places=[(milo, "all", " A mentor "), (iris, "some", "Her aunt")])
    case.refresh_from_db()
    assert closed == case
    assert (case.closed_at, case.closed_by) == (clock.now(), case.lead_worker)
    assert (case.closing_reason, case.outcome) == (
        "needs met",
        "Home is calm, and both are in school",
    )
    assert [(p.needs_met, p.stays_in_place) for p in places(case)] == [
        ("all", "A mentor"),
        ("some", "Her aunt"),
    ]
    entry = Entry.objects.get(verb="close case")
    assert entry.persons == sorted([milo.person_id, iris.person_id])
    assert entry.records["case"] == case.pk
    assert len(entry.records["seats"]) == 2


def test_partners_read_that_it_closed_and_not_what_came_of_it(db: None) -> None:
    case = close(family())
    line = ChronologyEvent.objects.filter(kind=EventKind.CASE).latest("pk")
    assert (line.says, line.police_only) == (f"Case {case.reference} closed", False)
    assert line.detail == (
        "Needs met, and likely to stay so. Home is calm, and both are in school\n\n"
        "Needs met: most of them. What stays in place: The school's mentor"
    )


def test_what_is_missing_is_said_at_its_field(db: None) -> None:
    case = family("Milo", "Iris")
    milo, iris = places(case)
    error = refused(
        lambda: close(
            case, reason="bored", outcome=" ", places=[(milo, "all", " "), (iris, "", "x")]
        )
    )
    assert set(error.message_dict) == {
        "reason",
        "outcome",
        f"stays_in_place_{milo.pk}",
        f"needs_met_{iris.pk}",
    }
    assert set(refused(lambda: close(case, places=[])).message_dict) == {
        f"{field}_{place.pk}" for place in (milo, iris) for field in ("needs_met", "stays_in_place")
    }
    case.refresh_from_db()
    assert case.is_open


# --- what has to be done first


def test_an_open_flag_of_a_child_in_it_is_answered_first(db: None) -> None:
    case = family("Milo", "Iris")
    factories.contact(places(case)[1].person, by=case.lead_worker, safe_now="no")
    flag = Flag.objects.get()
    (sentence,) = refused(lambda: close(case)).messages
    assert sentence == f"Safeguarding flag F-{flag.pk} of Iris is open: it must be answered first"
    (found,) = cases.queries.in_the_way(case, viewer=case.lead_worker)
    assert (found.flag, found.action, found.says) == (flag, None, sentence)
    supervisor = factories.user(Role.SUPERVISOR)
    cases.commands.answer_flag(flag, action="Went there, she is safe", by=supervisor)
    assert not close(case).is_open


def test_a_flag_that_the_team_may_not_know_of_changes_nothing_for_it_and_duty_hears(
    db: None,
) -> None:
    supervisor = factories.user(Role.SUPERVISOR)
    duty = factories.team(is_duty_team=True)
    school = factories.agency(AgencyKind.SCHOOL)
    school_s = factories.user(Role.SUPERVISOR, agency=school, teams=(duty,))
    for step, user in enumerate((supervisor, school_s)):
        accounts.commands.post_duty(
            f"Duty {step}", step=step, user=user, by=factories.administrator()
        )
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    case = family(team=team, lead_worker=lead)
    factories.contact(
        places(case)[0].person,
        by=factories.user(Role.OFFICER),
        safe_now="no",
        handling=Handling.POLICE_ONLY,
    )
    flag = Flag.objects.get()
    with clock.at(clock.now() + timedelta(minutes=15)):
        cases.commands.climb(by=accounts.commands.system())
        assert not cases.queries.in_the_way(case, viewer=lead)
        assert not close(case).is_open
    said = f"Case {case.reference} has closed while flag F-{flag.pk} is open"
    assert [n.user for n in Notification.objects.filter(text=said)] == [supervisor]
    flag.refresh_from_db()
    assert flag.answered_at is None


def test_actions_are_done_first_and_each_is_named(db: None) -> None:
    case = family()
    later = set_action(case, what="Later", due_on=clock.today() + timedelta(days=9))
    first = set_action(case, what="Sooner")
    assert refused(lambda: close(case)).messages == [
        f"The action for Milo, ‘{what}’, is not done: say what came of it first"
        for what in ("Sooner", "Later")
    ]
    found = cases.queries.in_the_way(case, viewer=case.lead_worker)
    assert [each.action for each in found] == [first, later]
    for action in (first, later):
        cases.commands.complete_action(action, came_of_it="Went well", by=case.lead_worker)
    assert not close(case).is_open


def test_other_floors_say_what_stands_in_the_way(db: None) -> None:
    case, heard = family(), []

    def mentoring(*, case: Case, by: User, **_: object) -> list[str]:
        heard.append((case, by))
        return ["End Milo’s mentoring first"]

    with listening(case_closing, mentoring):
        assert refused(lambda: close(case)).messages == ["End Milo’s mentoring first"]
    assert heard == [(case, case.lead_worker)]
    case.refresh_from_db()
    assert case.is_open
    assert not close(case).is_open


def test_a_listener_that_fails_takes_the_closure_with_it(db: None) -> None:
    case = family()

    def breaks(**_: object) -> None:
        raise RuntimeError("no disk")

    with listening(case_closed, breaks), pytest.raises(RuntimeError):
        close(case)
    case.refresh_from_db()
    assert case.is_open
    assert TeamPlace.objects.get().until is None
    assert not Entry.objects.filter(verb="close case").exists()


# --- who may


def test_only_who_runs_it_closes_it(db: None) -> None:
    case = family()
    for stranger in (
        factories.user(Role.OFFICER),
        factories.user(Role.LEAD_WORKER, teams=(factories.team(),)),
    ):
        with pytest.raises(NotVisible):
            close(case, by=stranger)
    with pytest.raises(NotAllowed):
        close(case, by=tutor(case))
    colleague = factories.user(Role.LEAD_WORKER, teams=(case.team,))
    assert close(case, by=colleague).closed_by == colleague


# --- what ends with it, and what stays


def test_seats_end_in_that_second_and_what_the_team_itself_sees_stays(db: None) -> None:
    case = family()
    colleague, outsider = factories.user(Role.LEAD_WORKER, teams=(case.team,)), tutor(case)
    child = places(case)[0].person
    close(case)
    assert set(TeamPlace.objects.values_list("until", flat=True)) == {clock.now()}
    with pytest.raises(NotVisible):
        cases.queries.record(child.pk, viewer=outsider)
    for viewer in (case.lead_worker, colleague):
        assert cases.queries.record(child.pk, viewer=viewer).grounds == ("task",)
        assert cases.queries.case(case.pk, viewer=viewer) == case
        assert not cases.queries.caseload(viewer=viewer)
    (pointer,) = cases.queries.pointers([child], viewer=case.lead_worker)
    assert not pointer.holders
    assert cases.queries.review_due(Case.objects.get(), viewer=case.lead_worker) is None
    assert not cases.queries.cases_to_review(viewer=case.lead_worker)


def test_another_agency_s_team_learns_nothing_new_of_the_child_once_it_has_closed(
    db: None,
) -> None:
    """It keeps the case; the chronology and what to watch for go on without it."""
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    case = family(team=team, lead_worker=lead)
    (place,) = places(case)
    child = place.person
    sight = cases.queries.record(child.pk, viewer=lead)
    assert cases.queries.chronology(sight, viewer=lead).exists()
    close(case)
    with clock.at(clock.now() + timedelta(days=1)):
        factories.contact(child, by=factories.user(Role.OFFICER), handling=Handling.SHARE)
        sight = cases.queries.record(child.pk, viewer=lead)
        assert sight.sections == {"summary", "plan", "interventions", "contributions"}
        assert not cases.queries.chronology(sight, viewer=lead).exists()
        assert cases.queries.case(case.pk, viewer=lead) == case
        assert cases.queries.place(place.pk, viewer=lead) == place


def test_everybody_at_the_table_and_the_referrer_are_told_and_no_name_is_said(db: None) -> None:
    hub = factories.team(is_hub=True)
    triager = factories.user(Role.TRIAGE_WORKER, teams=(hub,))
    officer, child, team = factories.user(Role.OFFICER), factories.child("Milo"), factories.team()
    lead = factories.user(Role.LEAD_WORKER, teams=(team,))
    referral = referrals.commands.make_referral(
        contact=factories.contact(child, by=officer), children=[child], reason="Out late",
        wanted="", agreed="yes", agreed_why_not="", by=officer,
    )  # fmt: skip
    case = referrals.commands.accept(
        referral, reason="Needs help", answer="Thank you", family_name="Castellan", team=team,
        lead_worker=lead, by=triager,
    )  # fmt: skip
    colleague, outsider = factories.user(Role.LEAD_WORKER, teams=(team,)), tutor(case)
    before = set(Notification.objects.values_list("pk", flat=True))
    close(case, by=colleague)
    told = {n.user: (n.text, n.url) for n in Notification.objects.exclude(pk__in=before)}
    assert told == {
        lead: (f"Case {case.reference} has closed", f"/cases/{case.reference}"),
        # The case is not open to them any more.
        outsider: (f"Case {case.reference} has closed", f"/#{case.reference}"),
        officer: (
            f"Case {case.reference}, from your referral {referral.reference}, has closed",
            f"/referrals/{referral.reference}",
        ),
    }
    assert "Milo" not in str(told)
    assert "Castellan" not in str(told)


def test_closed_twice_it_stays_as_first_closed(db: None) -> None:
    case = close(family())
    before = (case.closed_at, Entry.objects.count(), Notification.objects.count())
    with clock.at(clock.now() + timedelta(hours=1)):
        again = close(case, outcome="Something else", reason="moved away")
    assert (again.closed_at, again.outcome) == (before[0], "Home is calm, and both are in school")
    assert (Entry.objects.count(), Notification.objects.count()) == before[1:]


def test_nothing_new_comes_into_a_closed_case(db: None) -> None:
    case = close(family())
    place = places(case)[0]
    for work in (
        lambda: set_action(case),
        lambda: cases.commands.seat(
            place, factories.user(Role.OFFICER), role="friend", by=case.lead_worker
        ),
        lambda: cases.commands.review_case(
            case, held_on=clock.today(), attended="All", places=[(place, "x", "y", "")],
            by=case.lead_worker,
        ),
    ):  # fmt: skip
        assert refused(work).messages == [
            f"Case {case.reference} closed on 24 November 2026: nothing new can be added to it."
        ]
    assert not Action.objects.exists()
    assert not Review.objects.exists()
    assert TeamPlace.objects.count() == 1


# --- at once


def test_two_who_close_it_at_once_close_it_once(committing: None) -> None:
    case = family()
    colleague = factories.user(Role.LEAD_WORKER, teams=(case.team,))
    answers = at_once(
        Case.objects.filter(pk=case.pk),
        lambda: close(case, outcome="One"),
        lambda: close(case, outcome="Two", by=colleague),
    )
    assert answers[0].outcome == answers[1].outcome
    assert answers[0].closed_by == answers[1].closed_by
    assert Entry.objects.filter(verb="close case").count() == 1
    assert ChronologyEvent.objects.filter(says__endswith="closed").count() == 1


def test_an_action_that_comes_after_the_closure_is_refused(committing: None) -> None:
    case = family()
    place = CaseChild.objects.filter(case=case)
    closed, action = in_turn(place, lambda: close(case), lambda: set_action(case))
    assert not closed.is_open
    assert isinstance(action, ValidationError)
    assert not Action.objects.exists()


def test_an_action_that_comes_before_the_closure_keeps_the_case_open(committing: None) -> None:
    case = family()
    place = CaseChild.objects.filter(case=case)
    action, closed = in_turn(place, lambda: set_action(case), lambda: close(case))
    assert isinstance(closed, ValidationError)
    assert "is not done" in closed.messages[0]
    case.refresh_from_db()
    assert case.is_open
    assert Action.objects.get() == action


@pytest.mark.parametrize("closed_first", [True, False])
def test_a_seat_given_while_it_closes_does_not_outlive_it(
    committing: None, closed_first: bool
) -> None:
    case = family()
    place = places(case)[0]
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)

    def sits() -> TeamPlace:
        return cases.commands.seat(place, teacher, role="tutor", by=case.lead_worker)

    works = [lambda: close(case), sits]
    answers = in_turn(
        CaseChild.objects.filter(pk=place.pk), *(works if closed_first else reversed(works))
    )
    assert isinstance(answers[1], ValidationError) == closed_first
    case.refresh_from_db()
    assert not case.is_open
    assert not TeamPlace.objects.filter(until=None).exists()
    assert not scope.visible_to(teacher).exists()
