"""Flags on My work, and the climb that must not wait for the clock process."""

from datetime import timedelta
from unittest.mock import patch

import pytest

import accounts.commands
import clock
from accounts.models import AgencyKind, Role
from audit.models import Entry, Kind
from cases.models import DutyCall
from tests import factories
from tests.desk.home.page import SignedIn, page, raise_flag

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_an_unanswered_flag_stands_above_all_with_its_wait(signed_in: SignedIn) -> None:
    supervisor = factories.user(Role.SUPERVISOR)
    flag = raise_flag(supervisor, minutes_ago=12)
    text = page(signed_in(supervisor))
    assert f"F-{flag.pk}: Robin Example" in text
    assert "Waiting 12 minutes" in text
    assert text.index("Safeguarding: answer now") < text.index("Log a contact")
    assert "Nothing waits" not in text
    entry = Entry.objects.get(kind=Kind.CONSULTATION, username=supervisor.username)
    assert (entry.verb, entry.persons) == ("home", [flag.person_id])


def test_a_late_climb_is_called_by_whoever_opens_the_page_in_the_lead_agency(
    signed_in: SignedIn,
) -> None:
    supervisor, inspector = factories.user(Role.SUPERVISOR), factories.user(Role.SUPERVISOR)
    accounts.commands.post_duty("Inspector", step=1, user=inspector, by=factories.administrator())
    flag = raise_flag(supervisor, minutes_ago=14)
    officer = factories.user(Role.OFFICER)
    with patch("cases.commands.climb") as climb:
        page(signed_in(officer))
    assert not climb.called  # nothing is late yet
    with clock.at(clock.now() + timedelta(minutes=1)):
        school = factories.agency(AgencyKind.SCHOOL)
        page(signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school)))
        assert DutyCall.objects.count() == 1
        page(signed_in(officer))
        page(signed_in(officer))
    called = flag.calls.get(step=1)
    assert called.user == inspector
    assert DutyCall.objects.count() == 2
    assert Entry.objects.filter(verb="call duty", username="system").count() == 1


def test_of_many_flags_the_longest_waiting_stand_here_and_the_rest_behind_a_link(
    signed_in: SignedIn,
) -> None:
    supervisor = factories.user(Role.SUPERVISOR)
    raise_flag(supervisor, minutes_ago=14)
    officer = factories.user(Role.OFFICER)
    assert "More flags wait" not in page(signed_in(supervisor))
    for _ in range(10):
        factories.contact(factories.child("Sam"), by=officer, safe_now="no")
    text = page(signed_in(supervisor))
    assert "Waiting 14 minutes" in text
    assert text.count("Not safe now") == 10
    assert "More flags wait" in text
