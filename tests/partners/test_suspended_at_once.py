"""Two agreements suspended at once, with the same agencies in another order: neither waits for ever."""

from functools import partial

import partners.commands
from accounts.models import AgencyKind, Role
from cases.models import CaseChild
from partners.models import Share, Suspension
from tests import factories
from tests.partners.conftest import World
from tests.races import while_read


def test_two_suspensions_take_the_agencies_in_one_order(committed_world: World) -> None:
    world = committed_world
    health = factories.agency(AgencyKind.HEALTH, name="Northfield Surgery")
    reader = factories.user(Role.PARTNER_PRACTITIONER, agency=health)
    parties = [world.police, world.school, world.charity, health]
    other = CaseChild.objects.get(case=world.case, person=world.sibling)
    agreements = [world.sign(parties=parties, title=title) for title in ("One", "Two")]
    orders = ([world.school, health, world.charity], [world.charity, health, world.school])
    for agreement, place, order in zip(agreements, (world.place, other), orders, strict=True):
        for agency in order:
            world.share(place=place, agency=agency, agreement=agreement)
    suspend = partial(partners.commands.suspend_agreement, reason="A breach", by=world.signer)
    # Closing one by one, each would hold one agency by now, and wait for the other's in the end.
    answers = while_read(reader, *(partial(suspend, agreement) for agreement in agreements))
    assert all(isinstance(answer, Suspension) for answer in answers), answers
    assert not Share.objects.live().exists()
