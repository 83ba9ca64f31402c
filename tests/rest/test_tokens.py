"""Tokens: given for a secret, good for an hour, ended in that second."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client as Browser
from oauth2_provider.models import get_access_token_model

import clock
import rest.commands
from accounts.models import Role
from audit.denied import NotAllowed
from audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from tests.rest.api import FORM, Machine, ask_for_token, machine

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def lead() -> Machine:
    return machine()


def test_neither_secret_nor_token_is_kept(lead: Machine) -> None:
    row = get_access_token_model().objects.get()
    assert row.token == ""
    assert row.token_checksum == hashlib.sha256(lead.token.encode()).hexdigest()
    lead.client.refresh_from_db()
    assert lead.secret not in lead.client.client_secret
    assert not lead.user.has_usable_password()


def test_a_token_is_good_for_an_hour(lead: Machine) -> None:
    with clock.at(TODAY + timedelta(minutes=59, seconds=59)):
        assert lead.get("/me").status_code == 200
    with clock.at(TODAY + timedelta(hours=1)):
        answer = lead.get("/me")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


def test_who_am_i(lead: Machine) -> None:
    said = lead.get("/me").json()
    assert said["client"] == lead.client.client_id
    assert said["agency"] == lead.client.agency.name
    assert said["scopes"] == sorted(lead.client.scopes)


def test_a_client_is_given_no_scope_but_its_own() -> None:
    narrow = machine(scopes=("services:read",))
    answer = ask_for_token(narrow.client.client_id, narrow.secret, scope="risk:read")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    refused = narrow.get("/referrals")
    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="referrals:read"' in refused["WWW-Authenticate"]


def test_revoked_means_now_and_for_ever(lead: Machine) -> None:
    rest.commands.revoke_client(lead.client, by=factories.administrator())
    assert lead.get("/me").status_code == 401
    answer = ask_for_token(lead.client.client_id, lead.secret)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_user_who_is_shut_out_shuts_the_client_out(lead: Machine) -> None:
    lead.user.is_active = False
    lead.user.save()
    assert lead.get("/me").status_code == 401
    assert ask_for_token(lead.client.client_id, lead.secret).status_code == 401


def test_a_new_secret_ends_the_old_one_and_its_tokens(lead: Machine) -> None:
    secret = rest.commands.renew_secret(lead.client, by=factories.administrator())
    assert lead.get("/me").status_code == 401
    assert ask_for_token(lead.client.client_id, lead.secret).status_code == 401
    assert ask_for_token(lead.client.client_id, secret).status_code == 200


def test_an_administrator_alone_registers_and_each_step_is_recorded(lead: Machine) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            rest.commands.revoke_client(lead.client, by=factories.user(role))
    rest.commands.renew_secret(lead.client, by=factories.administrator())
    rest.commands.revoke_client(lead.client, by=factories.administrator())
    rest.commands.revoke_client(lead.client, by=factories.administrator())
    verbs = [e.verb for e in Entry.objects.filter(records__client=lead.client.pk).order_by("pk")]
    assert verbs == ["register client", "give token", "renew secret", "revoke client"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("grant_type=password&username=a&password=b", 400),
        ("grant_type=authorization_code&code=1", 400),
        ("grant_type=client_credentials", 401),
        ("grant_type=client_credentials&client_id=%00&client_secret=%00", 401),
        ("grant_type=client_credentials&client_id=%ff%fe&client_secret=x", 401),
        ("grant_type=client_credentials&grant_type=password", 400),
        ("client_id=" + "9" * 10_000, 400),
    ],
)
def test_no_form_is_a_fault_of_ours(body: str, status: int) -> None:
    answer = Browser().post("/api/v1/token", body, content_type=FORM)
    assert answer.status_code == status, answer.content
    assert "error" in answer.json()


@pytest.mark.parametrize(
    "basic", ["Basic AA==", "Basic OgA6AA==", "Basic \u00ff", "Bearer x", "Basic"]
)
def test_no_header_is_a_fault_of_ours(basic: str) -> None:
    answer = Browser().post(
        "/api/v1/token",
        "grant_type=client_credentials",
        content_type=FORM,
        headers={"Authorization": basic},
    )
    assert answer.status_code in {400, 401}
    assert "error" in answer.json()


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer \u00ff", "Bearer a b", "Basic eA==", "Bearer " + "x" * 9000],
)
def test_what_is_no_token_is_401(given: str) -> None:
    answer = Browser().get("/api/v1/me", headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


def test_each_token_and_each_wrong_secret_is_in_the_record_of_use(lead: Machine) -> None:
    """Whoever guesses at secrets must not do so unseen."""
    given = Entry.objects.get(verb="give token")
    assert (given.user_id, given.records) == (lead.user.pk, {"client": lead.client.pk})
    assert ask_for_token(lead.client.client_id, "guessed").status_code == 401
    assert ask_for_token("client-0123456789abcdef", "guessed").status_code == 401
    refused = Entry.objects.filter(kind="denied", verb="api:token")
    assert refused.count() == 2
    assert {(each.user_id, each.address) for each in refused} == {(None, "127.0.0.1")}
    assert "guessed" not in str(list(refused.values()))
