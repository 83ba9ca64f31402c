"""One page for each role, and one for several roles together."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Role
from desk import my_work
from tests import factories
from tests.desk.home.page import SignedIn, headings, raise_flag

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_signed_out_leads_to_the_sign_in_page() -> None:
    assert Client().get("/").headers["Location"].startswith("/sign-in")


def test_several_roles_are_one_page_without_repeats(signed_in: SignedIn) -> None:
    hub, team = factories.team(is_hub=True), factories.team()
    everything = factories.user(
        Role.OFFICER, Role.SUPERVISOR, Role.TRIAGE_WORKER, Role.LEAD_WORKER, teams=(hub, team)
    )
    raise_flag(everything)
    factories.contact(factories.child(), by=everything)
    found = headings(signed_in(everything))
    assert len(found) == len(set(found))
    assert found[:2] == ["Safeguarding: answer now", "Log a contact"]
    assert set(found) == {
        "Safeguarding: answer now",
        "Log a contact",
        "Referrals to decide",
        "Prompts to confirm or drop",
        "To complete before your shift ends",
        "New for you",
        "My actions",
        "My cases",
        "On duty now and tonight",
        "My referrals",
    }


def test_every_role_has_its_order_and_every_section_its_partial() -> None:
    assert set(my_work.ORDER) == set(Role) - {Role.SYSTEM, Role.API_CLIENT}
    folder = Path(__file__).resolve().parents[3] / "templates/desk/home"
    for make in {make for order in my_work.ORDER.values() for make in order} | {*my_work.EVERYBODY}:
        assert (folder / f"_{make.__name__}.html").exists(), make
