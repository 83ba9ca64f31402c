"""The pages of API clients: registered, told the secret once, renewed, shut out; and the API's docs."""

from collections.abc import Callable

import pytest
from django.test import Client

import accounts.queries
import rest.commands
from accounts.models import Role, User
from rest.models import Client as Machine
from tests import factories
from tests.browser import WIDTHS, Visitor
from tests.desk.pages import text_of
from tests.rest.api import ask_for_token

SignedIn = Callable[[User], Client]


@pytest.fixture
def typed(db: None) -> dict[str, object]:
    agency = factories.agency(is_lead=True)
    return {"name": "Control", "agency": agency.pk, "scopes": ["contacts:write", "risk:read"]}


@pytest.mark.usefixtures("held_clock")
def test_a_client_is_registered_and_its_secret_told_once(
    typed: dict[str, object], signed_in: SignedIn
) -> None:
    admin = signed_in(factories.administrator())
    page = admin.post("/clients/new", typed)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    machine, secret = Machine.objects.get(), page.context["secret"]
    assert secret in text_of(page)
    assert ask_for_token(machine.client_id, secret).status_code == 200
    for path in ("/clients", f"/clients/{machine.pk}"):
        assert secret not in admin.get(path).content.decode()
    again = admin.post("/clients/new", typed)
    assert again.status_code == 422
    assert "has a client of this name" in text_of(again)
    assert Machine.objects.count() == 1


@pytest.mark.usefixtures("held_clock")
def test_a_form_with_gaps_comes_back(typed: dict[str, object], signed_in: SignedIn) -> None:
    admin = signed_in(factories.administrator())
    for wrong in ({"name": ""}, {"agency": "0"}, {"scopes": ["everything"]}, {"scopes": []}):
        assert admin.post("/clients/new", typed | wrong).status_code == 422
    assert not Machine.objects.exists()


@pytest.mark.usefixtures("held_clock")
def test_a_secret_is_renewed_and_a_client_shut_out(
    typed: dict[str, object], signed_in: SignedIn
) -> None:
    admin = signed_in(factories.administrator())
    first = admin.post("/clients/new", typed).context["secret"]
    machine = Machine.objects.get()
    second = admin.post(f"/clients/{machine.pk}", {"renew": "yes"}).context["secret"]
    assert ask_for_token(machine.client_id, first).status_code == 401
    assert ask_for_token(machine.client_id, second).status_code == 200
    assert admin.post(f"/clients/{machine.pk}", {"revoke": "yes"}).status_code == 302
    assert ask_for_token(machine.client_id, second).status_code == 401
    assert "Revoked" in text_of(admin.get(f"/clients/{machine.pk}"))
    assert admin.post(f"/clients/{machine.pk}", {"renew": "yes"}).status_code == 422
    assert admin.get("/clients/999999").status_code == 404


@pytest.mark.usefixtures("held_clock")
def test_a_machine_signs_in_nowhere_and_is_given_no_work(typed: dict[str, object]) -> None:
    client, _ = rest.commands.register_client(
        "Control",
        agency=factories.agency(is_lead=True),
        scopes=["contacts:write"],
        by=factories.administrator(),
    )
    browser = Client()
    answer = browser.post("/sign-in", {"username": client.client_id, "password": ""})
    assert answer.status_code == 422
    colleagues = accounts.queries.colleagues(viewer=factories.user(Role.OFFICER))
    assert client.user not in colleagues


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_in_a_browser(browser: object, portal: str, width: str) -> None:
    admin = factories.administrator()
    rest.commands.register_client(
        "Command and control",
        agency=factories.agency(is_lead=True),
        scopes=["contacts:write", "risk:read"],
        by=admin,
    )
    visitor = Visitor(browser, portal, width, "clients")
    assert visitor.goes_to("/api/v1/docs/") == 200
    assert f"{visitor.address}/api/v1/token" in visitor.reads()
    visitor.looks("docs")
    visitor.signs_in(admin.username, factories.PASSWORD)
    for path, name in (("/clients", "list"), ("/clients/new", "new")):
        visitor.goes_to(path)
        visitor.looks(name)
    page = visitor.page
    page.get_by_label("What is the program called?").fill("School system")
    page.get_by_label("Which agency is it of?").select_option(index=1)
    page.get_by_label("Read which help is on offer here").check()
    page.get_by_role("button", name="Register the client").click()
    page.get_by_role("heading", name="The client’s secret").wait_for()
    visitor.looks("secret")
    page.get_by_role("link", name="The client School system").click()
    page.get_by_role("button", name="Revoke the client").wait_for()
    visitor.looks("client")
    visitor.leaves()
