"""What is offered, and what is refused with 403 or 404."""

from accounts.models import Role
from referrals import permissions
from tests import factories
from tests.referrals.conftest import World


def test_who_is_offered_to_refer_and_to_decide(world: World) -> None:
    made = world.refer()
    member = factories.user(Role.PARTNER_PRACTITIONER, teams=(world.hub,))
    outsider = factories.user(Role.TRIAGE_WORKER)
    offered = {
        user.name: (
            permissions.can_make_referral(by=user),
            permissions.can_decide(made, by=user),
            permissions.can_triage(by=user),
        )
        for user in (world.officer, world.triager, member, outsider)
    }
    assert offered == {
        world.officer.name: (True, False, False),
        world.triager.name: (True, True, True),
        member.name: (True, False, False),
        outsider.name: (True, False, False),
    }
