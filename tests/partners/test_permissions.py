"""What is offered to whom."""

import pytest

from accounts.models import Role
from audit.denied import NotAllowed
from partners import permissions
from tests import factories
from tests.partners.conftest import World


def test_who_is_offered_to_share_and_to_add(world: World) -> None:
    colleague = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    stranger = factories.user(Role.LEAD_WORKER)
    users = (world.lead_worker, colleague, stranger, world.teacher, world.volunteer)
    assert [permissions.can_share(world.place, by=user) for user in users] == [
        True,
        True,
        False,
        False,
        False,
    ]
    world.share()
    assert [permissions.can_contribute(world.place, by=user) for user in users] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_who_once_led_the_case_without_sight_of_it_is_not_offered_to_share(world: World) -> None:
    world.lead_worker.groups.clear()
    assert permissions.can_share(world.place, by=world.lead_worker)
    world.place.team_places.all().delete()
    world.place.by_user.all().delete()
    assert not permissions.can_share(world.place, by=world.lead_worker)


def test_functions_by_role(world: World) -> None:
    permissions.check_can_sign_agreement(by=world.signer)
    permissions.check_can_read_agreements(by=world.lead_worker)
    permissions.check_can_see_shared(by=world.teacher)
    of_the_school = factories.user(Role.INFORMATION_GOVERNANCE, agency=world.teacher.agency)
    permissions.check_can_read_agreements(by=of_the_school)
    for check, stranger in (
        (permissions.check_can_sign_agreement, world.lead_worker),
        (permissions.check_can_sign_agreement, of_the_school),
        (permissions.check_can_read_agreements, world.teacher),
        (permissions.check_can_see_shared, world.lead_worker),
    ):
        with pytest.raises(NotAllowed):
            check(by=stranger)
