"""With other roles, or off the rota, in that second: lists that are answered for, and no glass left open."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed
from audit.models import Entry
from cases.access import scope
from cases.commands import Named
from cases.models import BreakGlass, DutyCall, Person, Restriction
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def restrict(child: Person, *named: Named, owner: User) -> Restriction:
    return cases.commands.restrict(
        child,
        owner=owner,
        why="Staff",
        named=named,
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )


def give(user: User, *roles: Role) -> User:
    return accounts.commands.give_roles(user, roles, by=factories.administrator())


def sergeant(**given: Any) -> User:
    return factories.user(Role.SUPERVISOR, **given)


def on_list(made: Restriction) -> dict[str, bool]:
    live = made.places.filter(until=None).select_related("user").order_by("user")
    return {place.user.name: place.reachable_at_any_hour for place in live}


# --- named lists


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.COMMANDER,)])
def test_roles_stay_while_nobody_else_on_a_list_may_answer(roles: tuple[Role, ...]) -> None:
    owner, reads = sergeant(name="Olga"), factories.user(Role.OFFICER, name="Ann")
    child = factories.child()
    made = restrict(child, Named(owner, reachable_at_any_hour=True), Named(reads), owner=owner)
    with pytest.raises(ValidationError) as error:
        give(owner, *roles)
    assert error.value.message_dict == {
        "roles": [
            f"Olga is the last on the list of {made.reference} who is reachable at any hour. Have "
            "information governance put somebody else on it first."
        ]
    }
    owner.refresh_from_db()
    assert owner.roles == [Role.SUPERVISOR]
    assert on_list(made) == {"Olga": True, "Ann": False}
    assert not Entry.objects.filter(verb="give roles").exists()


def test_who_opens_no_records_any_more_is_off_the_list_and_the_record_is_the_next_ones() -> None:
    owner, heir = sergeant(name="Olga"), sergeant(name="Hal")
    child = factories.child()
    both = [Named(each, reachable_at_any_hour=True) for each in (owner, heir)]
    made = restrict(child, *both, owner=owner)
    give(owner, Role.COMMANDER)
    made.refresh_from_db()
    assert (made.owner, on_list(made)) == (heir, {"Hal": True})
    # Also once they have their roles back: they are on no list.
    give(owner, Role.SUPERVISOR)
    assert scope.is_hidden_from(owner, child.pk)


def test_who_may_answer_no_flag_stays_on_the_list_and_is_called_no_more() -> None:
    owner, other = sergeant(name="Olga"), sergeant(name="Hal")
    child = factories.child()
    both = [Named(each, reachable_at_any_hour=True) for each in (owner, other)]
    made = restrict(child, *both, owner=owner)
    contact = factories.contact(child, by=owner)
    cases.commands.raise_flag(child, "Not safe now", contact=contact, by=owner)
    assert DutyCall.objects.get(passed_at=None).user == owner
    give(owner, Role.OFFICER)
    made.refresh_from_db()
    assert (made.owner, on_list(made)) == (owner, {"Olga": False, "Hal": True})
    assert DutyCall.objects.get(passed_at=None).user == other
    assert not scope.is_hidden_from(owner, child.pk)
    assert Entry.objects.get(verb="reach no more").persons == [child.pk]


def test_other_roles_that_answer_too_change_no_list() -> None:
    owner = sergeant(name="Olga")
    made = restrict(factories.child(), Named(owner, reachable_at_any_hour=True), owner=owner)
    give(owner, Role.SUPERVISOR, Role.TRIAGE_WORKER)
    assert on_list(made) == {"Olga": True}


# --- break-glass, and records opened with a reason


def broken_by(user: User, child: Person) -> BreakGlass:
    (tried,) = cases.commands.break_glass(
        surname=child.surname,
        forenames=child.forenames,
        date_of_birth=child.date_of_birth,
        reason="At the door",
        by=user,
    )
    assert not scope.is_hidden_from(user, child.pk)
    return tried


@pytest.fixture
def wren() -> Person:
    child, owner = factories.child("Wren"), sergeant()
    restrict(child, Named(owner, reachable_at_any_hour=True), owner=owner)
    return child


def test_off_the_rota_what_was_broken_open_on_its_ground_is_shut(wren: Person) -> None:
    """Somebody of a partner, who was in the hub as they were put on the rota and breaks as on duty."""
    hub = factories.team(is_hub=True)
    nurse = factories.user(
        Role.TRIAGE_WORKER, agency=factories.agency(AgencyKind.HEALTH), teams=(hub,)
    )
    post = accounts.commands.post_duty("Nurse", step=0, user=nurse, by=factories.administrator())
    # As it was before they came off the rota with the hub.
    nurse.memberships.update(until=nurse.memberships.get().starts_at)
    tried = broken_by(nurse, wren)
    accounts.commands.take_off_duty(post, by=factories.administrator())
    assert scope.is_hidden_from(nurse, wren.pk)
    tried.refresh_from_db()
    assert not BreakGlass.objects.filter(pk=tried.pk, until__gt=tried.at).exists()
    with pytest.raises(NotAllowed):
        broken_by(nurse, wren)


def test_out_of_the_hub_and_so_off_the_rota_it_is_shut_too(wren: Person) -> None:
    hub = factories.team(is_hub=True)
    nurse = factories.user(
        Role.TRIAGE_WORKER, agency=factories.agency(AgencyKind.HEALTH), teams=(hub,)
    )
    accounts.commands.post_duty("Nurse", step=0, user=nurse, by=factories.administrator())
    broken_by(nurse, wren)
    accounts.commands.leave_team(nurse, hub, by=factories.administrator())
    assert scope.is_hidden_from(nurse, wren.pk)


def test_off_the_rota_the_lead_agency_may_break_glass_all_the_same(wren: Person) -> None:
    officer = sergeant()
    post = accounts.commands.post_duty("Desk", step=0, user=officer, by=factories.administrator())
    broken_by(officer, wren)
    accounts.commands.take_off_duty(post, by=factories.administrator())
    assert not scope.is_hidden_from(officer, wren.pk)


def test_what_was_opened_stays_shut_when_roles_come_back(wren: Person) -> None:
    officer, child = factories.user(Role.OFFICER), factories.child()
    broken_by(officer, wren)
    cases.commands.open_record(
        child, kind="safeguarding check", words="She told a teacher", by=officer
    )
    assert scope.people_in_full(officer).count() == 2
    give(officer, Role.COMMANDER)
    give(officer, Role.OFFICER)
    assert not scope.people_in_full(officer).exists()


# --- information governance of a partner


def test_a_partners_governance_restricts_nothing_and_reviews_nothing(wren: Person) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    theirs = factories.user(Role.INFORMATION_GOVERNANCE, agency=school)
    made, owner = Restriction.objects.get(), sergeant()
    tried = broken_by(factories.user(Role.OFFICER), wren)
    named = [Named(owner, reachable_at_any_hour=True)]
    other = factories.child()
    refused = [
        lambda: cases.commands.restrict(other, owner=owner, why="So", named=named, by=theirs),
        lambda: cases.commands.seal(made, why="Adopted", by=theirs),
        lambda: cases.commands.lift(made, why="Over", by=theirs),
        lambda: cases.commands.review_break_glass(tried, outcome="right", words="So", by=theirs),
        lambda: cases.queries.break_glass_tries(viewer=theirs),
        lambda: cases.queries.many_tries(viewer=theirs),
        lambda: cases.queries.to_restrict(other.pk, viewer=theirs),
    ]
    for work in refused:
        with pytest.raises(NotAllowed):
            work()
    assert not cases.queries.restrictions(viewer=theirs).exists()
    tried.refresh_from_db()
    assert (Restriction.objects.get().kind, tried.reviewed_at) == ("restricted", None)
