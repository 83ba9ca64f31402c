"""Who leaves: the list, the record and what they held of a hidden child."""

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import Notification, Role, Team, User
from audit.models import Entry
from cases.commands import Named
from cases.matching.keys import Described
from cases.models import Flag, TeamPlace
from tests import factories
from tests.cases.restrictions.records import opens, restrict

pytestmark = pytest.mark.usefixtures("db", "held_clock")


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
