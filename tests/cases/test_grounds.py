"""What opens a child's record, and that nothing else does: the author's agency, the role, the team."""

from datetime import timedelta
from uuid import uuid4

import pytest

import accounts.commands
import cases.commands
import cases.queries
import clock
import referrals.commands
from accounts.models import Agency, AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from cases import permissions
from cases.access import grants, scope
from cases.commands import Completion
from cases.models import Contact, Flag, Person, Section
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def council() -> Agency:
    return factories.agency(AgencyKind.EARLY_HELP)


def opens(viewer: User, child: Person) -> bool:
    try:
        cases.queries.record(child.pk, viewer=viewer)
    except NotVisible:
        return False
    return True


# --- the author's agency


def test_an_author_of_another_agency_keeps_the_contact_and_no_record(council: Agency) -> None:
    worker = factories.user(Role.LEAD_WORKER, agency=council)
    child = factories.child()
    contact = factories.contact(child, by=worker)
    assert not opens(worker, child)
    assert not scope.visible_to(worker).exists()
    assert cases.queries.contact(contact.pk, viewer=worker) == contact


def test_what_the_hub_wrote_is_not_kept_open_when_the_hub_is_left(council: Agency) -> None:
    hub = factories.team(agency=council, is_hub=True)
    worker = factories.user(Role.TRIAGE_WORKER, Role.LEAD_WORKER, agency=council, teams=(hub,))
    child = factories.child()
    factories.contact(child, by=worker)
    accounts.commands.leave_team(worker, hub, by=factories.administrator())
    assert not opens(worker, child)


def completed(contact: Contact, by: User) -> Contact:
    return cases.commands.complete_contact(
        contact,
        completions=[Completion(contact.children.get(), voice="I am hungry")],
        handling=contact.handling,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="refer",
        by=by,
    )


def test_without_the_record_they_complete_and_refer_what_they_wrote(council: Agency) -> None:
    hub = factories.team(agency=council, is_hub=True)
    worker = factories.user(Role.LEAD_WORKER, agency=council)
    child, stranger = factories.child("Robin"), factories.child("Sam")
    contact = factories.contact(child, by=worker)
    assert completed(contact, worker).completed_at == clock.now()
    says = {"reason": "Hungry", "wanted": "", "agreed": "yes", "agreed_why_not": ""}
    made = referrals.commands.make_referral(contact=contact, children=[child], by=worker, **says)
    assert made.hub == hub
    for without in (
        {"contact": None, "children": [child]},
        {"contact": contact, "children": [stranger]},
    ):
        with pytest.raises(NotVisible):
            referrals.commands.make_referral(by=worker, **without, **says)


def test_a_full_row_on_another_ground_opens_nothing_to_another_agency(council: Agency) -> None:
    worker = factories.user(Role.LEAD_WORKER, agency=council)
    child = factories.child()
    grants.open_to(worker, child, [Section.FULL], ground="task", grant_ref=uuid4())
    assert not opens(worker, child)
    sight = scope.Sight(child, frozenset({Section.FULL}), ("task",), police=False)
    assert not sight.everything
    grants.open_to(worker, child, [Section.FULL], ground="hub", grant_ref=uuid4())
    assert cases.queries.record(child.pk, viewer=worker).everything


def test_somebody_on_duty_from_another_agency_is_called_and_sees_no_child(council: Agency) -> None:
    duty_team = factories.team(agency=council, is_duty_team=True)
    duty = factories.user(Role.SUPERVISOR, agency=council, teams=(duty_team,))
    accounts.commands.post_duty("Duty", step=0, user=duty, by=factories.administrator())
    child = factories.child()
    worker = factories.user(Role.LEAD_WORKER, agency=council)
    factories.contact(child, by=worker, safe_now="no")
    flag = Flag.objects.get()
    assert not flag.police_only
    assert [call.user for call in flag.calls.all()] == [duty]
    assert Notification.objects.filter(user=duty).exists()
    assert not opens(duty, child)
    assert not cases.queries.flags(viewer=duty).exists()
    with pytest.raises(NotVisible):
        cases.queries.flag(flag.pk, viewer=duty)


# --- the role


@pytest.mark.parametrize("roles", [(), (Role.COMMANDER,), (Role.ADMINISTRATOR,)])
def test_a_ground_without_a_role_that_opens_records_opens_nothing(roles: tuple[Role, ...]) -> None:
    team = factories.team()
    user = factories.user(*roles, teams=(team,))
    child = factories.child()
    case = factories.case(child, team=team)
    assert not opens(user, child)
    assert not scope.visible_to(user).exists()
    with pytest.raises(NotVisible):
        cases.queries.case(case.pk, viewer=user)
    user.roles = [*user.roles, Role.OFFICER]
    user.save()
    assert opens(user, child)


# --- the team


def test_who_leaves_the_team_keeps_no_action_s_sight_of_its_cases() -> None:
    team, other_team = factories.team(), factories.team()
    leaver = factories.user(Role.LEAD_WORKER, teams=(team, other_team))
    left, kept = factories.child("Robin"), factories.child("Sam")
    lead = factories.user(Role.LEAD_WORKER, teams=(team, other_team))
    for child, run_by in ((left, team), (kept, other_team)):
        case = factories.case(child, team=run_by, lead_worker=lead)
        cases.commands.set_action(
            factories.place(child, case),
            what="Call",
            owner=leaver,
            due_on=clock.today() + timedelta(days=1),
            by=lead,
        )
    assert len(cases.queries.actions(viewer=leaver)) == 2
    factories.supervisor(team)
    accounts.commands.leave_team(leaver, team, by=factories.administrator())
    assert (opens(leaver, left), opens(leaver, kept)) == (False, True)
    (action,) = cases.queries.actions(viewer=leaver)
    assert action.place.person == kept


def test_the_lead_worker_who_left_the_team_runs_the_case_no_more() -> None:
    team, child = factories.team(), factories.child()
    lead = factories.user(Role.LEAD_WORKER, teams=(team,))
    case = factories.case(child, team=team, lead_worker=lead)
    place = factories.place(child, case)
    # The child stays open to them: they wrote a contact.
    factories.contact(child, by=lead)
    assert permissions.can_lead(case, by=lead)
    factories.supervisor(team)
    accounts.commands.leave_team(lead, team, by=factories.administrator())
    assert opens(lead, child)
    assert not permissions.can_lead(case, by=lead)
    assert not cases.queries.places_run_by(viewer=lead).exists()
    with pytest.raises(NotAllowed):
        permissions.check_can_set_action(place, by=lead)
