"""Restricted and sealed records: the named list alone sees them, at every function of the scope."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Notification, Role, Team, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.access import grants, scope
from cases.commands import Named
from cases.matching.keys import Described
from cases.models import (
    Flag,
    NamedPlace,
    Person,
    PersonUserPermission,
    Prompt,
    Restriction,
    RestrictionKind,
    Section,
    TeamPlace,
)
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def governance() -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE)


@pytest.fixture
def owner() -> User:
    return factories.user(Role.SUPERVISOR, name="Owner")


def restrict(
    child: Person, owner: User, by: User, *, kind: str = "restricted", named: tuple[Named, ...] = ()
) -> Restriction:
    first = named or (Named(owner, reachable_at_any_hour=True),)
    return cases.commands.restrict(
        child, owner=owner, why="Her mother works here", named=first, kind=kind, by=by
    )


def opens(viewer: User, child: Person) -> bool:
    """Whether the scope shows anything of the child, and that all its functions say the same."""
    answers = {
        scope.visible_to(viewer).filter(pk=child.pk).exists(),
        bool(scope.grounds(viewer, [child.pk])),
        not scope.is_hidden_from(viewer, child.pk) and _found(viewer, child),
        _found(viewer, child),
    }
    assert len(answers) == 1, f"{viewer}: the functions of the scope differ"
    return answers.pop()


def _found(viewer: User, child: Person) -> bool:
    try:
        scope.sight(viewer, child.pk)
    except NotVisible:
        return False
    return True


# --- what it closes, and to whom


def test_every_ground_but_the_list_opens_nothing_and_counts_again_when_it_is_lifted(
    owner: User, governance: User
) -> None:
    council, school = factories.agency(AgencyKind.EARLY_HELP), factories.agency(AgencyKind.SCHOOL)
    hub = factories.team(agency=council, is_hub=True)
    child, sibling = factories.child("Milo"), factories.child("Iris")
    case = factories.case(child, sibling)
    place = factories.place(child, case)
    author, seated, asked = (factories.user(Role.OFFICER) for _ in range(3))
    partner = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    contact = factories.contact(child, by=author)
    cases.commands.seat(place, seated, role="Worker", by=case.lead_worker)
    grants.open_to(hub.group, child, [Section.FULL], ground="hub", grant_ref=uuid4())
    grants.open_to(school.group, place, ["plan"], ground="share", grant_ref=uuid4())
    grants.open_to(asked, child, [Section.FULL], ground="reason", grant_ref=uuid4())
    holders = [author, seated, asked, partner, triage, case.lead_worker]
    assert all(opens(holder, child) for holder in holders)

    made = restrict(child, owner, governance)
    for holder in holders:
        assert not opens(holder, child)
        assert not scope.places_visible_to(holder).filter(person=child).exists()
        assert not scope.people_in_full(holder).filter(pk=child.pk).exists()
        with pytest.raises(NotVisible):
            scope.find_place(holder, place.pk)
        with pytest.raises(NotVisible):
            scope.sight_of(holder, place)
    with pytest.raises(NotVisible):
        cases.queries.contact(contact.pk, viewer=author)
    assert not cases.queries.contacts(viewer=author).exists()
    assert opens(owner, child)
    assert scope.sight(owner, child.pk).grounds == ("named",)
    assert scope.find_place(owner, place.pk) == place
    assert opens(case.lead_worker, sibling)

    cases.commands.lift(made, why="She has left the force", by=governance)
    assert all(opens(holder, child) for holder in holders)
    assert cases.queries.contact(contact.pk, viewer=author) == contact
    assert not opens(owner, child)


def test_a_window_that_ended_meanwhile_does_not_come_back(owner: User, governance: User) -> None:
    child, author = factories.child(), factories.user(Role.OFFICER)
    period = uuid4()
    grants.open_to(author, child, [Section.FULL], ground="reason", grant_ref=period)
    made = restrict(child, owner, governance)
    grants.end(period)
    cases.commands.lift(made, why="Over", by=governance)
    assert not opens(author, child)


def test_somebody_outside_the_lead_agency_on_the_list_sees_the_full_record(
    owner: User, governance: User
) -> None:
    health = factories.agency(AgencyKind.HEALTH)
    nurse = factories.user(Role.PARTNER_PRACTITIONER, agency=health)
    child = factories.child()
    made = restrict(child, owner, governance)
    cases.commands.add_to_list(made, nurse, by=owner)
    sight = scope.sight(nurse, child.pk)
    assert sight.everything
    assert not sight.police


def test_who_has_no_role_any_more_sees_nothing_though_named(owner: User, governance: User) -> None:
    child = factories.child()
    named = factories.user(Role.OFFICER)
    cases.commands.add_to_list(restrict(child, owner, governance), named, by=governance)
    assert opens(named, child)
    named.roles = [Role.COMMANDER]
    named.save()
    assert not opens(named, child)


STEPS = st.lists(
    st.sampled_from(["restrict", "seal", "lift", "name", "unname", "break", "reason", "hour"]),
    max_size=10,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_happens_in_whatever_order_the_policy_is_as_the_small_model_says(
    steps: list[str],
) -> None:
    with transaction.atomic():
        _play(steps)
        transaction.set_rollback(True)


def _play(steps: list[str]) -> None:
    """Play the steps for real and in a model of a few lines, and compare what each may see."""
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    owner, officer = factories.user(Role.SUPERVISOR), factories.user(Role.OFFICER)
    child = factories.child("Wren", "Hollis")
    now, kind, named = clock.now(), "", False
    reason = False
    broken_until = now
    for step in steps:
        if step == "hour":
            now += timedelta(hours=1)
        with clock.at(now):
            live = Restriction.objects.live().filter(person=child).first()
            if step == "restrict" and not live:
                restrict(child, owner, governance)
                kind = "restricted"
            elif step == "seal" and live:
                cases.commands.seal(live, why="Adopted", by=governance)
                kind, broken_until = "sealed", min(broken_until, now)
            elif step == "lift" and live:
                cases.commands.lift(live, why="Over", by=governance)
                kind, named = "", False
            elif step == "name" and live:
                cases.commands.add_to_list(live, officer, by=owner)
                named = True
            elif step == "unname" and live and named:
                place = NamedPlace.objects.get(restriction=live, user=officer, until=None)
                cases.commands.take_off_list(place, by=owner)
                named = False
            elif step == "break":
                hits = cases.commands.break_glass(
                    surname="Hollis",
                    forenames="Wren",
                    date_of_birth=child.date_of_birth,
                    reason="Missing",
                    by=officer,
                )
                assert bool(hits) == (kind == "restricted")
                broken_until = now + timedelta(hours=1) if hits else broken_until
            elif step == "reason":
                grants.open_to(officer, child, [Section.FULL], ground="reason", grant_ref=uuid4())
                reason = True
            broken = broken_until > now
            expected = {
                "": reason or broken,
                "restricted": named or broken,
                "sealed": named,
            }[kind]
            assert opens(officer, child) == expected, (step, kind, steps)
            assert opens(owner, child) == bool(kind)


# --- who may, and what is refused


def test_only_information_governance_restricts_and_only_they_and_the_owner_keep_the_list(
    owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    for other in (owner, officer):
        with pytest.raises(NotAllowed):
            restrict(child, owner, other)
    made = restrict(child, owner, governance)
    with pytest.raises(NotVisible):
        cases.commands.add_to_list(made, officer, by=officer)
    for command in (cases.commands.seal, cases.commands.lift):
        with pytest.raises(NotAllowed):
            command(made, why="Over", by=owner)
    cases.commands.add_to_list(made, officer, by=owner)
    cases.commands.add_to_list(made, officer, by=governance)
    assert made.places.filter(user=officer).count() == 1


def test_what_is_missing_or_unfit_is_said_at_its_field(owner: User, governance: User) -> None:
    child = factories.child()
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    officer, commander = factories.user(Role.OFFICER), factories.user(Role.COMMANDER)

    def refused(**said: object) -> set[str]:
        asked = {"owner": owner, "why": "Staff", "named": [Named(owner, True)]} | said
        with pytest.raises(ValidationError) as error:
            cases.commands.restrict(child, by=governance, **asked)
        return set(error.value.error_dict)

    assert refused(why="  ") == {"why"}
    assert refused(owner=teacher) == {"owner"}
    assert refused(owner=commander, named=[Named(owner, True)]) == {"owner", "named"}
    assert refused(named=[Named(owner)]) == {"named"}
    assert refused(named=[Named(officer, True)]) == {"named"}
    assert refused(named=[Named(teacher, True)]) == {"named"}
    assert not Restriction.objects.exists()


def test_a_record_is_restricted_once(owner: User, governance: User) -> None:
    child = factories.child()
    made = restrict(child, owner, governance)
    assert restrict(child, owner, governance) == made
    with pytest.raises(ValidationError, match="restricted already"):
        restrict(child, factories.user(Role.SUPERVISOR), governance)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.create(
            person=child,
            kind=RestrictionKind.SEALED,
            owner=owner,
            why="Twice",
            starts_at=clock.now(),
            made_by=governance,
        )


def test_the_list_never_loses_its_owner_nor_the_last_who_is_reachable(
    owner: User, governance: User
) -> None:
    second = factories.user(Role.SUPERVISOR)
    made = restrict(
        factories.child(), owner, governance, named=(Named(second, reachable_at_any_hour=True),)
    )
    own, last = made.places.get(user=owner), made.places.get(user=second)
    with pytest.raises(ValidationError, match="owner stays"):
        cases.commands.take_off_list(own, by=owner)
    with pytest.raises(ValidationError, match="reachable at any hour"):
        cases.commands.take_off_list(last, by=owner)
    cases.commands.add_to_list(made, owner, reachable_at_any_hour=True, by=owner)
    ended = cases.commands.take_off_list(last, by=owner)
    assert ended.until == clock.now()
    assert cases.commands.take_off_list(last, by=owner).until == ended.until
    assert not opens(second, made.person)


def test_lifted_twice_or_changed_after_that_is_said(owner: User, governance: User) -> None:
    made = restrict(factories.child(), owner, governance)
    cases.commands.lift(made, why="Over", by=governance)
    for late in (
        lambda: cases.commands.lift(made, why="Over", by=governance),
        lambda: cases.commands.seal(made, why="Adopted", by=governance),
        lambda: cases.commands.add_to_list(made, owner, by=governance),
    ):
        with pytest.raises(ValidationError, match="lifted already"):
            late()
    assert restrict(made.person, owner, governance) != made


def test_every_step_is_in_the_record_and_told_to_the_owner_without_a_name(
    owner: User, governance: User
) -> None:
    child = factories.child("Wren", "Hollis")
    made = restrict(child, owner, governance)
    cases.commands.add_to_list(made, factories.user(Role.OFFICER), by=governance)
    cases.commands.seal(made, why="Adopted", by=governance)
    cases.commands.lift(made, why="Over", by=governance)
    verbs = Entry.objects.filter(persons__contains=[child.pk]).values_list("verb", flat=True)
    assert {"restrict record", "add to list", "seal record", "lift restriction"} <= set(verbs)
    told = list(Notification.objects.filter(user=owner).values_list("text", flat=True))
    assert len(told) == 4
    assert not any("Wren" in text or child.reference in text for text in told)


def test_the_rows_of_the_list_are_as_the_list_is(owner: User, governance: User) -> None:
    made = restrict(factories.child(), owner, governance)
    officer = factories.user(Role.OFFICER)
    place = cases.commands.add_to_list(made, officer, by=owner)
    rows = PersonUserPermission.objects.filter(ground="named", until=None)
    assert set(rows.values_list("user", flat=True)) == {owner.pk, officer.pk}
    cases.commands.take_off_list(place, by=owner)
    assert set(rows.values_list("user", flat=True)) == {owner.pk}
    cases.commands.lift(made, why="Over", by=governance)
    assert not rows.exists()


# --- flags climb within the list


@pytest.fixture
def rota() -> list[User]:
    force = factories.team()
    users = [factories.user(Role.SUPERVISOR, teams=(force,)) for _ in range(4)]
    for step, user in enumerate(users):
        accounts.commands.post_duty(
            f"Post {step}", step=step, user=user, by=factories.administrator()
        )
    return users


def test_a_flag_climbs_within_the_list_alone_and_names_nothing(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child("Wren", "Hollis"), factories.user(Role.OFFICER)
    second = factories.user(Role.SUPERVISOR)
    made = restrict(child, owner, governance, named=(Named(second, reachable_at_any_hour=True),))
    cases.commands.add_to_list(made, officer, by=governance)
    factories.contact(child, by=officer, safe_now="no")
    flag = Flag.objects.get(person=child)
    assert [call.user for call in flag.calls.all()] == [second]
    with clock.at(clock.now() + timedelta(hours=5)):
        cases.commands.climb(by=accounts.commands.system())
        called = {call.user for call in flag.calls.all()}
        assert called == {second, owner}
        assert {call.step for call in flag.calls.all()} == {0, 1, 2, 3}
        for outsider in rota:
            assert not cases.queries.flags(viewer=outsider).exists()
            assert not opens(outsider, child)
    told = Notification.objects.filter(url=f"/flags/{flag.pk}")
    assert {line.user for line in told} == {second, owner}
    assert {line.text for line in told} == {"Safeguarding: somebody must answer now"}
    cases.commands.answer_flag(flag, action="Went there", by=second)
    assert opens(second, child)


def test_who_was_called_before_it_was_restricted_is_shown_it_no_more_and_the_list_is_called(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    factories.contact(child, by=officer, safe_now="no")
    flag = Flag.objects.get(person=child)
    assert cases.queries.flags(viewer=rota[0]).get() == flag
    restrict(child, owner, governance)
    assert not cases.queries.flags(viewer=rota[0]).exists()
    assert not Notification.objects.filter(user=rota[0], seen_at=None).exists()
    with pytest.raises(NotVisible):
        cases.queries.flag(flag.pk, viewer=rota[0])
    assert cases.queries.flags(viewer=owner).get() == flag
    assert Notification.objects.filter(user=owner, url=f"/flags/{flag.pk}", seen_at=None).exists()


def test_whoever_answered_before_reads_nothing_of_it_any_more(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    factories.contact(child, by=officer, safe_now="no")
    flag = Flag.objects.get(person=child)
    cases.commands.answer_flag(flag, action="Went there", by=rota[0])
    assert cases.queries.flag(flag.pk, viewer=rota[0]) == flag
    restrict(child, owner, governance)
    with pytest.raises(NotVisible):
        cases.queries.flag(flag.pk, viewer=rota[0])


def test_with_nobody_left_on_the_list_the_control_room_is_rung_and_told_no_name(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    restrict(child, owner, governance)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    factories.contact(child, by=officer, safe_now="no")
    calls = list(Flag.objects.get(person=child).calls.all())
    assert [(call.user, call.post) for call in calls] == [(None, "Control room")]
    assert calls[0].phone


def test_a_hidden_childs_prompt_waits_for_nobody_else(
    rota: list[User], owner: User, governance: User
) -> None:
    child = _ticked()
    assert cases.queries.prompts(viewer=rota[0]).exists()
    restrict(child, owner, governance)
    for viewer in rota:
        assert not cases.queries.prompts(viewer=viewer).exists()
        assert cases.queries.prompts_waiting(viewer=viewer).words == 0
    assert Prompt.objects.get().person == child


def _ticked() -> Person:
    """A child of whom another system ticked a word."""
    seen = cases.commands.ChildSeen(
        Described("Hollis", "Wren"), words=[("poor attendance", factories.indicator("SCH01"))]
    )
    told = cases.commands.Told(
        source="records system",
        source_ref="NBP-1",
        occurred_at=clock.now(),
        contact_type="Child concern",
        narrative="Ticked elsewhere",
        children=[seen],
    )
    cases.commands.record_contact(told, by=accounts.commands.system())
    return Prompt.objects.get().person


# --- a contact, a case with a hidden child and others


def test_a_siblings_chronology_keeps_no_word_of_a_contact_with_a_hidden_child(
    owner: User, governance: User
) -> None:
    author = factories.user(Role.OFFICER)
    kit, milo = factories.child("Kit"), factories.child("Milo")
    factories.contact(kit, milo, by=author, narrative="Kit and Milo ran")
    sight = scope.sight(author, milo.pk)
    assert (
        cases.queries.chronology(sight, viewer=author).filter(words__text__contains="Kit").exists()
    )
    restrict(kit, owner, governance)
    assert (
        not cases.queries.chronology(sight, viewer=author)
        .filter(words__text__contains="Kit")
        .exists()
    )


def test_a_case_with_a_hidden_child_is_reviewed_and_closed_for_the_others(
    owner: User, governance: User
) -> None:
    kit, milo = factories.child("Kit"), factories.child("Milo")
    case = factories.case(kit, milo)
    lead, place = case.lead_worker, factories.place(milo, case)
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    grants.open_to(
        school.group, factories.place(kit, case), ["plan"], ground="share", grant_ref=uuid4()
    )
    factories.contact(kit, by=factories.user(Role.OFFICER), safe_now="no")
    made = restrict(kit, owner, governance)
    cases.commands.review_case(
        case,
        held_on=clock.today(),
        attended="Mum",
        places=[(place, "Better", "I like it", "")],
        by=lead,
    )
    assert not cases.queries.in_the_way(case, viewer=lead)
    cases.commands.close_case(
        case,
        reason="needs met",
        outcome="Well",
        places=[(place, "all", "School")],
        by=lead,
    )
    cases.commands.lift(made, why="Over", by=governance)
    assert not opens(teacher, kit)


def test_who_is_not_on_the_list_gets_no_seat_and_no_action(owner: User, governance: User) -> None:
    child = factories.child()
    case = factories.case(child)
    place, other = factories.place(child, case), factories.user(Role.OFFICER)
    made = restrict(child, owner, governance)
    cases.commands.add_to_list(made, case.lead_worker, by=governance)
    with pytest.raises(ValidationError, match="named list"):
        cases.commands.seat(place, other, role="Worker", by=case.lead_worker)
    with pytest.raises(ValidationError, match="named list"):
        cases.commands.set_action(
            place, what="Call", owner=other, due_on=clock.today(), by=case.lead_worker
        )


# --- who leaves


@pytest.fixture
def team() -> Team:
    return factories.team()


@pytest.fixture
def leaver(team: Team) -> User:
    return factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, teams=(team,), name="Leaver")


@pytest.fixture
def heir(team: Team, leaver: User) -> User:
    return factories.supervisor(team)


def lines(user: User) -> list[str]:
    """What stands on a home page."""
    waiting = Notification.objects.filter(user=user, seen_at=None).order_by("pk")
    return list(waiting.values_list("text", flat=True))


def leave_team(user: User, team: Team) -> None:
    accounts.commands.leave_team(user, team, by=factories.administrator())


def leave_agency(user: User) -> None:
    accounts.commands.leave_agency(user, by=factories.administrator())


def test_who_leaves_the_agency_is_off_the_list_and_their_calls_are_the_lists(
    leaver: User, heir: User, owner: User, governance: User
) -> None:
    child = factories.child()
    # The first on the list is called first.
    made = restrict(child, leaver, governance, named=(Named(leaver, True), Named(owner, True)))
    factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    flag = Flag.objects.get(person=child)
    assert [call.user for call in flag.calls.all()] == [leaver]
    leave_agency(leaver)
    assert [place.user for place in made.places.filter(until=None)] == [owner]
    first, second = flag.calls.order_by("pk")
    assert (first.passed_at, second.user, second.step) == (clock.now(), owner, first.step)
    assert "Safeguarding: somebody must answer now" in lines(owner)
    assert lines(heir) == []
    verbs = Entry.objects.filter(persons__contains=[child.pk]).values_list("verb", flat=True)
    assert {"take off list", "hand over record"} <= set(verbs)


def test_the_record_of_an_owner_who_leaves_is_that_of_the_next_on_the_list(
    leaver: User, heir: User, owner: User, governance: User
) -> None:
    child = factories.child("Wren", "Hollis")
    made = restrict(child, leaver, governance, named=(Named(owner, True),))
    described = Described("Hollis", "Wren", child.date_of_birth)
    cases.commands.keep_searches([described], by=factories.user(Role.OFFICER))
    cases.commands.look_among_hidden(by=accounts.commands.system())
    leave_agency(leaver)
    made.refresh_from_db()
    assert made.owner == owner
    (hit,) = cases.queries.private_hits(made, viewer=owner)
    assert f"Hit {hit.reference} on record {made.reference}" in lines(owner)
    assert f"You keep the restricted record {made.reference}" in lines(owner)
    assert lines(leaver) == lines(heir) == []


def test_the_last_who_is_reachable_does_not_leave(
    leaver: User, owner: User, governance: User
) -> None:
    made = restrict(factories.child(), owner, governance, named=(Named(leaver, True),))
    with pytest.raises(ValidationError, match=f"last on the list of {made.reference}"):
        leave_agency(leaver)
    leaver.refresh_from_db()
    assert (leaver.is_active, made.places.filter(until=None).count()) == (True, 2)
    cases.commands.add_to_list(made, owner, reachable_at_any_hour=True, by=governance)
    leave_agency(leaver)
    assert [place.user for place in made.places.filter(until=None)] == [owner]


def test_nobody_who_has_left_is_put_on_a_list(owner: User, governance: User) -> None:
    made, gone = restrict(factories.child(), owner, governance), factories.user(Role.OFFICER)
    # As a page holds them that was opened before.
    stale = User.objects.get(pk=gone.pk)
    leave_agency(gone)
    with pytest.raises(ValidationError):
        cases.commands.add_to_list(made, stale, by=owner)
    with pytest.raises(ValidationError):
        restrict(factories.child(), owner, governance, named=(Named(owner, True), Named(stale)))


def test_a_team_s_supervisor_is_called_about_no_hidden_child(
    team: Team, leaver: User, heir: User, owner: User, governance: User
) -> None:
    child = factories.child()
    accounts.commands.post_duty("Duty", step=0, user=leaver, by=factories.administrator())
    factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    restrict(child, owner, governance)
    leave_team(leaver, team)
    flag = Flag.objects.get(person=child)
    assert [(call.user, call.passed_at) for call in flag.calls.all()] == [(leaver, None)]
    assert lines(heir) == []


def test_what_a_leaver_held_of_a_hidden_child_is_the_owners_and_no_word_tells_of_it(
    team: Team, leaver: User, heir: User, owner: User, governance: User
) -> None:
    child = factories.child()
    case = factories.case(child, team=team, lead_worker=leaver)
    action = cases.commands.set_action(
        case.places.get(), what="Call", owner=leaver, due_on=clock.today(), by=leaver
    )
    made = restrict(child, owner, governance)
    leave_team(leaver, team)
    action.refresh_from_db()
    seats = TeamPlace.objects.filter(until=None)
    assert (action.owner, [seat.user for seat in seats]) == (owner, [owner])
    case.refresh_from_db()
    assert (case.lead_worker, lines(heir), opens(heir, child)) == (heir, [], False)
    cases.commands.lift(made, why="Over", by=governance)
    assert opens(heir, child)


def test_who_keeps_a_record_keeps_what_is_theirs_of_it_beyond_a_team(
    team: Team, leaver: User, heir: User, governance: User
) -> None:
    child = factories.child()
    case = factories.case(child, team=team, lead_worker=leaver)
    restrict(child, leaver, governance)
    leave_team(leaver, team)
    assert [seat.user for seat in TeamPlace.objects.filter(until=None)] == [leaver]
    case.refresh_from_db()
    assert (case.lead_worker, lines(heir)) == (heir, [])
