"""Information governance's console: who used which record, when and why."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver

import clock
from accounts.models import Role, User
from audit.models import Entry
from desk.entries import PAGES
from tests import factories

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def governor() -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE, username="ines")


def rows(client: Client, **asked: str) -> list[str]:
    """The rows of the table, each in plain words."""
    text = client.get("/record-of-use", asked).content.decode()
    body = text.partition("<tbody")[2].partition("</tbody>")[0]
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


@pytest.mark.parametrize("role", [r for r in Role if r != Role.INFORMATION_GOVERNANCE])
def test_it_is_for_information_governance_alone(role: Role, signed_in: SignedIn) -> None:
    assert signed_in(factories.user(role)).get("/record-of-use").status_code == 403


def test_signed_out_leads_to_the_sign_in_page() -> None:
    assert Client().get("/record-of-use").headers["Location"].startswith("/sign-in")


def test_a_look_shows_who_what_which_child_and_on_which_ground(
    governor: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER, username="olu", name="Olu Officer")
    child = factories.child("Robin", "Example")
    factories.contact(child, by=officer)
    signed_in(officer).get(f"/children/{child.pk}")
    first = rows(signed_in(governor))[0]
    for said in ("24 November 2026 at 10:30", "Olu Officer olu", "Opened the record"):
        assert said in first
    assert f"C-{child.pk}" in first
    assert first.endswith("The full record Task")
    assert "Robin" not in signed_in(governor).get("/record-of-use").content.decode()


def test_what_was_done_is_said_in_words_and_a_search_by_the_start_of_its_digest(
    governor: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER, username="olu")
    child = factories.child("Robin", "Example")
    client = signed_in(officer)
    client.post("/search", {"surname": "Example", "forenames": "Robin"})
    client.get(f"/children/{child.pk}")
    (terms,) = Entry.objects.get(verb="search").records["terms"]
    refused, searched, *_ = rows(signed_in(governor))
    assert f"Refused: the record child {child.pk} C-{child.pk}" in refused
    assert "Opened the search" in searched
    assert terms[:8] in searched
    assert terms[:9] not in searched


def test_every_page_that_is_looked_at_has_a_name_in_words() -> None:
    looked_at = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    silent = {"health", "sign_in", "sign_out", "accessibility", "notification"}
    parts = {
        "contact_draft_save",
        "contact_complete_save",
        "run_progress",
    }
    assert set(PAGES) == looked_at - silent - parts


def test_user_record_and_day_each_narrow_it(governor: User, signed_in: SignedIn) -> None:
    officer = factories.user(Role.OFFICER, username="olu")
    child, other = factories.child("Robin"), factories.child("Sam")
    with clock.at(clock.now() - timedelta(days=1)):
        for seen in (child, other):
            factories.contact(seen, by=officer)
        signed_in(officer).get(f"/children/{child.pk}")
    signed_in(officer).get(f"/children/{other.pk}")
    client = signed_in(governor)

    def looks(**asked: str) -> list[str]:
        return [row for row in rows(client, **asked) if "Opened the record C-" in row]

    assert len(looks()) == 2
    assert len(looks(user="olu")) == 2
    assert looks(user="nobody") == []
    for typed in (f"C-{child.pk}", f"c-{child.pk}", str(child.pk), f" {child.pk} "):
        assert len(looks(record=typed)) == 1, typed
    today = {"day-day": "24", "day-month": "11", "day-year": "2026"}
    (of_today,) = looks(**today)
    assert f"C-{other.pk}" in of_today
    assert looks(**today, record=f"C-{child.pk}") == []


def test_a_look_at_the_console_is_recorded_with_what_was_asked(
    governor: User, signed_in: SignedIn
) -> None:
    asked = {"user": "olu", "record": "C-12", "day-day": "23", "day-month": "11"}
    signed_in(governor).get("/record-of-use", asked | {"day-year": "2026"})
    entry = Entry.objects.get(verb="record_of_use")
    assert (entry.persons, entry.ground) == ([12], "audit")
    assert entry.records == {"user name": "olu", "day": "2026-11-23"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"record": "Robin"}, "Enter a reference such as C-12"),
        ({"record": "C-" + "9" * 19}, "Enter a reference such as C-12"),
        ({"user": "\x00"}, "has a character that cannot be kept"),
        ({"user": "x" * 151}, "must be 150 characters or fewer"),
        ({"day-day": "31", "day-month": "2", "day-year": "2026"}, "must be a real date"),
        ({"day-day": "25", "day-month": "11", "day-year": "2026"}, "the same as or before"),
    ],
)
def test_what_cannot_be_asked_is_said_at_the_field(
    governor: User, signed_in: SignedIn, asked: dict[str, str], said: str
) -> None:
    answer = signed_in(governor).get("/record-of-use", asked)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "<tbody" not in answer.content.decode()
    assert Entry.objects.get(verb="record_of_use").records == {}


def test_pages_go_on_by_what_was_shown_last_and_keep_the_question(
    governor: User, signed_in: SignedIn
) -> None:
    reader = signed_in(factories.user(Role.SUPERVISOR, username="olu"))
    for minute in range(60):
        with clock.at(clock.now() + timedelta(minutes=minute // 3)):
            reader.get("/flags")
    client, path, pages = signed_in(governor), "/record-of-use?user=olu", []
    while path:
        # New entries come in all the time, and move no page.
        factories.user()
        text = client.get(path).content.decode()
        pages.append(text.count("Opened the list of flags"))
        found = re.search('href="([^"]+)" rel="next"', text)
        path = found and found[1].replace("&amp;", "&")
        assert path is None or (path.count("user=olu"), path.count("before=")) == (1, 1)
    assert pages == [25, 25, 10]
    back = re.search('href="([^"]+)" rel="prev"', text)
    assert back
    assert (
        client.get(back[1].replace("&amp;", "&")).content.decode().count("Opened the list of flags")
        == 25
    )


@pytest.mark.parametrize("cursor", ["x", "1", "-1-1", "9" * 40, "99999999999999999-1", "\x00"])
def test_an_address_that_is_no_page_leads_to_the_newest(
    governor: User, signed_in: SignedIn, cursor: str
) -> None:
    client = signed_in(governor)
    for name in ("before", "after"):
        assert client.get("/record-of-use", {name: cursor}).status_code == 200
