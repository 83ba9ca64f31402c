"""Clients of agencies for tests: registered by an administrator, with a token, over HTTP."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.test import Client as Browser

import rest.commands
from accounts.models import Agency, User
from rest.models import Client
from tests import factories

SCOPES = tuple(settings.API_SCOPES)
_next = count(1)


@dataclass(frozen=True)
class Machine:
    """A client with its secret and a token."""

    client: Client
    secret: str
    token: str

    @property
    def user(self) -> User:
        return self.client.user

    def get(self, path: str, **headers: str) -> HttpResponse:
        return Browser().get(f"/api/v1{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any, *, key: str = "", **headers: str) -> HttpResponse:
        sent = body if isinstance(body, bytes) else json.dumps(body)
        return Browser().post(
            f"/api/v1{path}",
            sent,
            content_type="application/json",
            headers={"Idempotency-Key": key or str(uuid4()), **self._headers(headers)},
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **named}


def machine(agency: Agency | None = None, scopes: tuple[str, ...] = SCOPES) -> Machine:
    """A client of an agency, of the lead agency where none is said, with a token for its scopes."""
    client, secret = rest.commands.register_client(
        f"Client {next(_next)}",
        agency=agency or factories.agency(is_lead=True),
        scopes=scopes,
        by=factories.administrator(),
    )
    answer = ask_for_token(client.client_id, secret)
    assert answer.status_code == 200, answer.content
    return Machine(client, secret, answer.json()["access_token"])


def ask_for_token(client_id: str, secret: str, **more: str) -> HttpResponse:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return Browser().post("/api/v1/token", urlencode({**form, **more}), content_type=FORM)


FORM = "application/x-www-form-urlencoded"


def report(**more: Any) -> dict[str, Any]:
    """A contact as another system tells it."""
    return {
        "source_ref": "CAD-1",
        "occurred_at": "2026-11-24T09:30:00+00:00",
        "contact_type": "Child concern",
        "narrative": "Seen alone at the bus station late at night",
        "handling": "share",
        "children": [robin()],
        **more,
    }


def robin(**more: Any) -> dict[str, Any]:
    """Robin Example, as factories.child describes her."""
    return {
        "surname": "Example",
        "forenames": "Robin",
        "date_of_birth": "2013-05-04",
        "address": "1 Sample Street",
        "postcode": "NB1 1AA",
        **more,
    }
