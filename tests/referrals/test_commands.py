"""Referring, and deciding: the clock, who is told, what the hub sees and for how long."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import accounts.queries
import cases.commands
import cases.queries
import clock
import referrals.commands
import referrals.queries
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.access import scope
from cases.models import Case, ChronologyEvent, Contact, Handling, Person
from referrals.models import Referral, State
from tests import factories
from tests.races import at_once, in_turn
from tests.referrals.conftest import World

DECISIONS = {
    "decline": (referrals.commands.decline, State.DECLINED, "declined"),
    "return": (
        referrals.commands.return_for_information,
        State.RETURNED,
        "returned for information",
    ),
}


def sees_in_full(user: User, child: Person) -> bool:
    try:
        return scope.sight(user, child.pk).everything
    except NotVisible:
        return False


def lines(child: Person) -> list[str]:
    events = ChronologyEvent.objects.filter(person=child, kind="referral")
    return list(events.order_by("pk").values_list("says", flat=True))


def told(user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", "url"))


# --- make


def test_a_referral_is_due_one_working_day_after_it_arrived(world: World) -> None:
    made = world.refer()
    assert made.made_at == clock.now()
    assert made.due_at == datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
    assert (made.state, made.made_by, made.agency) == (
        "waiting",
        world.officer,
        world.officer.agency,
    )
    assert [row.person for row in made.children.order_by("pk")] == [world.child, world.sibling]


def test_a_referral_on_a_friday_evening_is_due_on_monday_afternoon(world: World) -> None:
    with clock.at(datetime(2026, 11, 27, 20, 0, tzinfo=UTC)):
        assert world.refer().due_at == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def test_the_hub_sees_the_children_in_full_from_then_on(world: World) -> None:
    assert not sees_in_full(world.triager, world.child)
    world.refer(children=[world.child])
    assert sees_in_full(world.triager, world.child)
    assert scope.sight(world.triager, world.child.pk).grounds == ("hub",)
    assert not sees_in_full(world.triager, world.sibling)


def test_each_childs_chronology_says_so_and_keeps_the_reason_for_the_full_record(
    world: World,
) -> None:
    made = world.refer()
    for child in (world.child, world.sibling):
        event = ChronologyEvent.objects.get(person=child, kind="referral")
        assert event.says == f"Referral {made.reference} made"
        assert event.detail == "Out late, hungry, and asks for help"
        assert (event.contact, event.police_only) == (world.contact, False)


def test_a_referral_of_a_police_only_contact_stays_with_police(world: World) -> None:
    contact = factories.contact(world.child, by=world.officer, handling=Handling.POLICE_ONLY)
    referral = world.refer(contact=contact, children=[world.child])
    referrals.commands.decline(referral, reason="Known", answer="Thank you", by=world.triager)
    events = ChronologyEvent.objects.filter(person=world.child, kind="referral")
    assert [event.police_only for event in events] == [True, True]


def test_it_leaves_one_audit_entry_of_its_own(world: World) -> None:
    made = world.refer()
    entry = Entry.objects.get(verb="make referral")
    assert (entry.kind, entry.username) == ("collection", world.officer.username)
    assert entry.records == {"referral": made.pk}
    assert entry.persons == [world.child.pk, world.sibling.pk]


def test_everybody_in_the_hub_who_decides_is_told(world: World) -> None:
    second = factories.user(Role.TRIAGE_WORKER, teams=(world.hub,))
    elsewhere = factories.user(Role.TRIAGE_WORKER)
    listener = factories.user(Role.PARTNER_PRACTITIONER, teams=(world.hub,))
    gone = factories.user(Role.TRIAGE_WORKER, teams=(world.hub,))
    accounts.commands.leave_team(gone, world.hub, by=factories.administrator())
    asleep = factories.user(Role.TRIAGE_WORKER, teams=(world.hub,))
    User.objects.filter(pk=asleep.pk).update(is_active=False)
    made = world.refer()
    line = (f"Referral {made.reference} waits for a decision", f"/referrals/{made.reference}")
    assert told(world.triager) == told(second) == [line]
    assert [told(user) for user in (elsewhere, listener, gone, asleep)] == [[], [], [], []]


def test_once_decided_it_waits_on_nobodys_home_page_and_the_referrer_hears(world: World) -> None:
    second = factories.user(Role.TRIAGE_WORKER, teams=(world.hub,))
    made = world.refer()
    referrals.commands.decline(made, reason="Met", answer="They have help", by=world.triager)
    for user in (world.triager, second):
        assert not accounts.queries.notifications(viewer=user).exists()
    heard = accounts.queries.notifications(viewer=world.officer)
    assert [line.text for line in heard] == [f"Referral {made.reference} declined"]


def test_only_a_role_that_refers_may(world: World) -> None:
    world.officer.roles = [Role.COMMANDER]
    with pytest.raises(NotAllowed):
        world.refer()


def test_a_child_out_of_ground_is_not_there(world: World) -> None:
    stranger = factories.child("Kim")
    with pytest.raises(NotVisible) as refused:
        world.refer(contact=None, children=[world.child, stranger])
    assert refused.value.about == {"child": str(stranger.pk)}


def test_a_contact_out_of_ground_is_not_there(world: World) -> None:
    other = factories.contact(factories.child("Kim"), world.child, by=factories.user(Role.OFFICER))
    with pytest.raises(NotVisible) as refused:
        world.refer(contact=other, children=[world.child])
    assert refused.value.about == {"contact": str(other.pk)}


def test_a_contact_in_a_full_record_may_be_referred_by_a_colleague(world: World) -> None:
    colleague = factories.user(Role.OFFICER)
    factories.contact(world.child, world.sibling, by=colleague)
    assert world.refer(by=colleague).contact == world.contact


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"children": []}, "children"),
        ({"reason": "  "}, "reason"),
        ({"agreed": "perhaps"}, "agreed"),
        ({"agreed": ""}, "agreed"),
        ({"agreed": "no"}, "agreed_why_not"),
        ({"agreed": "not asked", "agreed_why_not": " "}, "agreed_why_not"),
    ],
)
def test_what_is_missing_is_said_at_the_field(
    world: World, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        world.refer(**changed)
    assert list(refused.value.message_dict) == [field]
    assert not Referral.objects.exists()
    assert not Entry.objects.filter(verb="make referral").exists()


def test_why_the_family_was_not_asked_is_kept(world: World) -> None:
    made = world.refer(agreed="not asked", agreed_why_not="It would not be safe to tell them")
    assert (made.agreed, made.agreed_why_not) == ("not asked", "It would not be safe to tell them")


def test_the_children_are_those_of_the_contact(world: World) -> None:
    third = factories.child("Kim")
    factories.contact(third, by=world.officer)
    with pytest.raises(ValidationError) as refused:
        world.refer(children=[world.child, third])
    assert list(refused.value.message_dict) == ["children"]


def test_a_referral_needs_no_contact(world: World) -> None:
    made = world.refer(contact=None)
    assert made.contact is None
    assert not ChronologyEvent.objects.filter(kind="referral", police_only=True).exists()


def test_a_child_named_twice_is_in_it_once(world: World) -> None:
    made = world.refer(children=[world.child, world.child])
    assert [row.person for row in made.children.all()] == [world.child]


def test_without_a_hub_it_says_what_to_do(world: World) -> None:
    world.hub.is_hub = False
    world.hub.save()
    with pytest.raises(ValidationError, match="Ask your administrator"):
        world.refer()


def test_sent_twice_it_is_one(world: World) -> None:
    first = world.refer()
    assert world.refer(reason="Sent again") == first
    assert world.refer(children=[world.child]) == first
    assert len(told(world.triager)) == 1
    assert lines(world.child) == [f"Referral {first.reference} made"]


def test_sent_twice_without_a_contact_it_is_one_by_its_words_and_children(world: World) -> None:
    first = world.refer(contact=None)
    assert world.refer(contact=None) == first
    assert world.refer(contact=None, reason="Another worry") != first
    assert world.refer(contact=None, children=[world.child]) == first
    other = factories.user(Role.OFFICER)
    factories.contact(world.child, world.sibling, by=other)
    assert world.refer(contact=None, by=other) != first


def test_what_waits_from_somebody_else_is_named_and_no_words_are_lost(world: World) -> None:
    colleague = factories.user(Role.OFFICER)
    factories.contact(world.child, world.sibling, by=colleague)
    first = world.refer()
    with pytest.raises(ValidationError) as refused:
        world.refer(by=colleague)
    (message,) = refused.value.messages
    assert message.startswith(
        f"Olu Officer has already referred this contact: {first.reference}, "
        "made on 24 November 2026 at 10:30"
    )


def test_a_child_left_out_of_what_waits_is_not_passed_over_in_silence(world: World) -> None:
    world.refer(children=[world.child])
    with pytest.raises(ValidationError, match="has already referred this contact"):
        world.refer(children=[world.child, world.sibling])


def test_sent_twice_at_once_it_is_one(committed_world: World) -> None:
    contact = Contact.objects.filter(pk=committed_world.contact.pk)
    first, second = at_once(contact, committed_world.refer, committed_world.refer)
    assert isinstance(first, Referral)
    assert first == second
    assert Referral.objects.count() == 1


def test_sent_twice_at_once_without_a_contact_it_is_one(committed_world: World) -> None:
    refer = partial(committed_world.refer, contact=None)
    author = User.objects.filter(pk=committed_world.officer.pk)
    first, second = at_once(author, refer, refer)
    assert isinstance(first, Referral)
    assert first == second


# --- accept


def test_accepting_opens_a_case_with_a_place_for_each_child(world: World) -> None:
    referral = world.refer()
    case = world.accept(referral)
    assert (case.family_name, case.team, case.lead_worker) == (
        "Example",
        world.team,
        world.lead_worker,
    )
    assert {place.person for place in case.places.all()} == {world.child, world.sibling}
    referral.refresh_from_db()
    assert (referral.state, referral.case, referral.decided_by) == ("accepted", case, world.triager)
    assert referral.decided_at == clock.now()
    assert (referral.decision_reason, referral.answer) == (
        "Help is needed now",
        "Thank you: a case opens today",
    )


def test_the_children_pass_from_the_hub_to_the_team(world: World) -> None:
    referral = world.refer()
    assert not sees_in_full(world.lead_worker, world.child)
    world.accept(referral)
    assert sees_in_full(world.lead_worker, world.child)
    with pytest.raises(NotVisible):
        scope.sight(world.triager, world.child.pk)


def test_accepting_leaves_its_audit_entry(world: World) -> None:
    referral = world.refer()
    case = world.accept(referral)
    entry = Entry.objects.get(verb="accept referral")
    assert entry.records == {"referral": referral.pk, "case": case.pk}
    assert (entry.kind, entry.ground, entry.username) == (
        "alteration",
        "hub",
        world.triager.username,
    )
    assert entry.persons == [world.child.pk, world.sibling.pk]
    assert entry.reason == ""


def test_a_referral_is_accepted_once_and_the_second_hears_who_was_faster(world: World) -> None:
    referral = world.refer()
    world.accept(referral)
    with clock.at(clock.now() + timedelta(minutes=5)), pytest.raises(ValidationError) as refused:
        world.accept(referral, by=factories.user(Role.TRIAGE_WORKER, teams=(world.hub,)))
    assert refused.value.messages == [
        f"Tia Triage has already decided {referral.reference}, on 24 November 2026 at 10:30: "
        "accepted."
    ]
    assert Case.objects.count() == 1


def test_accepted_twice_at_once_one_case_opens(committed_world: World) -> None:
    referral = committed_world.refer()
    accept = partial(committed_world.accept, referral)
    answers = at_once(Referral.objects.filter(pk=referral.pk), accept, accept)
    assert sorted(type(answer).__name__ for answer in answers) == ["Case", "ValidationError"]
    assert Case.objects.count() == 1


def test_accepted_and_declined_at_once_one_decision_stands(committed_world: World) -> None:
    referral = committed_world.refer()
    decline = partial(
        referrals.commands.decline, referral, reason="No", answer="No", by=committed_world.triager
    )
    accept = partial(committed_world.accept, referral)
    answers = at_once(Referral.objects.filter(pk=referral.pk), accept, decline)
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 1
    accepted = Referral.objects.get().state == State.ACCEPTED
    assert Case.objects.count() == (1 if accepted else 0)
    assert len(told(committed_world.officer)) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"answer": ""}, "answer"),
        ({"family_name": " "}, "family_name"),
    ],
)
def test_accepting_says_what_is_missing_at_the_field(
    world: World, changed: dict[str, object], field: str
) -> None:
    referral = world.refer()
    with pytest.raises(ValidationError) as refused:
        world.accept(referral, **changed)
    assert list(refused.value.message_dict) == [field]
    referral.refresh_from_db()
    assert referral.is_waiting
    assert sees_in_full(world.triager, world.child)


def test_the_hub_hands_cases_on(world: World) -> None:
    hub_lead = factories.user(Role.LEAD_WORKER, teams=(world.hub,))
    with pytest.raises(ValidationError) as refused:
        world.accept(world.refer(), team=world.hub, lead_worker=hub_lead)
    assert list(refused.value.message_dict) == ["team"]


def test_the_lead_worker_is_in_the_team(world: World) -> None:
    outsider = factories.user(Role.LEAD_WORKER, name="Outi", teams=(factories.team(),))
    with pytest.raises(ValidationError) as refused:
        world.accept(world.refer(), lead_worker=outsider)
    assert refused.value.message_dict == {
        "lead_worker": ["Choose somebody else: Outi is not in Early help team."]
    }


def test_the_lead_worker_may_lead(world: World) -> None:
    member = factories.user(Role.OFFICER, name="Mo", teams=(world.team,))
    with pytest.raises(ValidationError) as refused:
        world.accept(world.refer(), lead_worker=member)
    assert refused.value.message_dict == {
        "lead_worker": ["Choose somebody else: Mo can't lead a case."]
    }


def test_a_team_of_another_agency_may_run_the_case(world: World) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    team = factories.team(agency=school)
    teacher = factories.user(Role.LEAD_WORKER, agency=school, teams=(team,))
    assert world.accept(world.refer(), team=team, lead_worker=teacher).team == team


# --- decline, return


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_ends_the_hubs_sight_and_answers_the_referrer(
    world: World, decision: str
) -> None:
    decide, state, words = DECISIONS[decision]
    referral = world.refer()
    decided = decide(referral, reason="Not now", answer="Here is why", by=world.triager)
    assert (decided.state, decided.decided_by, decided.case) == (state, world.triager, None)
    with pytest.raises(NotVisible):
        scope.sight(world.triager, world.child.pk)
    line = f"Referral {referral.reference} {words}"
    assert told(world.officer) == [(line, f"/referrals/{referral.reference}")]
    assert lines(world.child)[-1] == lines(world.sibling)[-1] == line
    assert Entry.objects.filter(
        verb=f"{decision} referral", username=world.triager.username
    ).exists()
    for reader in (world.officer, world.triager):
        read = referrals.queries.referral(referral.pk, viewer=reader)
        assert (read.decision_reason, read.answer) == ("Not now", "Here is why")


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_needs_a_reason_and_an_answer(world: World, decision: str) -> None:
    decide, _, _ = DECISIONS[decision]
    referral = world.refer()
    with pytest.raises(ValidationError) as refused:
        decide(referral, reason=" ", answer="", by=world.triager)
    assert set(refused.value.message_dict) == {"reason", "answer"}
    referral.refresh_from_db()
    assert referral.is_waiting


def test_the_answer_and_the_reason_stand_in_the_chronology(world: World) -> None:
    referral = world.refer()
    referrals.commands.decline(referral, reason="Known", answer="Thank you", by=world.triager)
    sight = scope.sight(world.officer, world.child.pk)
    newest = cases.queries.chronology(sight, viewer=world.officer).first()
    assert newest is not None
    assert newest.detail == "Known\n\nAnswer: Thank you"


def test_what_was_returned_may_be_referred_again(world: World) -> None:
    first = world.refer()
    referrals.commands.return_for_information(
        first, reason="Too little", answer="Which school?", by=world.triager
    )
    second = world.refer(reason="Northfield Academy")
    assert second != first
    assert sees_in_full(world.triager, world.child)


@pytest.mark.parametrize("decision", DECISIONS)
def test_deciding_takes_the_role_and_the_hub(world: World, decision: str) -> None:
    decide, _, _ = DECISIONS[decision]
    referral = world.refer()
    said = {"reason": "No", "answer": "No"}
    member = factories.user(Role.OFFICER, teams=(world.hub,))
    with pytest.raises(NotAllowed):
        decide(referral, **said, by=member)
    with pytest.raises(NotVisible):
        decide(referral, **said, by=factories.user(Role.TRIAGE_WORKER))
    accounts.commands.leave_team(world.triager, world.hub, by=factories.administrator())
    with pytest.raises(NotVisible):
        decide(referral, **said, by=world.triager)


def test_accepting_takes_the_role_and_the_hub(world: World) -> None:
    referral = world.refer()
    with pytest.raises(NotAllowed):
        world.accept(referral, by=world.officer)
    with pytest.raises(NotVisible):
        world.accept(referral, by=factories.user(Role.TRIAGE_WORKER))


def test_a_referral_made_as_the_record_closes_is_refused(committed_world: World) -> None:
    """It waits for the child's record, and finds it closed: nothing waits that nobody is told of."""
    child, keeper = committed_world.child, factories.user(Role.SUPERVISOR, Role.LEAD_WORKER)
    closes = partial(
        cases.commands.restrict,
        child,
        owner=keeper,
        why="A witness",
        named=[cases.commands.Named(keeper, reachable_at_any_hour=True)],
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )
    record = Person.objects.filter(pk=child.pk)
    _, refused = in_turn(record, closes, committed_world.refer)
    assert "children" in refused.message_dict
    assert not Referral.objects.exists()
