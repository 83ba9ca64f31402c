"""My work of information governance and of whoever keeps a hidden record."""

from datetime import timedelta

import pytest

import accounts.commands
import clock
from accounts.models import AgencyKind, Notification, Role
from tests import factories
from tests.access import world
from tests.desk.home.page import SignedIn, headings, page
from tests.desk.pages import text_of
from tests.partners.conftest import sign

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_information_governance_sees_what_was_refused_and_what_ends(signed_in: SignedIn) -> None:
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    officer = factories.user(Role.OFFICER)
    with clock.at(clock.now() - timedelta(days=8)):
        signed_in(officer).get("/children/1")
    for path in ("/children/1", "/record-of-use"):
        signed_in(officer).get(path)
    accounts.commands.note_failed_sign_in("somebody", None)
    parties = [factories.agency(is_lead=True), factories.agency(AgencyKind.SCHOOL)]
    for title, days in (("Ends on time", 60), ("Ends later", 61)):
        sign(
            title=title,
            parties=parties,
            ends_on=clock.today() + timedelta(days=days),
            by=governance,
        )
    client = signed_in(governance)
    assert headings(client) == [
        "The sealed record of use",
        "Refused in the last 7 days",
        "Agreements that end soon",
    ]
    shown = text_of(client.get("/"))
    assert "2 attempts to open or do what is not theirs 1 failed sign-in Look into" in shown
    assert "Ends on time Its last day is 22 January 2027" in shown
    assert "Ends later" not in shown


def test_who_keeps_a_hidden_record_has_what_is_to_be_decided_until_it_is(
    signed_in: SignedIn,
) -> None:
    built = world.build()
    owner, hit = built.users["duty"], built.ids["hit"]
    client = signed_in(owner)
    assert f'href="/hits/{hit}"' in page(client)
    # Following the line of 'New for you' is no decision.
    line = Notification.objects.get(user=owner, url=f"/hits/{hit}")
    client.post(f"/notifications/{line.pk}")
    shown = text_of(client.get("/"))
    assert "Restricted records that you keep" in shown
    assert f"decide on H-{hit}" in shown
    client.post(f"/hits/{hit}", {"outcome": "not the child", "reason": "Another June"})
    shown = text_of(client.get("/"))
    assert "1 record, with who may open it" in shown
    assert f"decide on H-{hit}" not in shown


def test_only_its_owner_reads_of_a_hidden_record_on_their_work(signed_in: SignedIn) -> None:
    """Who is on its list reads it as any other; governance keeps lists, and is told of no hit."""
    built = world.build()
    for name in ("lead", "officer", "governance", "school"):
        assert "Restricted records that you keep" not in page(signed_in(built.users[name])), name


def test_information_governance_sees_the_tries_that_wait_for_a_review(
    signed_in: SignedIn,
) -> None:
    built = world.build()
    client = signed_in(built.users["governance"])
    assert "Broken glass 1 try waits for a review, the first by" in text_of(client.get("/"))
    tried = built.ids["tried"]
    client.post(f"/break-glass/reviews/{tried}", {"outcome": "right", "words": "Missing, found"})
    assert "Broken glass" not in page(client)
