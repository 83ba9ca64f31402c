"""My work of partners."""

from datetime import timedelta

import pytest

import cases.commands
import clock
from accounts.models import AgencyKind, Role
from audit.models import Entry
from tests import factories
from tests.desk.home.page import SignedIn, headings, page, told
from tests.desk.pages import text_of
from tests.interventions import conftest as help_world
from tests.partners.conftest import build_world

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_a_partner_is_offered_what_is_theirs(signed_in: SignedIn) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    text = page(signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school)))
    assert "Nothing is shared with your agency now" in text
    assert "Log a contact" in text
    assert "You have made no referral yet" in text
    assert "To complete before your shift ends" not in text


@pytest.mark.parametrize("role", [Role.PARTNER_PRACTITIONER, Role.PARTNER_MANAGER])
def test_a_partner_sees_what_is_shared_until_when_and_their_actions(
    role: Role, signed_in: SignedIn
) -> None:
    built = build_world()
    built.share(until=clock.now() + timedelta(days=14))
    sibling = factories.place(built.sibling, built.case)
    built.share(place=sibling, until=clock.now() + timedelta(days=15))
    user = factories.user(role, agency=built.school)
    told(user)
    client = signed_in(user)
    assert headings(client) == [
        "Log a contact",
        "New for you",
        "Shared with us",
        "My actions",
        "My referrals",
    ]
    shown = text_of(client.get("/"))
    assert "Robin Example Ends soon Early help, until the end of 8 December 2026" in shown
    assert "Sam Example Early help, until the end of 9 December 2026" in shown


def test_a_partner_manager_sees_the_room_in_their_own_agency_s_services(
    signed_in: SignedIn,
) -> None:
    world = help_world.build_world()
    charity = factories.user(Role.PARTNER_MANAGER, agency=world.charity)
    shown = text_of(signed_in(charity).get("/"))
    assert "Our services Side by Side Ages 8 to 17. 2 of 2 places free" in shown
    of_another = factories.user(Role.PARTNER_MANAGER, agency=world.base.school)
    assert "Our services" not in text_of(signed_in(of_another).get("/"))


def test_a_partner_at_the_table_finds_the_child_until_the_seat_ends(signed_in: SignedIn) -> None:
    built = build_world()
    mentor = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.CHARITY))
    client = signed_in(mentor)
    assert "Children you help" not in page(client)
    cases.commands.seat(built.place, mentor, role="mentor", by=built.lead_worker)
    assert headings(client)[:2] == ["Log a contact", "Children you help"]
    shown = text_of(client.get("/"))
    assert f"{built.child.name}, {built.case.reference} Mentor." in shown
    assert built.sibling.name not in shown
    entry = Entry.objects.filter(verb="home", username=mentor.username).latest("pk")
    assert (entry.persons, entry.ground) == ([built.child.pk], "case team")
    built.case.places.get(pk=built.place.pk).team_places.filter(user=mentor).update(
        until=clock.now()
    )
    assert "Children you help" not in page(client)
