"""Cases that closed before the portal knew of them: on record, and open to nobody any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import clock
from accounts.models import AgencyKind, Role, Team, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.access import scope
from cases.models import Case, CaseChild, ChronologyEvent, ClosingReason, NeedsMet
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


def past(**changes: object) -> cases.commands.PastCase:
    told = cases.commands.PastCase(
        family_name="Example",
        person=factories.child(),
        opened_at=clock.now() - timedelta(days=300),
        closed_at=clock.now() - timedelta(days=100),
        closing_reason=ClosingReason.NEEDS_MET,
        outcome="Closed as planned.",
        needs_met=NeedsMet.MOST,
        stays_in_place="Form tutor",
        goal="More days at school",
    )
    return replace(told, **changes)


def take_over(*told: cases.commands.PastCase, team: Team, lead: User) -> list[CaseChild]:
    return cases.commands.take_over_cases(
        told, team=team, lead_worker=lead, by=accounts.commands.system()
    )


@pytest.fixture
def team() -> Team:
    return factories.team(name="Past team")


@pytest.fixture
def lead(team: Team) -> User:
    return factories.user(Role.LEAD_WORKER, teams=(team,))


def test_a_past_case_stands_with_its_place_its_outcome_and_two_lines(
    team: Team, lead: User
) -> None:
    told = past()
    (place,) = take_over(told, team=team, lead=lead)
    place.refresh_from_db()
    assert (place.case.opened_at, place.case.closed_at) == (told.opened_at, told.closed_at)
    assert (place.joined_at, place.stays_in_place) == (told.opened_at, "Form tutor")
    assert (place.needs_met, place.case.outcome) == (NeedsMet.MOST, "Closed as planned.")
    lines = ChronologyEvent.objects.filter(person=told.person).order_by("occurred_at")
    assert [line.says for line in lines] == [
        f"Case {place.case} opened",
        f"Case {place.case} closed",
    ]
    assert [line.occurred_at for line in lines] == [told.opened_at, told.closed_at]


def test_its_team_sees_it_since_it_opened_and_nobody_else_does(team: Team, lead: User) -> None:
    """As with any case that a team has closed: it may have to take it up again."""
    told = past()
    take_over(told, team=team, lead=lead)
    assert scope.sight(lead, told.person.pk).everything
    stranger = factories.user(Role.LEAD_WORKER, teams=(factories.team(),))
    with pytest.raises(NotVisible):
        scope.sight(stranger, told.person.pk)
    with clock.at(told.opened_at - timedelta(seconds=1)), pytest.raises(NotVisible):
        scope.sight(lead, told.person.pk)


def test_another_agencys_team_is_refused(lead: User) -> None:
    elsewhere = factories.team(agency=factories.agency(AgencyKind.CHARITY))
    with pytest.raises(ValidationError, match="lead agency"):
        take_over(past(), team=elsewhere, lead=lead)


def test_one_entry_names_every_child(team: Team, lead: User) -> None:
    first, second = past(), past(family_name="Other")
    take_over(first, second, team=team, lead=lead)
    entry = Entry.objects.get(verb="take over cases")
    assert set(entry.persons) == {first.person.pk, second.person.pk}


@pytest.mark.parametrize(("opened", "closed"), [(100, 300), (300, -1)])
def test_one_that_is_not_over_is_refused_and_none_is_taken(
    opened: int, closed: int, team: Team, lead: User
) -> None:
    running = past(
        opened_at=clock.now() - timedelta(days=opened),
        closed_at=clock.now() - timedelta(days=closed),
    )
    with pytest.raises(ValidationError, match="has opened, then closed"):
        take_over(past(), running, team=team, lead=lead)
    assert not Case.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM}))
def test_nobody_takes_a_child_into_a_team_s_sight_by_it(role: Role, team: Team, lead: User) -> None:
    """It opens the full record of any child: the portal itself does it, no person and no client."""
    told = past()
    with pytest.raises(NotAllowed):
        cases.commands.take_over_cases([told], team=team, lead_worker=lead, by=factories.user(role))
    with pytest.raises(NotVisible):
        scope.sight(lead, told.person.pk)
