"""Information governance's console: who used which record, when and why."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

import clock
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Verification
from desk.entries import PAGES
from oversight.commands import handing_out
from tests import factories
from tests.desk.pages import text_of

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def governor() -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE, username="ines")


def rows(client: Client, **asked: str) -> list[str]:
    """The rows of the table, each in plain words."""
    text = client.get("/record-of-use", asked).content.decode()
    body = text.rpartition("<tbody")[2].partition("</tbody>")[0]
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


@pytest.mark.parametrize("role", [r for r in Role if r != Role.INFORMATION_GOVERNANCE])
def test_it_is_for_information_governance_alone(role: Role, signed_in: SignedIn) -> None:
    assert signed_in(factories.user(role)).get("/record-of-use").status_code == 403


def test_a_name_that_is_nobodys_user_name_is_not_kept_in_the_record(
    governor: User, signed_in: SignedIn
) -> None:
    for address in ("/record-of-use", "/record-of-use.csv"):
        signed_in(governor).get(address, {"user": "Robin Example"})
        entry = Entry.objects.latest("pk")
        assert "Robin" not in str(vars(entry))
        assert entry.records["user name"] == "nobody's"


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
    silent = {"health", "sign_in", "sign_out", "accessibility", "notification", "pages"}
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
    factories.user(Role.OFFICER, username="olu")
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


# --- what is counted beside the list ----------------------------------------------------------


def text_with(client: Client, **asked: str) -> str:
    return text_of(client.get("/record-of-use", asked))


TODAY = {"day-day": "24", "day-month": "11", "day-year": "2026"}


def test_kind_ground_agency_and_verb_narrow_it_and_are_kept_with_the_look(
    governor: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER, username="olu")
    child = factories.child("Robin", "Example")
    factories.contact(child, by=officer)
    signed_in(officer).get(f"/children/{child.pk}")
    signed_in(officer).get("/children/999999999")
    client = signed_in(governor)
    assert all("Refused" in row for row in rows(client, kind="denied"))
    (opened,) = rows(client, ground="task", verb="child")
    assert "Opened the record" in opened
    assert rows(client, agency=officer.agency.name, verb="child", kind="consultation") == [opened]
    asked = Entry.objects.filter(verb="record_of_use").latest("pk").records
    assert asked == {"kind": "consultation", "agency": officer.agency.name, "verb": "child"}
    # The choices are the words that are in use, in words.
    text = client.get("/record-of-use").content.decode()
    assert '<option value="record contact">Logged a contact</option>' in text
    assert client.get("/record-of-use", {"verb": "nonsense"}).status_code == 422


def test_how_many_were_found_is_said(governor: User, signed_in: SignedIn) -> None:
    officer = factories.user(Role.SUPERVISOR, username="olu")
    client = signed_in(governor)
    assert "0 entries" in text_with(client, user="olu", kind="denied")
    signed_in(officer).get("/flags")
    assert "1 entry" in text_with(client, user="olu", verb="flags")


def test_one_users_day_and_one_child_are_counted_above_the_list(
    governor: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER, username="olu")
    child = factories.child("Robin", "Example")
    factories.contact(child, by=officer)
    opened = signed_in(officer)
    for path in (f"/children/{child.pk}", "/children/999999999"):
        opened.get(path)
    opened.post("/search", {"surname": "Example", "forenames": "Robin"})
    client = signed_in(governor)
    of_day = text_with(client, user="olu", **TODAY)
    assert "Different children shown 1 Searches and matches 1 Refused 1" in of_day
    assert "Different children" not in text_with(client, user="olu")
    of_child = text_with(client, record=f"C-{child.pk}")
    assert (
        f"Who has used this record Agency People Entries Grounds Last {officer.agency}" in of_child
    )
    assert "Robin" not in of_child


def test_how_it_stands_with_the_seals_is_shown(governor: User, signed_in: SignedIn) -> None:
    client = signed_in(governor)
    assert "Last checked whole Not yet" in text_with(client)
    kept = {"at": clock.now(), "batches": 1, "anchors": 1}
    Verification.objects.create(entries=1234, found=0, **kept)
    sound = text_with(client)
    assert "24 November 2026 at 10:30: 1,234 entries, all as sealed" in sound
    assert "not as it was sealed" not in sound
    Verification.objects.create(entries=1234, found=1, findings=["Entry 9 was changed"], **kept)
    broken = text_with(client)
    assert "The record is not as it was sealed" in broken
    assert "Entry 9 was changed" in broken
    assert "The record of use is not as it was sealed" in text_of(client.get("/"))


# --- the file ---------------------------------------------------------------------------------


def read(answer: HttpResponse) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    return list(csv.reader(io.StringIO(text)))


def test_a_file_holds_what_the_filter_finds_marked_and_safe_to_open(
    governor: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER, username="=1+1")
    child = factories.child("Robin", "Example")
    factories.contact(child, by=officer)
    signed_in(officer).get(f"/children/{child.pk}")
    client = signed_in(governor)
    answer = client.get("/record-of-use.csv", {"verb": "child"})
    assert answer.status_code == 200
    assert "OFFICIAL-SENSITIVE-record-of-use-2026-11-24.csv" in answer["Content-Disposition"]
    marking, header, line = read(answer)
    assert marking == [
        "OFFICIAL-SENSITIVE: record of use, exported by ines on 24 November 2026 at 10:30"
    ]
    row = dict(zip(header, line, strict=True))
    assert row["username"] == "'=1+1"
    assert (row["verb"], row["persons"], row["at"]) == (
        "child",
        str(child.pk),
        "2026-11-24T10:30:00+00:00",
    )
    entry = Entry.objects.get(verb="export record of use")
    assert (entry.kind, entry.records) == ("disclosure", {"verb": "child", "entries": 1})
    assert not Entry.objects.filter(verb="record_of_use").exists()


def test_more_than_a_file_may_hold_is_said_and_nothing_is_handed_out(
    governor: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_out, "MOST_EXPORTED", 2)
    for _ in range(3):
        signed_in(factories.user(Role.SUPERVISOR)).get("/flags")
    client = signed_in(governor)
    answer = client.get("/record-of-use.csv", {"verb": "flags"})
    assert answer.status_code == 422
    assert "This finds more than 2 entries" in text_of(answer)
    assert "Narrow it, for example to one day" in text_of(answer)
    assert not Entry.objects.filter(verb="export record of use").exists()
    assert client.get("/record-of-use.csv", {"record": "Robin"}).status_code == 422


def test_another_agencys_governance_has_no_part_in_it(signed_in: SignedIn) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    client = signed_in(factories.user(Role.INFORMATION_GOVERNANCE, agency=school))
    for path in ("/record-of-use", "/record-of-use.csv", "/dip-samples", "/dip-samples/1"):
        assert client.get(path).status_code == 403
    assert client.get(f"/children/{factories.child().pk}/looks").status_code == 404
    home = client.get("/").content.decode()
    assert "record-of-use" not in home
    assert "Refused" not in home
