"""Who leaves holds nothing in that second, and nothing is left without somebody: asked over HTTP."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, DutyPost, Membership, Role, Team, User
from audit.denied import NotVisible
from audit.models import Entry
from cases.access import scope
from cases.models import (
    Action,
    Case,
    ChronologyEvent,
    DutyCall,
    Flag,
    PersonUserPermission,
    PlaceUserPermission,
    TeamPlace,
)
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("held_clock")
Signed = Callable[[User], Client]


@pytest.fixture
def team(db: None) -> Team:
    return factories.team()


@pytest.fixture
def leaver(team: Team) -> User:
    """A lead worker who is on duty too, so that flags call them."""
    return factories.user(Role.LEAD_WORKER, Role.SUPERVISOR, teams=(team,))


def let_go(user: User, team: Team) -> None:
    accounts.commands.leave_team(user, team, by=factories.administrator())


def let_go_of_agency(user: User) -> None:
    accounts.commands.leave_agency(user, by=factories.administrator())


def open_action(case: Case, owner: User) -> Action:
    place = case.places.first()
    return cases.commands.set_action(
        place, what="Call", owner=owner, due_on=clock.today(), by=case.lead_worker
    )


def raise_flag(child: object, called: User) -> Flag:
    accounts.commands.post_duty("Duty", step=0, user=called, by=factories.administrator())
    factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    flag = Flag.objects.get()
    assert [call.user for call in flag.calls.all()] == [called]
    return flag


def test_everything_passes_to_the_supervisor_and_the_leaver_sees_nothing(
    team: Team, leaver: User, signed_in: Signed
) -> None:
    child = factories.child()
    case = factories.case(child, team=team, lead_worker=leaver)
    action, flag = open_action(case, leaver), raise_flag(child, leaver)
    # The lead agency's staff who made no contact of their own see the child by the team alone.
    pages = [
        f"/cases/{case.reference}", f"/children/{child.pk}", f"/actions/{action.pk}",
        f"/flags/{flag.pk}",
    ]  # fmt: skip
    client = signed_in(leaver)
    assert {client.get(page).status_code for page in pages} == {200}
    assert child.surname in client.get("/").content.decode()
    heir = factories.supervisor(team)
    let_go(leaver, team)
    assert {client.get(page).status_code for page in pages} == {404}
    assert child.surname not in client.get("/").content.decode()
    assert f"F-{flag.pk}" not in client.get("/").content.decode()
    assert "Robin" not in client.get("/flags").content.decode()
    theirs = signed_in(heir)
    assert {theirs.get(page).status_code for page in pages} == {200}
    home = theirs.get("/").content.decode()
    assert f"Safeguarding flag F-{flag.pk}: answer now" in home
    assert f"You are lead worker of {case.reference}" in home
    case.refresh_from_db()
    assert case.lead_worker == heir
    assert cases.queries.actions(viewer=heir).get().pk == action.pk
    assert TeamPlace.objects.get(until=None).user == heir


def test_a_new_period_begins_and_the_old_one_has_ended(team: Team, leaver: User) -> None:
    case = factories.case(factories.child(), team=team)
    action = open_action(case, leaver)
    before = action.grant_ref
    heir = factories.supervisor(team)
    let_go(leaver, team)
    action.refresh_from_db()
    assert (action.owner, action.grant_ref != before) == (heir, True)
    assert not PlaceUserPermission.objects.filter(scope.live(), grant_ref=before).exists()
    (row,) = PlaceUserPermission.objects.filter(scope.live(), grant_ref=action.grant_ref)
    assert row.user == heir
    assert cases.commands.complete_action(action, came_of_it="Rang", by=heir).done_by == heir


def test_a_call_is_passed_on_at_its_step_and_its_history_stays(team: Team, leaver: User) -> None:
    flag = raise_flag(factories.child(), leaver)
    heir = factories.supervisor(team)
    let_go(leaver, team)
    first, second = flag.calls.all()
    assert (first.user, first.passed_at, second.user, second.step) == (
        leaver, clock.now(), heir, 0,
    )  # fmt: skip
    # The step has been called: the climb goes on from the next one alone.
    assert cases.commands.climb(by=accounts.commands.system()) == 0
    done = cases.commands.answer_flag(flag, action="Went there", by=heir)
    assert not PersonUserPermission.objects.filter(scope.live(), user__in=[leaver, heir]).exists()
    # What became of the call is no more for who left.
    assert cases.queries.flag(done.pk, viewer=heir) == done
    with pytest.raises(NotVisible):
        cases.queries.flag(done.pk, viewer=leaver)


def test_each_is_in_the_chronology_and_in_the_record_of_use(team: Team, leaver: User) -> None:
    child = factories.child()
    case = factories.case(child, team=team, lead_worker=leaver)
    open_action(case, leaver)
    factories.supervisor(team)
    last = Entry.objects.latest("pk").pk
    let_go(leaver, team)
    says = set(ChronologyEvent.objects.filter(person=child).values_list("says", flat=True))
    assert {f"Case {case.reference} has a new lead worker", "Action passed on"} <= says
    verbs = Entry.objects.filter(pk__gt=last).values_list("verb", flat=True)
    assert {"leave team", "hand over case", "hand over action", "hand over seat"} <= set(verbs)


def test_without_a_supervisor_nobody_leaves_what_they_hold(
    team: Team, leaver: User, signed_in: Signed
) -> None:
    case = factories.case(factories.child(), team=team, lead_worker=leaver)
    open_action(case, leaver)
    with pytest.raises(ValidationError) as refused:
        let_go(leaver, team)
    (said,) = refused.value.messages
    assert f"the lead of {case.reference}, an action in {case.reference}" in said
    assert f"Name the supervisor of {team} first" in said
    assert leaver.memberships.filter(until=None).exists()
    assert signed_in(leaver).get(f"/cases/{case.reference}").status_code == 200
    assert not Entry.objects.filter(verb="leave team").exists()


def test_who_holds_nothing_leaves_without_a_supervisor(team: Team, leaver: User) -> None:
    let_go(leaver, team)
    let_go(leaver, team)
    assert Entry.objects.filter(verb="leave team").count() == 1


def test_a_supervisor_who_may_not_answer_a_flag_is_given_none(team: Team, leaver: User) -> None:
    flag = raise_flag(factories.child(), leaver)
    factories.supervisor(team, Role.LEAD_WORKER)
    with pytest.raises(ValidationError, match=f"may not answer a flag.*flag F-{flag.pk}"):
        let_go(leaver, team)


def test_the_supervisor_of_a_team_that_runs_cases_can_lead_them(team: Team, leaver: User) -> None:
    factories.case(factories.child(), team=team, lead_worker=leaver)
    with pytest.raises(ValidationError) as refused:
        factories.supervisor(team, Role.SUPERVISOR)
    assert "supervisor" in refused.value.message_dict


def test_a_supervisor_who_leaves_hands_over_to_nobody(team: Team) -> None:
    heir = factories.supervisor(team)
    factories.case(factories.child(), team=team, lead_worker=heir)
    with pytest.raises(ValidationError, match="nobody to take over"):
        let_go(heir, team)
    team.refresh_from_db()
    assert team.supervisor == heir


def test_what_is_held_in_another_team_s_cases_stays(team: Team, leaver: User) -> None:
    other = factories.team()
    accounts.commands.join_team(leaver, other, by=factories.administrator())
    kept = factories.case(factories.child("Sam"), team=other, lead_worker=leaver)
    theirs = factories.child("Kay")
    factories.case(theirs, team=team, lead_worker=leaver)
    flag = raise_flag(kept.places.get().person, leaver)
    factories.supervisor(team)
    let_go(leaver, team)
    kept.refresh_from_db()
    assert kept.lead_worker == leaver
    # They are on duty still, and the child is none of the team's that they left.
    assert flag.calls.get().passed_at is None
    assert not scope.visible_to(leaver).filter(pk=theirs.pk).exists()


def test_a_partner_s_team_hands_over_what_partners_see(db: None) -> None:
    team = factories.team(agency=factories.agency(AgencyKind.EARLY_HELP))
    leaver = factories.user(Role.LEAD_WORKER, agency=team.agency, teams=(team,))
    child = factories.child()
    case = factories.case(child, team=team, lead_worker=leaver)
    open_action(case, leaver)
    heir = factories.supervisor(team, Role.LEAD_WORKER)
    let_go(leaver, team)
    sight = cases.queries.record(child.pk, viewer=heir)
    assert sight.shows("plan")
    assert not sight.everything
    assert not scope.visible_to(leaver).exists()


def test_two_who_let_the_same_person_go_at_once_hand_over_once(committing: None) -> None:
    team = factories.team()
    leaver = factories.user(Role.LEAD_WORKER, teams=(team,))
    case = factories.case(factories.child(), team=team, lead_worker=leaver)
    action = open_action(case, leaver)
    heir = factories.supervisor(team)
    go = [lambda: let_go(leaver, team)] * 2
    assert at_once(User.objects.filter(pk=leaver.pk), *go) == [None, None]
    assert Action.objects.get(pk=action.pk).owner == heir
    assert Entry.objects.filter(verb="hand over action").count() == 1


def test_of_a_leaver_and_the_supervisor_at_once_one_stays_with_the_work(committing: None) -> None:
    team = factories.team()
    leaver = factories.user(Role.LEAD_WORKER, teams=(team,))
    case = factories.case(factories.child(), team=team, lead_worker=leaver)
    heir = factories.supervisor(team)
    answers = at_once(
        Team.objects.filter(pk=team.pk), lambda: let_go(leaver, team), lambda: let_go(heir, team)
    )
    assert sum(isinstance(each, ValidationError) for each in answers) == 1
    case.refresh_from_db()
    still_there = Membership.objects.filter(team=team, until=None).values_list("user", flat=True)
    assert list(still_there) == [case.lead_worker_id]


def test_a_case_opened_as_its_lead_worker_leaves_is_not_left_alone(committing: None) -> None:
    team = factories.team()
    leaver = factories.user(Role.LEAD_WORKER, teams=(team,))
    heir, child = factories.supervisor(team), factories.child()
    by = factories.administrator()
    answers = at_once(
        User.objects.filter(pk=leaver.pk),
        lambda: let_go(leaver, team),
        lambda: cases.commands.open_case(
            "Example", children=[child], team=team, lead_worker=leaver, by=by
        ),
    )
    opened = Case.objects.first()
    # Opened first: the supervisor leads it. Left first: it is not opened.
    assert (opened.lead_worker == heir) if opened else isinstance(answers[1], ValidationError)


# --- leaving the agency


def test_who_leaves_the_agency_is_shut_out_in_that_second(
    team: Team, leaver: User, signed_in: Signed
) -> None:
    child = factories.child()
    case = factories.case(child, team=team, lead_worker=leaver)
    flag = raise_flag(child, leaver)
    factories.contact(factories.child("Own"), by=leaver)
    heir = factories.supervisor(team)
    client = signed_in(leaver)
    assert client.get(f"/cases/{case.reference}").status_code == 200
    let_go_of_agency(leaver)
    # The session is still in the browser: it is nobody's.
    for path in ("/", f"/cases/{case.reference}", f"/flags/{flag.pk}"):
        assert client.get(path)["Location"].startswith("/sign-in?")
    typed = {"username": leaver.username, "password": factories.PASSWORD}
    assert Client().post("/sign-in", typed).status_code == 422
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert not leaver.groups.exists()
    assert not leaver.memberships.filter(until=None).exists()
    assert not DutyPost.objects.filter(user=leaver, ended_at=None).exists()
    for rows in (PersonUserPermission, PlaceUserPermission):
        assert not rows.objects.filter(scope.live(), user=leaver).exists()
    assert DutyCall.objects.get(passed_at=None).user == heir
    let_go_of_agency(leaver)
    assert Entry.objects.filter(verb="leave agency").count() == 1


def test_a_teacher_s_actions_and_seat_are_the_lead_worker_s(team: Team) -> None:
    case = factories.case(factories.child(), team=team)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL))
    action = open_action(case, teacher)
    cases.commands.seat(case.places.get(), teacher, role="tutor", by=case.lead_worker)
    let_go_of_agency(teacher)
    action.refresh_from_db()
    assert action.owner == case.lead_worker
    assert not TeamPlace.objects.filter(user=teacher, until=None).exists()
    assert TeamPlace.objects.filter(user=case.lead_worker, until=None).count() == 1


def test_who_is_called_and_in_no_team_does_not_leave(db: None) -> None:
    sergeant = factories.user(Role.SUPERVISOR)
    flag = raise_flag(factories.child(), sergeant)
    with pytest.raises(ValidationError, match=f"flag F-{flag.pk}"):
        let_go_of_agency(sergeant)
    sergeant.refresh_from_db()
    assert sergeant.is_active
    cases.commands.answer_flag(flag, action="Went there", by=sergeant)
    let_go_of_agency(sergeant)


def test_work_is_given_to_nobody_who_has_left(team: Team, leaver: User) -> None:
    case = factories.case(factories.child(), team=team)
    let_go_of_agency(leaver)
    with pytest.raises(ValidationError) as refused:
        open_action(case, leaver)
    assert "owner" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        cases.commands.seat(case.places.get(), leaver, role="friend", by=case.lead_worker)
    assert "user" in refused.value.message_dict


def test_an_hour_later_the_next_step_is_called_all_the_same(team: Team, leaver: User) -> None:
    flag = raise_flag(factories.child(), leaver)
    inspector = factories.user(Role.SUPERVISOR)
    accounts.commands.post_duty("Next", step=1, user=inspector, by=factories.administrator())
    factories.supervisor(team)
    let_go(leaver, team)
    with clock.at(clock.now() + timedelta(minutes=16)):
        cases.commands.climb(by=accounts.commands.system())
    assert flag.calls.last().user == inspector


# --- other roles


def give(user: User, *roles: Role) -> None:
    accounts.commands.give_roles(user, roles, by=factories.administrator())


def test_whoever_may_lead_no_more_leads_nothing_in_that_second(
    team: Team, leaver: User, signed_in: Signed
) -> None:
    case = factories.case(factories.child(), team=team, lead_worker=leaver)
    action = open_action(case, leaver)
    other = factories.case(factories.child("Kay"), team=team)
    theirs = open_action(other, leaver)
    heir = factories.supervisor(team)
    give(leaver, Role.COMMANDER)
    for each, owner in ((action, heir), (theirs, other.lead_worker)):
        each.refresh_from_db()
        assert each.owner == owner
    case.refresh_from_db()
    assert case.lead_worker == heir
    assert TeamPlace.objects.get(place__case=case, until=None).user == heir
    assert not PlaceUserPermission.objects.filter(scope.live(), user=leaver).exists()
    assert f"You are lead worker of {case.reference}" in signed_in(heir).get("/").content.decode()
    assert {"hand over case", "hand over action", "hand over seat", "give roles"} <= set(
        Entry.objects.values_list("verb", flat=True)
    )


def test_what_the_roles_still_allow_stays(team: Team, leaver: User) -> None:
    case = factories.case(factories.child(), team=team, lead_worker=leaver)
    action = open_action(case, leaver)
    factories.supervisor(team)
    give(leaver, Role.LEAD_WORKER)
    case.refresh_from_db()
    assert case.lead_worker == leaver
    # A practitioner does actions and leads nothing.
    give(leaver, Role.PARTNER_PRACTITIONER)
    for each in (case, action):
        each.refresh_from_db()
    assert (case.lead_worker != leaver, action.owner) == (True, leaver)
    assert not TeamPlace.objects.filter(user=leaver, until=None).exists()


def test_roles_stay_while_nobody_can_take_the_cases_over(
    team: Team, leaver: User, signed_in: Signed
) -> None:
    case = factories.case(factories.child(), team=team, lead_worker=leaver)
    for supervisor in (None, leaver):
        if supervisor:
            accounts.commands.name_supervisor(team, supervisor, by=factories.administrator())
        with pytest.raises(ValidationError) as refused:
            give(leaver, Role.OFFICER)
        (said,) = refused.value.message_dict["roles"]
        assert f"Name the supervisor of {team} first" in said
        assert f"the lead of {case.reference}" in said
    leaver.refresh_from_db()
    assert Role.LEAD_WORKER in leaver.roles
    sent = {"change": "roles", "roles": ["officer"]}
    answer = signed_in(factories.administrator()).post(f"/people/{leaver.pk}", sent)
    assert (answer.status_code, list(answer.context["roles"].errors)) == (422, ["roles"])


def test_a_call_to_who_may_answer_no_more_is_passed_on(team: Team, leaver: User) -> None:
    flag = raise_flag(factories.child(), leaver)
    give(leaver, Role.LEAD_WORKER, Role.SUPERVISOR)
    assert flag.calls.get().passed_at is None
    heir = factories.supervisor(team)
    give(leaver, Role.OFFICER)
    assert [call.user for call in flag.calls.filter(passed_at=None)] == [heir]
