"""Who holds what: live, ending soon, never opened, suspended; for those who share and who sign."""

from datetime import timedelta

import pytest

import audit.commands
import clock
import partners.commands
import partners.queries
from accounts.models import Role, User
from audit.denied import NotAllowed
from audit.models import Kind
from partners.models import Share
from tests import factories
from tests.partners.conftest import World


def held(viewer: User, kind: str = "") -> list[Share]:
    return list(partners.queries.holdings(kind, viewer=viewer))


def test_each_kind_holds_what_it_says(world: World) -> None:
    other = world.sign(title="Other")
    long = world.share(until=clock.now() + timedelta(days=15))
    soon = world.share(agency=world.charity, until=clock.now() + timedelta(days=14))
    place = factories.place(world.sibling, world.case)
    held_back = world.share(place=place, agreement=other)
    later = world.share(
        place=place,
        agency=world.charity,
        starts_at=clock.now() + timedelta(days=3),
    )
    partners.commands.suspend_agreement(other, reason="Breach", by=world.signer)
    for viewer in (world.lead_worker, world.signer):
        assert held(viewer) == [soon, long, held_back, later]
        assert held(viewer, "live") == [soon, long]
        assert held(viewer, "ending") == [soon]
        assert held(viewer, "suspended") == [held_back]
        assert held(viewer, "unopened") == [soon, long]
        assert held(viewer, "anything") == held(viewer)


def test_what_somebody_there_has_opened_is_no_longer_never_opened(world: World) -> None:
    share = world.share()

    def look(by: User, verb: str, kind: Kind = Kind.CONSULTATION) -> None:
        audit.commands.record(kind, verb, persons=[world.child.pk], by=by)

    look(world.volunteer, "child")
    for verb in ("home", "shared", "notices", "requests", "api shared", "api notices"):
        look(world.teacher, verb)
        assert held(world.signer, "unopened") == [share]
    look(world.teacher, "child", Kind.DENIED)
    assert held(world.signer, "unopened") == [share]
    look(world.teacher, "child")
    assert held(world.signer, "unopened") == []
    assert not held(world.signer)[0].never_opened


def test_whoever_shares_sees_their_own_teams_and_no_other(world: World) -> None:
    world.share()
    assert held(factories.user(Role.LEAD_WORKER)) == []
    for user in (world.teacher, factories.user(Role.OFFICER)):
        with pytest.raises(NotAllowed):
            held(user)
    elsewhere = factories.user(Role.LEAD_WORKER, agency=factories.agency())
    with pytest.raises(NotAllowed):
        held(elsewhere)
