"""The layout that every page shares, and the pages that stand when something went wrong."""

import logging

import pytest
from django.template import loader
from django.test import Client, override_settings

from tests.govuk.markup import elements, ids

pytestmark = pytest.mark.usefixtures("own_pages")

ERRORS = {"400.html": 400, "403.html": 403, "404.html": 404, "403_csrf.html": 403, "500.html": 500}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def body(client, path="/", **kwargs):
    return client.get(path, **kwargs).content.decode()


def test_every_page_carries_the_marking_and_names_who_is_signed_in(client):
    page = body(client)
    assert '<p class="app-marking">OFFICIAL-SENSITIVE</p>' in page
    assert "Ailsa Garrow, Wessington Police" in page
    assert "<title>Avery Stone - Early Intervention Portal</title>" in page


def test_signing_out_is_a_form_that_is_posted(client):
    [form] = elements(body(client), "form", action="/sign-out")
    assert form["method"] == "post"


def test_nobody_signed_in_no_name_and_no_way_out(client):
    page = body(client, "/sign-in")
    assert "/sign-out" not in page
    assert {"id_username", "id_password"} <= ids(page)


def test_the_navigation_marks_where_one_is(client):
    links = elements(body(client), "a", **{"class": ["govuk-service-navigation__link"]})
    assert [(own["href"], own.get("aria-current")) for own in links] == [
        ("/", "page"),
        ("/contact", None),
    ]


def test_whom_to_call_stands_on_every_page(client):
    assert elements(body(client), "a", href="tel:01632960100")


def test_no_script_or_style_stands_in_the_page(client):
    for path in ("/", "/contact", "/sign-in", "/accessibility", "/nowhere"):
        page = body(client, path)
        assert all("src" in own for own in elements(page, "script"))
        assert not elements(page, "style")
        for own in elements(page):
            assert not [name for name in own if name == "style" or name.startswith("on")], own


def test_the_content_policy_lets_nothing_else_in(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_form_with_errors_says_so_in_the_title(client):
    page = client.post("/contact", {"surname": ""}).content.decode()
    assert "<title>Error: Log a contact - Early Intervention Portal</title>" in page


def test_messages_stand_as_banners_each_with_its_own_id(client):
    client.post("/contact", {"surname": "Stone"})
    page = body(client)
    [banner] = elements(page, "div", role="alert")
    assert banner["aria-labelledby"] in ids(page)
    assert "Contact saved" in page


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere", 404, "Page not found"),
        ("/broken/400", 400, "could not be understood"),
        ("/broken/403", 403, "You cannot do this"),
        ("/broken/500", 500, "Sorry, there is a problem"),
    ],
)
def test_what_went_wrong_is_said_in_the_layout(client, path, status, words, caplog):
    caplog.set_level(logging.CRITICAL)
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "OFFICIAL-SENSITIVE" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_in_plain_words():
    answer = Client(enforce_csrf_checks=True).post("/contact", {"surname": "Stone"})
    assert answer.status_code == 403
    assert "Please send the page again" in answer.content.decode()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_no_request_and_no_context(name):
    """Django draws 400 and 500 with nothing at all, whatever the state of things."""
    assert "<h1" in loader.get_template(name).render()


def test_the_page_for_a_fault_of_ours_needs_no_address_of_the_site():
    with override_settings(ROOT_URLCONF="tests.govuk.markup"):
        assert "Sorry, there is a problem" in loader.get_template("500.html").render()
