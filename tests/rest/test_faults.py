"""When something breaks in the portal, a program is answered in its own words and a person with a page."""

from unittest.mock import patch

import pytest
from django.test import Client

from tests.rest.api import machine

pytestmark = pytest.mark.usefixtures("db")


def test_a_fault_is_a_problem_that_says_nothing_of_why() -> None:
    client = Client(raise_request_exception=False)
    token = {"Authorization": f"Bearer {machine().token}"}
    with patch("interventions.queries.services", side_effect=RuntimeError("Milo Castellan")):
        answer = client.get("/api/v1/services", headers=token)
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "fault"
    assert "Milo" not in answer.content.decode()


def test_a_person_gets_a_page() -> None:
    client = Client(raise_request_exception=False)
    with patch("desk.views.account.SignIn", side_effect=RuntimeError("no")):
        answer = client.get("/sign-in")
    assert answer.status_code == 500
    assert "text/html" in answer["Content-Type"]
