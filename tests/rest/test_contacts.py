"""Contacts over the API: once, newer texts as amendments, matched openly or blind."""

import pytest

from cases.models import Contact
from tests.rest.api import machine, report

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_a_contact_is_written_down_and_opens_the_child() -> None:
    lead = machine()
    answer = lead.post("/contacts", report())
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert said["state"] == "new"
    (child,) = said["children"]
    assert child["outcome"] == "new"
    contact = Contact.objects.get()
    assert (contact.pk, contact.source_ref) == (said["id"], "CAD-1")
    assert contact.recorded_by == lead.user
    assert lead.get(f"/children/{child['id']}/readings").status_code == 200
