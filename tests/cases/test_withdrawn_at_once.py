"""Commands that take sight from the same people at once: neither waits for the other for ever."""

from functools import partial

from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import clock
from accounts.models import Membership, Role, Team
from cases.commands import Named
from cases.models import ClosingReason, NeedsMet, RestrictionKind, TeamPlace
from tests import factories
from tests.races import in_turn, while_read


def test_a_case_closes_while_somebody_at_its_table_leaves(
    committing: None, held_clock: object
) -> None:
    team = factories.team()
    lead = factories.user(Role.LEAD_WORKER, teams=(team,))
    worker = factories.user(Role.LEAD_WORKER, teams=(team,))
    case = factories.case(factories.child("Robin"), lead_worker=lead, team=team)
    accounts.commands.name_supervisor(team, lead, by=factories.user(Role.ADMINISTRATOR))
    place = case.places.get()
    cases.commands.seat(place, worker, role="listens", by=lead)
    leave = partial(
        accounts.commands.leave_team, worker, team, by=factories.user(Role.ADMINISTRATOR)
    )
    close = partial(
        cases.commands.close_case,
        case,
        reason=ClosingReason.values[0],
        outcome="Better",
        places=[(place, NeedsMet.values[0], "School")],
        by=lead,
    )
    assert while_read(worker, leave, close) == [None, case]
    assert not TeamPlace.objects.filter(until=None).exists()
    assert not Membership.objects.filter(user=worker, until=None).exists()


def test_a_list_is_kept_while_somebody_on_it_leaves(committing: None, held_clock: object) -> None:
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    owner, worker = factories.user(Role.SUPERVISOR), factories.user(Role.SUPERVISOR)
    made = cases.commands.restrict(
        factories.child("Kit"),
        owner=owner,
        why="Staff",
        named=[Named(owner, reachable_at_any_hour=True), Named(worker)],
        by=governance,
    )
    place = made.places.get(user=worker)
    leave = partial(accounts.commands.leave_agency, worker, by=factories.user(Role.ADMINISTRATOR))
    strike = partial(cases.commands.take_off_list, place, by=owner)
    answers = while_read(worker, leave, strike)
    assert answers == [worker, place], answers
    assert not made.places.filter(user=worker, until=None).exists()


def test_two_records_are_sealed_that_the_same_people_broke_into(
    committing: None, held_clock: object
) -> None:
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    owner = factories.user(Role.SUPERVISOR)
    breakers = [factories.user(Role.OFFICER) for _ in range(3)]
    kept = []
    for forename, order in (("Kit", breakers), ("Milo", breakers[::-1])):
        child = factories.child(forename)
        kept.append(
            cases.commands.restrict(
                child,
                owner=owner,
                why="Staff",
                named=[Named(owner, reachable_at_any_hour=True)],
                by=governance,
            )
        )
        for officer in order:
            assert cases.commands.break_glass(
                surname=child.surname,
                forenames=child.forenames,
                date_of_birth=child.date_of_birth,
                reason="At the door",
                by=officer,
            )
    works = [partial(cases.commands.seal, each, why="Adopted", by=governance) for each in kept]
    answers = while_read(breakers[1], *works)
    assert [answer.kind for answer in answers] == [RestrictionKind.SEALED] * 2, answers
    assert clock.now() == answers[0].sealed_at


def test_a_member_leaves_while_the_supervisor_leaves_who_takes_over(
    committing: None, held_clock: object
) -> None:
    team = factories.team()
    admin, other = (factories.user(Role.ADMINISTRATOR) for _ in range(2))
    worker = factories.user(Role.LEAD_WORKER, teams=(team,))
    heir = factories.supervisor(team)
    case = factories.case(factories.child("Robin"), lead_worker=worker, team=team)
    first = partial(accounts.commands.leave_team, worker, team, by=admin)
    second = partial(accounts.commands.leave_agency, heir, by=other)
    # Side by side, the one would hold the team and wait for the heir, the other the reverse.
    left, refused = in_turn(Team.objects.filter(pk=team.pk), first, second)
    assert left is None
    assert isinstance(refused, ValidationError), refused
    assert f"the lead of {case}" in refused.messages[0]
    case.refresh_from_db()
    assert case.lead_worker == heir
