"""A family's case: a place for each child, a team, actions, and nothing of a sibling by the way."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import Agency, AgencyKind, Role
from audit.denied import NotAllowed, NotVisible
from cases.models import Action, CaseChild
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")


def school() -> Agency:
    return factories.agency(AgencyKind.SCHOOL)


def test_the_team_that_runs_it_sees_every_child_until_it_is_left(db: None) -> None:
    children = [factories.child("Milo"), factories.child("Iris")]
    team = factories.team()
    colleague = factories.user(Role.LEAD_WORKER, teams=(team,))
    case = factories.case(*children, team=team)
    for child in children:
        assert cases.queries.record(child.pk, viewer=colleague).everything
    assert list(cases.queries.caseload(viewer=colleague)) == [case]
    accounts.commands.leave_team(colleague, team, by=factories.administrator())
    for child in children:
        with pytest.raises(NotVisible):
            cases.queries.record(child.pk, viewer=colleague)


def test_leaving_the_team_ends_the_lead_workers_own_places_too(db: None) -> None:
    child, team = factories.child(), factories.team()
    lead = factories.user(Role.LEAD_WORKER, teams=(team,))
    factories.case(child, team=team, lead_worker=lead)
    factories.supervisor(team)
    accounts.commands.leave_team(lead, team, by=factories.administrator())
    with pytest.raises(NotVisible):
        cases.queries.record(child.pk, viewer=lead)


def test_a_lead_worker_from_outside_the_team_is_refused(db: None) -> None:
    with pytest.raises(ValidationError) as refused:
        cases.commands.open_case(
            "Example",
            children=[factories.child()],
            team=factories.team(),
            lead_worker=factories.user(Role.LEAD_WORKER),
            by=factories.administrator(),
        )
    assert "lead_worker" in refused.value.message_dict


def test_a_teacher_at_one_childs_table_sees_that_child_and_no_sibling(db: None) -> None:
    milo, iris = factories.child("Milo"), factories.child("Iris")
    case = factories.case(milo, iris)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school())
    cases.commands.seat(factories.place(milo, case), teacher, role="tutor", by=case.lead_worker)
    sight = cases.queries.record(milo.pk, viewer=teacher)
    assert not sight.everything
    assert sight.shows("plan")
    with pytest.raises(NotVisible):
        cases.queries.record(iris.pk, viewer=teacher)
    assert [p.person for p in cases.queries.places(case, viewer=teacher)] == [milo]


def given_action(owner: object, case: object, place: CaseChild) -> Action:
    return cases.commands.set_action(
        place, what="Greet at the gate", owner=owner, due_on=clock.today(), by=case.lead_worker
    )


def test_an_actions_owner_sees_the_plan_until_it_is_done(db: None) -> None:
    child = factories.child()
    case = factories.case(child)
    place = factories.place(child, case)
    tutor = factories.user(Role.PARTNER_PRACTITIONER, agency=school())
    action = given_action(tutor, case, place)
    sight = cases.queries.record(child.pk, viewer=tutor)
    assert sight.sections == {"plan"}
    assert not list(cases.queries.chronology(sight, viewer=tutor))
    done = cases.commands.complete_action(action, came_of_it="Smiled", by=tutor)
    assert cases.commands.complete_action(done, came_of_it="Again", by=tutor).came_of_it == "Smiled"
    with pytest.raises(NotVisible):
        cases.queries.record(child.pk, viewer=tutor)


def test_somebody_elses_action_is_not_ones_own_to_finish(db: None) -> None:
    child = factories.child()
    case = factories.case(child)
    action = given_action(case.lead_worker, case, factories.place(child, case))
    with pytest.raises(NotAllowed):
        cases.commands.complete_action(action, came_of_it="Done", by=factories.user(Role.OFFICER))


def test_who_has_left_the_team_finishes_nothing_of_it(db: None) -> None:
    child, team = factories.child(), factories.team()
    colleague = factories.user(Role.LEAD_WORKER, teams=(team,))
    case = factories.case(child, team=team)
    action = given_action(colleague, case, factories.place(child, case))
    factories.supervisor(team)
    accounts.commands.leave_team(colleague, team, by=factories.administrator())
    with pytest.raises(NotAllowed):
        cases.commands.complete_action(action, came_of_it="Done", by=colleague)


def test_an_action_due_yesterday_is_refused(db: None) -> None:
    child = factories.child()
    case = factories.case(child)
    with pytest.raises(ValidationError) as refused:
        cases.commands.set_action(
            factories.place(child, case), what="x", owner=case.lead_worker,
            due_on=clock.today() - timedelta(days=1), by=case.lead_worker,
        )  # fmt: skip
    assert "due_on" in refused.value.message_dict


def test_a_stranger_sets_no_action(db: None) -> None:
    child = factories.child()
    place = factories.place(child, factories.case(child))
    with pytest.raises(NotVisible):
        cases.commands.set_action(
            place, what="x", owner=factories.user(Role.OFFICER), due_on=clock.today(),
            by=factories.user(Role.OFFICER),
        )  # fmt: skip
