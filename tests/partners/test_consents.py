"""Agreement to help: whose it is to give, what follows when it is taken back, and who is called."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

import accounts.commands
import cases.commands
import cases.queries
import clock
import partners.commands
import partners.tasks
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.models import CaseChild, ChronologyEvent, Person
from partners import queries
from partners.models import Answer, Consent, Share, Who, WithdrawalDecision
from tests import factories
from tests.partners.conftest import World
from tests.partners.test_receivers import close
from tests.races import at_once

COMPETENT = {
    "competence": "She can say what the help is and that she may stop",
    "competence_judged_by": "Nurse Novak",
}


def saying(**changed: Any) -> dict[str, Any]:
    """A parent agreed yesterday, until the end of February."""
    said = {
        "answer": "agreed",
        "who": "parent",
        "said_to": "Lee Leader, lead worker",
        "said_on": clock.today() - timedelta(days=1),
        "until": date(2027, 3, 1),
    }
    return said | changed


def record(world: World, **changed: Any) -> Consent:
    said = {"by": world.lead_worker} | saying(**changed)
    return partners.commands.record_consent(world.place, **said)


def withdraw(world: World, consent: Consent, **changed: Any) -> WithdrawalDecision:
    said = {"who": "parent", "how": "Mum rang Lee: no more visits", "by": world.lead_worker}
    return partners.commands.withdraw_consent(consent, **said | changed)


def decide(world: World, decision: WithdrawalDecision, **changed: Any) -> WithdrawalDecision:
    said = {
        "outcome": "end",
        "danger": "He is fed at school now; his tutor would notice",
        "by": world.lead_worker,
    }
    return partners.commands.decide_on_withdrawal(decision, **said | changed)


def aged(world: World, years: int | None) -> None:
    born = None if years is None else clock.today().replace(year=clock.today().year - years)
    Person.objects.filter(pk=world.child.pk).update(date_of_birth=born)


def refused(world: World, **changed: Any) -> list[str]:
    with pytest.raises(ValidationError) as found:
        record(world, **changed)
    assert not Consent.objects.exists()
    return sorted(found.value.message_dict)


# --- whose it is to give

EVERYTHING = st.builds(
    Consent,
    answer=st.sampled_from([*Answer.values, ""]),
    who=st.sampled_from([*Who.values, ""]),
    competence=st.sampled_from(["", " ", "She can say what the help is"]),
    competence_judged_by=st.sampled_from(["", "Nurse Novak"]),
    said_to=st.sampled_from(["", "Lee"]),
    said_on=st.sampled_from([None, date(2026, 11, 23)]),
    until=st.sampled_from([None, date(2027, 3, 1)]),
    ask_again_on=st.sampled_from([None, date(2027, 2, 1)]),
    why_not=st.sampled_from(["", "Not safe to ask"]),
)


@given(said=EVERYTHING, age=st.none() | st.integers(0, 25))
def test_no_child_agrees_without_competence_noted_and_none_under_ten_alone(
    said: Consent, age: int | None
) -> None:
    with clock.at(clock.start_of(date(2026, 11, 24)) + timedelta(hours=10)):
        kept = not said.refusals(age=age)
    if not kept:
        return
    if said.answer == "not asked":
        assert said.why_not
        return
    assert all((said.who, said.said_to, said.said_on))
    if said.answer == "agreed":
        assert (said.until is None) != (said.ask_again_on is None)
        if said.who == "young person":
            assert age is None or age >= 10
            competent = said.competence.strip() and said.competence_judged_by
            assert competent or (age is not None and age >= 16)
        if age is not None and age >= 18:
            assert said.who == "young person"


@pytest.mark.parametrize(
    ("years", "who", "fields"),
    [
        (9, "young person", ["who"]),
        (9, "both", []),
        (9, "parent", []),
        (10, "young person", ["competence", "competence_judged_by"]),
        (15, "young person", ["competence", "competence_judged_by"]),
        (15, "both", ["competence", "competence_judged_by"]),
        (15, "parent", []),
        (None, "young person", ["competence", "competence_judged_by"]),
        (16, "young person", []),
        (17, "both", []),
        (18, "parent", ["who"]),
    ],
)
def test_who_may_agree_at_which_age(
    world: World, years: int | None, who: str, fields: list[str]
) -> None:
    aged(world, years)
    if fields:
        assert refused(world, who=who) == fields
    else:
        assert record(world, who=who).who == who


def test_with_competence_noted_a_child_agrees(world: World) -> None:
    kept = record(world, who="young person", **COMPETENT)
    assert (kept.competence_judged_by, kept.recorded_by) == ("Nurse Novak", world.lead_worker)
    assert kept.is_agreed
    entry = Entry.objects.get(verb="record consent")
    assert entry.records == {"consent": kept.pk, "place": world.place.pk}
    assert entry.persons == [world.child.pk]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"answer": "perhaps"}, ["answer"]),
        ({"who": ""}, ["who"]),
        ({"said_to": " ", "said_on": None}, ["said_on", "said_to"]),
        ({"said_on": date(2026, 11, 25)}, ["said_on"]),
        ({"until": None}, ["until"]),
        ({"ask_again_on": date(2027, 1, 1)}, ["until"]),
        ({"until": date(2026, 11, 24)}, ["until"]),
        ({"until": None, "ask_again_on": date(2026, 11, 24)}, ["ask_again_on"]),
        ({"answer": "not asked"}, ["why_not"]),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, changed: dict[str, Any], fields: list[str]
) -> None:
    assert refused(world, **changed) == fields


def test_the_same_sent_twice_at_once_is_one(committed_world: World) -> None:
    world = committed_world
    work = partial(record, world)
    first, second = at_once(CaseChild.objects.filter(pk=world.place.pk), work, work)
    assert isinstance(first, Consent)
    assert first == second
    assert Entry.objects.filter(verb="record consent").count() == 1


def test_it_runs_out_or_is_asked_again(world: World) -> None:
    until = record(world)
    again = record(world, until=None, ask_again_on=date(2027, 3, 1))
    for kept in (until, again):
        with clock.at(clock.start_of(date(2027, 2, 28))):
            assert not kept.is_to_be_asked_again
        with clock.at(clock.start_of(date(2027, 3, 1))):
            assert kept.is_to_be_asked_again
    assert (until.last_day, again.last_day) == (date(2027, 2, 28), None)


# --- who records and who reads it


def test_whoever_runs_the_case_records_it_and_nobody_else(world: World) -> None:
    world.share(sections=["plan"])
    with pytest.raises(NotAllowed):
        record(world, by=world.teacher)
    for stranger in (world.volunteer, factories.user(Role.LEAD_WORKER)):
        with pytest.raises(NotVisible):
            record(world, by=stranger)
    cases.commands.seat(world.place, world.volunteer, role="mentor", by=world.lead_worker)
    kept = record(world)
    assert list(queries.consents(world.place, viewer=world.lead_worker)) == [kept]
    # The team around the child helps: it reads what the family agreed to. A share does not.
    assert list(queries.consents(world.place, viewer=world.volunteer)) == [kept]
    assert not queries.consents(world.place, viewer=world.teacher).exists()
    with pytest.raises(NotVisible):
        queries.consent(kept.pk, viewer=world.teacher)
    line = ChronologyEvent.objects.get(says="Agreement to help recorded")
    assert line.audience == [world.police.pk]


def test_nothing_is_recorded_in_a_case_that_has_closed(world: World) -> None:
    consent = record(world)
    close(world)
    with pytest.raises(ValidationError):
        record(world, who="both")
    with pytest.raises(ValidationError):
        withdraw(world, consent)


# --- taken back


def test_a_withdrawal_opens_a_decision_due_the_same_day(world: World) -> None:
    boss = factories.user(Role.SUPERVISOR, teams=(world.case.team,))
    decision = withdraw(world, record(world))
    assert (decision.due_on, decision.opened_at) == (clock.today(), clock.now())
    assert not decision.consent.is_agreed
    for user in (world.lead_worker, boss):
        assert list(queries.withdrawals_due(viewer=user)) == [decision]
        told = Notification.objects.filter(user=user).latest("pk")
        assert told.text == (
            f"Agreement to help was withdrawn in {world.case.reference}: decide today"
        )
        assert told.url == f"/withdrawals/{decision.pk}"
        assert queries.withdrawal(decision.pk, viewer=user) == decision
    assert not queries.withdrawals_due(viewer=factories.user(Role.LEAD_WORKER)).exists()


def test_without_a_supervisor_in_the_team_the_agencys_are_called(world: World) -> None:
    """They may have no ground on the child: the line leads nowhere, and names the case alone."""
    boss = factories.user(Role.SUPERVISOR)
    others = factories.user(Role.SUPERVISOR, agency=factories.agency(AgencyKind.CHILDRENS_SERVICES))
    decision = withdraw(world, record(world))
    assert list(queries.withdrawals_due(viewer=boss)) == [decision]
    assert not queries.withdrawals_due(viewer=others).exists()
    assert Notification.objects.filter(user=boss).latest("pk").url.startswith("/#withdrawal-")
    with pytest.raises(NotVisible):
        queries.withdrawal(decision.pk, viewer=boss)


def test_a_no_opens_the_same_decision(world: World) -> None:
    consent = record(world, answer="said no", until=None)
    assert list(queries.withdrawals_due(viewer=world.lead_worker)) == [consent.decision]
    told = Notification.objects.filter(user=world.lead_worker).latest("pk")
    assert "was refused in" in told.text
    with pytest.raises(ValidationError):
        withdraw(world, consent)


def test_withdrawn_twice_it_stays_as_it_was(world: World) -> None:
    consent = record(world)
    first = withdraw(world, consent)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert withdraw(world, consent, how="Again") == first
    consent.refresh_from_db()
    assert consent.withdrawn_how == "Mum rang Lee: no more visits"
    assert WithdrawalDecision.objects.count() == 1


def test_withdrawn_twice_at_once_it_is_once(committed_world: World) -> None:
    world = committed_world
    work = partial(withdraw, world, record(world))
    first, second = at_once(CaseChild.objects.filter(pk=world.place.pk), work, work)
    assert isinstance(first, WithdrawalDecision)
    assert first == second
    assert Entry.objects.filter(verb="withdraw consent").count() == 1


@pytest.mark.parametrize(("changed", "field"), [({"how": " "}, "how"), ({"who": "me"}, "who")])
def test_a_withdrawal_says_who_and_how(world: World, changed: dict[str, str], field: str) -> None:
    consent = record(world)
    with pytest.raises(ValidationError) as found:
        withdraw(world, consent, **changed)
    assert list(found.value.message_dict) == [field]


def test_until_it_is_decided_whoever_sees_the_place_is_told(world: World) -> None:
    world.share(sections=["plan"])
    decision = withdraw(world, record(world))
    for viewer in (world.lead_worker, world.teacher):
        assert queries.undecided([world.place], viewer=viewer) == {world.place.pk: decision}
    assert queries.undecided([world.place], viewer=world.volunteer) == {}
    decide(world, decision, outcome="go on", basis="A court order of 3 November")
    assert queries.undecided([world.place], viewer=world.teacher) == {}
    assert queries.share_of(world.place, viewer=world.teacher)


# --- decided


def test_to_end_ends_what_is_shared_of_that_child_alone(world: World) -> None:
    share, theirs = world.share(), world.share(agency=world.charity)
    sibling = world.share(place=factories.place(world.sibling, world.case))
    decided = decide(world, withdraw(world, record(world)))
    for ended in (share, theirs):
        ended.refresh_from_db()
        assert ended.ended_at == clock.now()
        assert ended.end_reason == "The family withdrew their agreement to help"
    sibling.refresh_from_db()
    assert sibling.is_live
    assert (decided.decided_by, decided.decided_at) == (world.lead_worker, clock.now())
    assert not queries.withdrawals_due(viewer=world.lead_worker).exists()
    assert not Notification.objects.filter(url=f"/withdrawals/{decided.pk}", seen_at=None).exists()
    line = ChronologyEvent.objects.get(says="Decided after agreement to help was withdrawn")
    assert "his tutor would notice" in line.detail
    assert Entry.objects.get(verb="decide on withdrawal").reason == "Help ends"


def test_to_end_ends_what_begins_later_or_is_held_back_too(world: World) -> None:
    world.share()
    tomorrow = clock.now() + timedelta(days=1)
    world.share(agency=world.charity, starts_at=tomorrow)
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)
    decide(world, withdraw(world, record(world)))
    partners.commands.resume_agreement(world.agreement, reason="Mended", by=world.signer)
    assert not Share.objects.standing().exists()
    with clock.at(tomorrow):
        for viewer in (world.teacher, world.volunteer):
            with pytest.raises(NotVisible):
                cases.queries.record(world.child.pk, viewer=viewer)


@pytest.mark.parametrize("outcome", ["go on", "refer"])
def test_what_is_shared_stays_if_help_does_not_end(world: World, outcome: str) -> None:
    world.share()
    decide(world, withdraw(world, record(world)), outcome=outcome, basis="Section 17")
    assert Share.objects.live().exists()


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"danger": " "}, ["danger"]),
        ({"outcome": "wait"}, ["outcome"]),
        ({"outcome": "go on"}, ["basis"]),
        ({"outcome": "go on", "basis": " ", "danger": ""}, ["basis", "danger"]),
    ],
)
def test_a_decision_weighs_the_danger(
    world: World, changed: dict[str, str], fields: list[str]
) -> None:
    share, decision = world.share(), withdraw(world, record(world))
    with pytest.raises(ValidationError) as found:
        decide(world, decision, **changed)
    assert sorted(found.value.message_dict) == fields
    share.refresh_from_db()
    assert share.is_live


def test_decided_twice_at_once_it_is_decided_once(committed_world: World) -> None:
    world = committed_world
    decision = withdraw(world, record(world))
    first, second = at_once(
        WithdrawalDecision.objects.filter(pk=decision.pk),
        partial(decide, world, decision),
        partial(decide, world, decision, outcome="refer"),
    )
    assert first.outcome == second.outcome
    assert Entry.objects.filter(verb="decide on withdrawal").count() == 1


def test_a_supervisor_reads_and_does_not_decide(world: World) -> None:
    boss = factories.user(Role.SUPERVISOR, teams=(world.case.team,))
    decision = withdraw(world, record(world))
    with pytest.raises(NotAllowed):
        decide(world, decision, by=boss)
    with pytest.raises(NotVisible):
        decide(world, decision, by=world.teacher)


def test_a_case_does_not_close_before_it_is_decided(world: World) -> None:
    decision = withdraw(world, record(world))
    with pytest.raises(ValidationError) as found:
        close(world)
    assert "Decide what follows from the withdrawn agreement" in str(found.value)
    decide(world, decision)
    assert not close(world).is_open


def test_the_withdrawal_of_a_hidden_child_stands_in_nobodys_way_and_tells_of_nobody(
    world: World,
) -> None:
    withdraw(world, record(world))
    owner = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        world.child,
        owner=owner,
        why="Her mother works here",
        named=[cases.commands.Named(owner, reachable_at_any_hour=True)],
        by=world.signer,
    )
    assert cases.queries.in_the_way(world.case, viewer=world.lead_worker) == []


# --- called again


def told(user: User) -> list[str]:
    lines = Notification.objects.filter(user=user, text__contains="Agreement to help")
    return [line.text for line in lines.order_by("pk")]


def test_what_is_not_decided_is_called_again_each_day_once(world: World) -> None:
    boss = factories.user(Role.SUPERVISOR, teams=(world.case.team,))
    decision = withdraw(world, record(world))
    assert partners.tasks.remind_of_withdrawals() == 0
    for day in (1, 2):
        with clock.at(clock.now() + timedelta(days=day)):
            for user in (world.lead_worker, boss):
                for line in Notification.objects.filter(user=user, seen_at=None):
                    accounts.commands.mark_seen(line, by=user)
            assert partners.tasks.remind_of_withdrawals() == 1
            assert partners.tasks.remind_of_withdrawals() == 0
            for user in (world.lead_worker, boss):
                assert len(told(user)) == 1 + day
                assert told(user)[-1].endswith(f"{world.case.reference}: decide today, late")
    assert Entry.objects.filter(verb="remind of withdrawal").count() == 2
    with clock.at(clock.now() + timedelta(days=3)):
        decide(world, decision)
        assert partners.tasks.remind_of_withdrawals() == 0
