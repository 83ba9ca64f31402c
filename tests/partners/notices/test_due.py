"""By when a notice is sent and answered, and whose school should be told."""

from datetime import UTC, date, datetime, timedelta

import pytest

import clock
import partners.queries
from accounts.models import AgencyKind, Role
from cases.models import Handling
from partners.models import NoticeKind
from tests import factories
from tests.partners.conftest import World
from tests.partners.notices.sending import abuse, refused, send


@pytest.mark.parametrize(
    ("sent", "happened", "is_late"),
    [
        ("2026-11-25 08:29", "2026-11-24 21:00", False),
        ("2026-11-25 08:30", "2026-11-24 21:00", False),
        ("2026-11-25 08:31", "2026-11-24 21:00", True),
        ("2026-11-30 08:15", "2026-11-27 21:00", False),  # Friday night, sent on Monday morning
        ("2026-11-30 09:00", "2026-11-27 21:00", True),
        ("2026-12-29 08:00", "2026-12-24 20:00", False),  # over Christmas
    ],
)
def test_it_is_late_once_school_has_begun(
    world: World, sent: str, happened: str, is_late: bool
) -> None:
    moments = [
        datetime.fromisoformat(words).replace(tzinfo=clock.LONDON) for words in (sent, happened)
    ]
    with clock.at(moments[0]):
        about = {"contact": None, "happened_at": moments[1]}
        if is_late:
            errors = refused(lambda: send(world, **about))
            assert errors["late_why"][0].startswith("Say why it is late: it was due before")
            about["late_why"] = "The officer's shift had ended"
        notice = send(world, **about)
    assert notice.was_late is is_late


def test_the_answer_to_a_late_one_is_due_within_an_hour_of_working_time(world: World) -> None:
    about = {"contact": None, "late_why": "Found out today"}
    at = clock.now()
    late = send(world, happened_at=at - timedelta(days=3), **about)
    assert late.answer_due_at == at + timedelta(hours=1)
    with clock.at(datetime(2026, 11, 27, 22, 0, tzinfo=UTC)):
        at_night = send(world, happened_at=at - timedelta(days=4), **about)
    assert at_night.answer_due_at == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def test_the_others_are_due_by_the_end_of_the_next_working_day(world: World) -> None:
    health = factories.agency(AgencyKind.HEALTH)
    with clock.at(datetime(2026, 11, 27, 22, 0, tzinfo=UTC)):
        notice = send(world, kind=NoticeKind.HEALTH, agency=health)
    assert notice.due_at == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert not notice.was_late


def test_nothing_has_happened_yet_that_is_still_to_come(world: World) -> None:
    ahead = clock.now() + timedelta(minutes=1)
    errors = refused(lambda: send(world, contact=None, happened_at=ahead))
    assert set(errors) == {"happened_at"}


def test_whose_school_should_be_told(world: World) -> None:
    small, grown = (
        factories.child("Una", born=date(2024, 1, 1)),
        factories.child("Kai", born=date(2008, 1, 1)),
    )
    viewer = world.lead_worker
    contact = abuse(world, world.child, world.sibling, small, grown)
    found = partners.queries.schools_to_tell(contact, viewer=viewer)
    assert found is not None
    assert found.due_at == datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    assert found.people == [world.child, world.sibling]
    send(world, contact=contact)
    left = partners.queries.schools_to_tell(contact, viewer=viewer)
    assert left is not None
    assert left.people == [world.sibling]
    send(world, contact=contact, person=world.sibling, content="Sat on the stairs")
    assert partners.queries.schools_to_tell(contact, viewer=viewer) is None


def test_no_school_is_to_be_told_of_other_contacts_or_of_children_out_of_ground(
    world: World,
) -> None:
    viewer = world.lead_worker
    plain = factories.contact(world.child, by=viewer)
    assert partners.queries.schools_to_tell(plain, viewer=viewer) is None
    secret = abuse(world, handling=Handling.POLICE_ONLY)
    assert partners.queries.schools_to_tell(secret, viewer=viewer) is None
    stranger = factories.user(Role.OFFICER)
    assert partners.queries.schools_to_tell(abuse(world), viewer=stranger) is None
