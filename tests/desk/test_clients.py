"""The pages of API clients: registered, told the secret once, renewed, shut out; and the API's docs."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import accounts.queries
import rest.commands
from accounts.models import Agency, AgencyKind, Role, User
from audit.denied import NotAllowed
from rest.models import Client as Machine
from tests import factories
from tests.browser import WIDTHS, Visitor
from tests.desk.pages import text_of
from tests.races import at_once
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
    figures = accounts.queries.people(viewer=factories.administrator())
    assert figures.users == User.objects.exclude(username="system").count() - 1


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


@pytest.mark.usefixtures("held_clock")
def test_an_administrator_of_another_agency_makes_no_client_of_the_police(
    typed: dict[str, object], signed_in: SignedIn
) -> None:
    """It would be matched against everybody and open full records: a way round every ground."""
    police, _ = rest.commands.register_client(
        "Control",
        agency=factories.agency(is_lead=True),
        scopes=["contacts:write"],
        by=factories.administrator(),
    )
    school = factories.agency(AgencyKind.SCHOOL)
    head = factories.user(Role.ADMINISTRATOR, agency=school)
    admin = signed_in(head)
    assert admin.post("/clients/new", typed | {"name": "Mine"}).status_code == 422
    for answer in (
        admin.get(f"/clients/{police.pk}"),
        admin.post(f"/clients/{police.pk}", {"renew": "yes"}),
        admin.post(f"/clients/{police.pk}", {"revoke": "yes"}),
    ):
        assert answer.status_code == 404
    assert "Control" not in text_of(admin.get("/clients"))
    with pytest.raises(NotAllowed):
        rest.commands.register_client("Mine", agency=police.agency, scopes=["risk:read"], by=head)
    with pytest.raises(NotAllowed):
        rest.commands.revoke_client(police, by=head)
    own = admin.post("/clients/new", typed | {"name": "Register", "agency": school.pk})
    assert (own.status_code, own.context["client"].agency) == (200, school)


@pytest.mark.usefixtures("held_clock")
def test_of_two_who_register_one_name_at_once_one_does(committing: None) -> None:
    police, by = factories.agency(is_lead=True), factories.administrator()

    def register() -> object:
        return rest.commands.register_client(
            "Control", agency=police, scopes=["contacts:write"], by=by
        )

    answers = at_once(Agency.objects.filter(pk=police.pk), register, register)
    assert sum(isinstance(each, ValidationError) for each in answers) == 1
    assert Machine.objects.count() == 1
