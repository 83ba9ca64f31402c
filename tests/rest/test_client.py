"""The example client of docs/, run as anybody would run it, against the served portal."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

import cases.commands
import clock
import rest.commands
from accounts.models import Agency, Role
from cases.models import Person
from tests import factories
from tests.access.test_api_matrix import share_watch
from tests.rest.api import SCOPES

ROOT = Path(__file__).resolve().parent.parent.parent


def run(portal: str, agency: Agency, *arguments: str) -> str:
    client, secret = rest.commands.register_client(
        f"Example {uuid4()}",
        agency=agency,
        scopes=SCOPES,
        by=factories.administrator(),
    )
    known = {"PORTAL": portal, "CLIENT_ID": client.client_id, "CLIENT_SECRET": secret}
    done = subprocess.run(
        [sys.executable, ROOT / "docs/client.py", *arguments],
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return done.stdout + done.stderr


@pytest.fixture
def robin(portal: str) -> Person:
    """Known, as the example client describes her, and seen to miss school."""
    child = factories.child(forenames="Robin", surname="Sample")
    cases.commands.observe(
        child,
        factories.indicator("SCH01"),
        observed_on=clock.today(),
        severity=2,
        confidence="confirmed",
        source="form",
        # Not of the lead agency: what its staff observe without a contact is police only.
        by=factories.user(Role.OFFICER, agency=factories.agency()),
    )
    return child


def test_the_lead_agency_posts_and_reads_and_lists(portal: str, robin: Person) -> None:
    said = run(portal, factories.agency(is_lead=True), "lead")
    assert f"{robin.reference} is known." in said
    assert "is new" in said
    assert "is amended" in said
    assert f"{robin.reference} as of" in said
    assert "needs help: " in said
    assert factories.indicator("SCH01").name in said
    assert "0 referrals." in said


def test_a_school_reads_what_to_watch_for_and_nothing_that_is_not_shared(
    portal: str, robin: Person
) -> None:
    school = factories.agency()
    assert "404 not_found" in run(portal, school, "partner", robin.reference)
    share_watch(robin, school)
    other = factories.agency()
    assert "1 things to watch for" in run(portal, school, "partner", robin.reference)
    assert "404 not_found" in run(portal, other, "partner", robin.reference)
