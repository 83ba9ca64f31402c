"""A token that is on its way while its client is given a new secret, or is shut out."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.http import HttpResponse

import clock
import rest.commands
from rest.models import Client
from tests import factories
from tests.conftest import TODAY
from tests.races import in_turn
from tests.rest.api import ask_for_token, machine


@pytest.mark.parametrize("end", [rest.commands.renew_secret, rest.commands.revoke_client])
def test_a_token_on_its_way_ends_with_the_secret_that_it_was_asked_for_with(
    end: Callable[..., object], committing: None
) -> None:
    with clock.at(TODAY):
        lead = machine()
    row = Client.objects.filter(pk=lead.client.pk)

    def ask() -> HttpResponse:
        with clock.at(TODAY):
            return ask_for_token(lead.client.client_id, lead.secret)

    def finish() -> object:
        with clock.at(TODAY):
            return end(lead.client, by=factories.administrator())

    answer, _ = in_turn(row, ask, finish)
    assert answer.status_code == 200
    assert replace(lead, token=answer.json()["access_token"]).get("/me").status_code == 401
