"""No name is too long for what is told of it: no line on a home page keeps a decision from being made."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

import accounts.commands
import clock
import partners.commands
from accounts.models import Agency, AgencyKind, Notification, User
from partners.models import Agreement, Share
from tests import factories
from tests.desk.pages import Signed
from tests.partners.conftest import World, at


def longest(model: type, field: str, letter: str) -> str:
    return letter * model._meta.get_field(field).max_length  # type: ignore[attr-defined]


@pytest.fixture
def school(world: World) -> Agency:
    return factories.agency(AgencyKind.SCHOOL, name=longest(Agency, "name", "S"))


@pytest.fixture
def agreement(world: World, school: Agency) -> Agreement:
    User.objects.filter(pk=world.lead_worker.pk).update(name=longest(User, "name", "L"))
    parties = [world.police, school]
    title = longest(Agreement, "title", "T")
    signed = world.sign(
        title=title, ends_on=date(2026, 12, 1), review_on=date(2026, 11, 30), parties=parties
    )
    world.share(
        agency=school,
        agreement=signed,
        is_safeguarding=True,
        safeguarding_reason="r",
        until=at(date(2026, 12, 31)),
    )
    return signed


def suspend(world: World, agreement: Agreement) -> None:
    partners.commands.suspend_agreement(agreement, reason="A breach", by=world.signer)


def resume(world: World, agreement: Agreement) -> None:
    suspend(world, agreement)
    partners.commands.resume_agreement(agreement, reason="Mended", by=world.signer)


def resume_untold(world: World, agreement: Agreement) -> None:
    suspend(world, agreement)
    to = tuple(agreement.parties.filter(is_lead=False))
    factories.safe_to_tell(world.child, agencies=to, by=world.lead_worker)
    partners.commands.resume_agreement(agreement, reason="Mended", by=world.signer)


def warn(world: World, agreement: Agreement) -> None:
    partners.commands.warn_of_ends(on=clock.today(), by=accounts.commands.system())


def climb(world: World, agreement: Agreement) -> None:
    with clock.at(at(date(2026, 12, 2)) + timedelta(hours=6)):
        warn(world, agreement)


@pytest.mark.parametrize("made", [suspend, resume, resume_untold, warn, climb])
def test_the_longest_names_are_told_in_full(
    world: World, school: Agency, agreement: Agreement, made: Callable[[World, Agreement], None]
) -> None:
    made(world, agreement)
    told = Notification.objects.filter(user=world.lead_worker).order_by("-pk").first()
    assert told is not None
    assert len(told.text) > 200
    assert str(school) in told.text or str(agreement) in told.text


def test_a_line_is_as_long_as_it_must_be(world: World) -> None:
    line = accounts.commands.notify(world.signer, "x" * 2000, url="/", by=world.signer)
    line.refresh_from_db()
    assert len(line.text) == 2000


def test_an_agreement_with_long_names_is_suspended_on_its_page(
    world: World, agreement: Agreement, signed_in: Signed
) -> None:
    address = f"/agreements/{agreement.pk}/suspension"
    answer = signed_in(world.signer).post(address, {"reason": "A breach", "suspended": "False"})
    assert answer.status_code == 302
    assert Share.objects.suspended().count() == 1
