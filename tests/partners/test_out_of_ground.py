"""Whoever decided a share and has no ground any more ends it, and that is all; and a share that goes on
without an agreement is shared anew without blinding anybody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import clock
import partners.commands
from accounts.models import Notification, Role, User
from audit.denied import NotVisible
from cases.commands import Named
from cases.models import Contact, Person
from partners.models import Share
from tests import factories
from tests.desk.pages import Signed
from tests.partners.conftest import World, at

NARRATIVE = "What the stepfather did, as typed"
TEXT = "He was out late"


@pytest.fixture
def triager(world: World) -> User:
    return factories.user(Role.TRIAGE_WORKER)


@pytest.fixture
def child() -> Person:
    return factories.child("Wren", "Fenn")


def contact_share(world: World, child: Person, by: User, *others: Person) -> tuple[Contact, Share]:
    """Shared by somebody with a reason to open the record, which ends by itself."""
    contact = factories.contact(
        child, *others, by=factories.user(Role.OFFICER), narrative=NARRATIVE
    )
    for each in (child, *others):
        cases.commands.open_record(each, kind="safeguarding check", words="A call", by=by)
    sections = {"place": child, "sections": ["summary"]}
    return contact, world.share(**sections, contact=contact, texts={contact.pk: TEXT}, by=by)


def test_without_ground_only_ending_it_is_left(
    world: World, child: Person, triager: User, signed_in: Signed
) -> None:
    contact, share = contact_share(world, child, triager)
    client = signed_in(triager)
    assert NARRATIVE in client.get(f"/shares/{share.pk}/texts").content.decode()
    with clock.at(clock.now() + timedelta(hours=9)):
        assert client.get(f"/contacts/{contact.pk}").status_code == 404
        for page in ("texts", "extend"):
            assert client.get(f"/shares/{share.pk}/{page}").status_code == 404
            assert client.post(f"/shares/{share.pk}/{page}").status_code == 404
        later = share.until + timedelta(days=1)
        with pytest.raises(NotVisible):
            partners.commands.extend_share(share, until=later, by=triager)
        with pytest.raises(NotVisible):
            partners.commands.write_partner_text(share, contact.pk, text="Else", by=triager)
        assert client.get(f"/shares/{share.pk}/end").status_code == 200
        partners.commands.end_share(share, reason="No longer needed", by=triager)
    share.refresh_from_db()
    assert share.ended_at


def test_a_contact_with_somebody_hidden_is_not_read_on_the_page_of_its_share(
    world: World, child: Person, triager: User, signed_in: Signed
) -> None:
    sibling = factories.child("Jay", "Fenn")
    _, share = contact_share(world, child, triager, sibling)
    keeper = factories.user(Role.SUPERVISOR, Role.LEAD_WORKER)
    named = [Named(keeper, reachable_at_any_hour=True)]
    cases.commands.restrict(sibling, owner=keeper, why="A witness", named=named, by=world.signer)
    page = signed_in(triager).get(f"/shares/{share.pk}/texts").content.decode()
    assert NARRATIVE not in page
    assert "Jay" not in page


# --- shared anew


def going_on(world: World) -> Share:
    under = world.sign(title="Old", ends_on=date(2026, 12, 1), review_on=date(2026, 11, 30))
    said = {"is_safeguarding": True, "safeguarding_reason": "His safety"}
    return world.share(agreement=under, until=at(date(2026, 12, 31)), **said)


def test_shared_anew_the_old_share_ends_as_the_new_one_opens(
    world: World, signed_in: Signed
) -> None:
    old = going_on(world)
    teacher = signed_in(world.teacher)
    with clock.at(at(date(2026, 12, 2)) + timedelta(hours=10)):
        new = world.share(until=clock.now() + timedelta(days=60))
        old.refresh_from_db()
        assert (old.ended_at, old.end_reason) == (
            new.starts_at,
            "Shared anew under another agreement",
        )
        assert teacher.get(f"/children/{world.child.pk}").status_code == 200
        assert list(Share.objects.standing()) == [new]


def test_what_begins_later_does_not_end_what_is_open_now(world: World) -> None:
    old = going_on(world)
    with pytest.raises(ValidationError) as error:
        world.share(
            starts_at=clock.now() + timedelta(days=2), until=clock.now() + timedelta(days=9)
        )
    assert list(error.value.message_dict) == ["agency"]
    old.refresh_from_db()
    assert old.is_live


def test_a_share_that_is_refused_ends_nothing(world: World) -> None:
    old = going_on(world)
    with pytest.raises(ValidationError):
        world.share(necessity=" ")
    old.refresh_from_db()
    assert old.is_live


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2027, 3, 20), "for 30 more days"),
        (date(2027, 3, 28), "for 22 more days"),
        (date(2027, 4, 18), "for 1 more day:"),
    ],
)
def test_days_left_are_london_days(world: World, on: date, words: str) -> None:
    """The clocks go forward on 28 March 2027."""
    under = world.sign(title="Old", ends_on=date(2027, 3, 20), review_on=date(2027, 2, 1))
    said = {"is_safeguarding": True, "safeguarding_reason": "His safety"}
    world.share(agreement=under, until=at(date(2027, 4, 19)), **said)
    assert words in climbed(world, on)


def test_on_its_last_day_it_goes_on_until_later(world: World) -> None:
    under = world.sign(title="Old", ends_on=date(2027, 3, 20), review_on=date(2027, 2, 1))
    said = {"is_safeguarding": True, "safeguarding_reason": "His safety"}
    world.share(agreement=under, until=at(date(2027, 3, 25)) + timedelta(hours=12), **said)
    assert "until later today" in climbed(world, date(2027, 3, 25))


def climbed(world: World, on: date) -> str:
    with clock.at(at(on) + timedelta(hours=6)):
        partners.commands.warn_of_ends(on=on, by=accounts.commands.system())
    line = Notification.objects.filter(
        user=world.lead_worker, text__contains="goes on without"
    ).get()
    return line.text
