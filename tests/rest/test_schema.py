"""The schema holds: it is the one in docs/, and every operation answers as it says, whatever is sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
import schemathesis.checks
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client as Browser
from hypothesis import HealthCheck, settings
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

import referrals.commands
from cases.models import Contact
from eiportal.wsgi import application
from tests import factories
from tests.rest.api import Machine, machine, report

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.usefixtures("db", "held_clock")

# Off: positive_data_acceptance (a date of birth after the contact is of the right shape and is
# refused all the same), and what looks for leaks between users by guessing ids, which
# tests/access/test_api_matrix.py asks cell by cell.
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
]


def test_the_schema_in_docs_is_the_one_that_is_served(tmp_path: Path) -> None:
    """Make it anew: .venv/bin/python manage.py spectacular --file docs/openapi.yaml"""
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), fail_on_warn=True)
    kept = (ROOT / "docs/openapi.yaml").read_text()
    assert made.read_text() == kept, "the API has changed: read the difference, then make it anew"
    assert Browser().get("/api/v1/schema/").json() == yaml.safe_load(kept)


@pytest.fixture
def lead(db: None) -> Machine:
    return machine()


@pytest.fixture
def there(lead: Machine) -> dict[str, object]:
    """What there is to be read, by the names of the addresses' parameters."""
    child = lead.post("/contacts", report(safe_now="no")).json()["children"][0]["id"]
    factories.team(is_hub=True)
    contact = Contact.objects.get()
    referral = referrals.commands.make_referral(
        contact=contact,
        children=[each.person for each in contact.children.all()],
        reason="Away from home twice",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=lead.user,
    )
    service = factories.service()
    return {"child": child, "reference": referral.reference, "key": str(service.key)}


@pytest.fixture
def open_connection(there: object) -> Iterator[None]:
    """The portal's requests in this process leave the test's connection open.

    Last of all: Django's own test client puts back what it finds missing.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


SCHEMA = schemathesis.openapi.from_path(ROOT / "docs/openapi.yaml")
SCHEMA.app = application


@SCHEMA.parametrize()
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_the_schema_says(
    case: schemathesis.Case, lead: Machine, there: dict[str, object], open_connection: None
) -> None:
    # Every other one asks for something that is there, unless the address is what it has wrong.
    path = case.meta.components.get(ParameterLocation.PATH)
    for name, ident in there.items():
        typed = case.path_parameters.get(name)
        if typed is not None and len(str(typed)) % 2 and not path.mode.is_negative:
            case.path_parameters[name] = ident
    case.call_and_validate(headers={"Authorization": f"Bearer {lead.token}"}, checks=CHECKS)
