"""The list is never without somebody reachable, and a record has one restriction, whoever sends at once."""

from django.core.exceptions import ValidationError

import cases.commands
from accounts.models import Role
from cases.commands import Named
from cases.models import NamedPlace, Person, Restriction
from tests import factories
from tests.races import at_once


def test_two_who_are_reachable_taken_off_at_once_leave_one(
    committing: None, held_clock: object
) -> None:
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    owner, first, second = (factories.user(Role.SUPERVISOR) for _ in range(3))
    made = cases.commands.restrict(
        factories.child(),
        owner=owner,
        why="Staff",
        named=[Named(each, reachable_at_any_hour=True) for each in (first, second)],
        by=governance,
    )
    places = [made.places.get(user=each) for each in (first, second)]
    answers = at_once(
        Restriction.objects.filter(pk=made.pk),
        *(lambda place=place: cases.commands.take_off_list(place, by=owner) for place in places),
    )
    assert sorted(isinstance(each, ValidationError) for each in answers) == [False, True]
    live = NamedPlace.objects.filter(until=None, reachable_at_any_hour=True)
    assert live.count() == 1


def test_the_same_restriction_sent_twice_at_once_is_one(
    committing: None, held_clock: object
) -> None:
    governance, owner = (
        factories.user(Role.INFORMATION_GOVERNANCE),
        factories.user(Role.SUPERVISOR),
    )
    child = factories.child()

    def restrict() -> Restriction:
        return cases.commands.restrict(
            child,
            owner=owner,
            why="Staff",
            named=[Named(owner, reachable_at_any_hour=True)],
            by=governance,
        )

    answers = at_once(Person.objects.filter(pk=child.pk), restrict, restrict)
    assert len({answer.pk for answer in answers}) == 1
    assert Restriction.objects.count() == 1
