"""Prompts: the plain list, gravest first, and the two small forms that decide each word."""

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.commands import ChildSeen, Told
from cases.matching.keys import Described
from cases.models import Flag, Indicator, Observation, Prompt
from tests import factories

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def ticked(
    *words: tuple[str, str], name: str = "Robin", days_ago: int = 30, area: str = "NBA1"
) -> list[Prompt]:
    """The prompts of one child's contact, in which these words were ticked: (word, code)."""
    pairs = [(word, factories.indicator(code) if code else None) for word, code in words]
    contact = cases.commands.record_contact(
        Told(
            source="records",
            source_ref=str(uuid4()),
            occurred_at=clock.now() - timedelta(days=days_ago),
            contact_type="Missing person",
            narrative=f"Not home by ten, {name}",
            area=factories.area(area),
            children=[ChildSeen(Described("Example", name), words=pairs)],
        ),
        by=accounts.commands.system(),
    )
    return list(Prompt.objects.filter(contact=contact).order_by("pk"))


@pytest.fixture
def supervisor() -> User:
    """Of a team for the whole force."""
    return factories.user(Role.SUPERVISOR, name="Sam Super", teams=(factories.team(),))


def confirm(prompt: Prompt, **changed: object) -> dict[str, object]:
    code = prompt.indicator.code if prompt.indicator else ""
    said = {"indicator": code, "severity": "2", "confidence": "reported"}
    return {"decision": "confirm"} | said | changed


def test_the_list_shows_each_word_under_its_contact_with_its_clock(
    supervisor: User, signed_in: SignedIn
) -> None:
    grave, quiet = ticked(("exploitation", ""), ("cannabis use", "IND03"))
    with clock.at(clock.now() + timedelta(days=3)):
        text = signed_in(supervisor).get("/prompts").content.decode()
    assert (
        "<strong>2</strong> prompts wait, <strong>1</strong> of them grave, "
        "<strong>1</strong> late" in text
    )
    assert text.count("Not home by ten, Robin") == 1
    assert "Missing person, 25 October 2026 at 10:30, Area NBA1" in text
    assert "It was due by 25 November 2026 at 17:00" in text
    assert text.index("Exploitation") < text.index("Cannabis use")
    entry = Entry.objects.get(kind=Kind.CONSULTATION)
    assert entry.persons == [grave.person_id]
    assert entry.records == {"prompt": [grave.pk, quiet.pk]}


def test_a_word_that_names_a_domain_offers_that_domain_and_nothing_preset(
    supervisor: User, signed_in: SignedIn
) -> None:
    (prompt,) = ticked(("exploitation", ""))
    text = signed_in(supervisor).get(f"/prompts/{prompt.pk}").content.decode()
    select = text[text.index(f'id="prompt-{prompt.pk}-indicator"') :].partition("</select>")[0]
    codes = set(Indicator.objects.filter(domain="exploitation").values_list("code", flat=True))
    assert set(re.findall('value="([A-Z0-9]+)"', select)) == codes
    assert "selected" not in select
    answer = signed_in(supervisor).post(f"/prompts/{prompt.pk}", confirm(prompt, indicator="IND03"))
    assert answer.status_code == 422
    assert not Observation.objects.exists()


def test_confirming_makes_an_observation_and_comes_back_to_the_child(
    supervisor: User, signed_in: SignedIn
) -> None:
    prompt, _ = ticked(("cannabis use", "IND03"), ("older peers", "PEE01"))
    client = signed_in(supervisor)
    for _ in range(2):  # a double click: the second is told, and nothing is observed twice
        answer = client.post(f"/prompts/{prompt.pk}", confirm(prompt))
        goal = f"/prompts?at={prompt.person_id}#child-{prompt.person_id}"
        assert (answer.status_code, answer.headers["Location"]) == (302, goal)
    text = client.get(f"/prompts?at={prompt.person_id}").content.decode()
    assert f"You confirmed ‘cannabis use’ for C-{prompt.person_id}." in text
    assert "Sam Super has already confirmed ‘cannabis use’" in text
    assert text.index("You confirmed") > text.index(f'id="child-{prompt.person_id}"')
    observation = Observation.objects.get()
    assert (observation.indicator.code, observation.severity, observation.confidence) == (
        "IND03",
        2,
        "reported",
    )
    assert observation.contact == prompt.contact
    assert Entry.objects.filter(verb="prompt confirmed", records={"prompt": prompt.pk}).count() == 1


def test_a_confirmed_word_that_raises_a_flag_says_so(supervisor: User, signed_in: SignedIn) -> None:
    immediate = Indicator.objects.filter(trigger="immediate", is_enabled=True).first()
    (prompt,) = ticked(("a grave word", immediate.code))
    answer = signed_in(supervisor).post(f"/prompts/{prompt.pk}", confirm(prompt), follow=True)
    assert f"It raised safeguarding flag F-{Flag.objects.get().pk}" in answer.content.decode()


def test_who_was_called_is_led_to_the_flag_and_others_read_whom_to_ring(
    supervisor: User, signed_in: SignedIn
) -> None:
    on_duty = factories.user(Role.SUPERVISOR, name="Ines Duarte", teams=(factories.team(),))
    accounts.commands.post_duty("Sergeant", step=0, user=on_duty, by=factories.administrator())
    immediate = Indicator.objects.filter(trigger="immediate", is_enabled=True).first()
    for reader, name in ((supervisor, "Robin"), (on_duty, "Alex")):
        (prompt,) = ticked(("a grave word", immediate.code), name=name)
        client = signed_in(reader)
        text = client.post(f"/prompts/{prompt.pk}", confirm(prompt), follow=True).content.decode()
        flag = Flag.objects.get(person=prompt.person)
        opens = f'F-{flag.pk}: <a href="/flags/{flag.pk}">answer it now</a>' in text
        rings = f"F-{flag.pk}. Ines Duarte was called; ring 01632 960 002" in text
        assert (opens, rings) == (reader == on_duty, reader == supervisor)
        assert client.get(f"/flags/{flag.pk}").status_code == (200 if reader == on_duty else 404)


def test_a_word_may_be_confirmed_as_something_else_of_its_kind(
    supervisor: User, signed_in: SignedIn
) -> None:
    (prompt,) = ticked(("cannabis use", "IND03"))
    client = signed_in(supervisor)
    page = client.get(f"/prompts/{prompt.pk}").content.decode()
    assert '<option value="FAM01"' in page
    assert '<option value="P01"' not in page
    assert client.post(f"/prompts/{prompt.pk}", confirm(prompt, indicator="P01")).status_code == 422
    client.post(f"/prompts/{prompt.pk}", confirm(prompt, indicator="FAM01", severity="3"))
    observation = Observation.objects.get()
    assert (observation.indicator.code, observation.severity) == ("FAM01", 3)


def test_dropping_needs_a_reason_and_keeps_it(supervisor: User, signed_in: SignedIn) -> None:
    (prompt,) = ticked(("cannabis use", "IND03"))
    client = signed_in(supervisor)
    for typed in ("", "  ", "x" * 301, "\x00"):
        answer = client.post(f"/prompts/{prompt.pk}", {"decision": "drop", "reason": typed})
        assert answer.status_code == 422
    assert (
        "Say why this word is dropped"
        in client.post(f"/prompts/{prompt.pk}", {"decision": "drop"}).content.decode()
    )
    sent = {"decision": "drop", "reason": "It was a vape", "after": "1-5-7"}
    answer = client.post(f"/prompts/{prompt.pk}", sent)
    assert answer.headers["Location"].startswith("/prompts?after=1-5-7&at=")
    prompt.refresh_from_db()
    assert (prompt.state, prompt.reason, prompt.decided_by) == (
        "dropped",
        "It was a vape",
        supervisor,
    )
    assert not Observation.objects.exists()
    assert Entry.objects.get(verb="prompt dropped").persons == [prompt.person_id]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"decision": "eat"},
        {"decision": "confirm"},
        {"decision": "confirm", "indicator": "IND03", "severity": "9", "confidence": "reported"},
        {"decision": "confirm", "indicator": "IND03", "severity": "two", "confidence": "reported"},
        {"decision": "confirm", "indicator": "IND03", "severity": "2", "confidence": "sure"},
        {"decision": "confirm", "indicator": "NONE", "severity": "2", "confidence": "reported"},
        {"decision": "confirm", "indicator": "\x00", "severity": "2", "confidence": "reported"},
    ],
)
def test_whatever_is_posted_the_form_comes_back(
    supervisor: User, signed_in: SignedIn, sent: dict[str, str]
) -> None:
    (prompt,) = ticked(("cannabis use", "IND03"))
    answer = signed_in(supervisor).post(f"/prompts/{prompt.pk}", sent)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    prompt.refresh_from_db()
    assert prompt.state == "waiting"


def test_the_list_goes_on_by_children_gravest_first(
    supervisor: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.queries.waiting.A_PAGE", 2)
    for name, word, code, days in (
        ("Quiet", "cannabis use", "IND03", 40),
        ("Calmer", "older peers", "PEE01", 3),
        ("Climbs", "exploitation", "", 2),
        ("Graver", "exploitation", "", 30),
        ("Later", "exploitation", "", 31),
    ):
        moved = clock.now() + (timedelta(days=4) if name == "Later" else timedelta(0))
        with clock.at(moved):
            ticked((word, code), name=name, days_ago=days)
    client, path, pages = signed_in(supervisor), "/prompts", []
    while path:
        text = client.get(path).content.decode()
        pages.append(re.findall(r'id="child-\d+">(\w+) Example', text))
        found = re.search('href="([^"]+)" rel="next"', text)
        path = found and found[1].replace("&amp;", "&")
    assert pages == [["Climbs", "Graver"], ["Later", "Quiet"], ["Calmer"]]


@pytest.mark.parametrize("after", ["x", "9-1-1", "2-999999999999999999-1", "1--1", "\x00", "'"])
def test_an_address_that_says_nothing_leads_to_the_top(
    supervisor: User, signed_in: SignedIn, after: str
) -> None:
    ticked(("cannabis use", "IND03"))
    answer = signed_in(supervisor).get("/prompts", {"after": after, "at": after})
    assert answer.status_code == 200
    assert "Robin Example" in answer.content.decode()


def test_only_those_who_review_and_only_their_areas(signed_in: SignedIn) -> None:
    (prompt,) = ticked(("cannabis use", "IND03"))
    elsewhere = factories.user(
        Role.SUPERVISOR, teams=(factories.team(area=factories.area("NBB2")),)
    )
    council = factories.agency(AgencyKind.CHILDRENS_SERVICES)
    partner = factories.user(Role.SUPERVISOR, agency=council)
    for stranger in (elsewhere, partner):
        client = signed_in(stranger)
        assert "No prompt is waiting for you" in client.get("/prompts").content.decode()
        assert client.get(f"/prompts/{prompt.pk}").status_code == 404
        assert client.post(f"/prompts/{prompt.pk}", confirm(prompt)).status_code == 404
    officer = signed_in(factories.user(Role.OFFICER))
    assert officer.get("/prompts").status_code == 403
    assert officer.post(f"/prompts/{prompt.pk}", confirm(prompt)).status_code == 404
    assert Client().get("/prompts").headers["Location"].startswith("/sign-in")
    prompt.refresh_from_db()
    assert prompt.state == "waiting"


def test_a_full_page_asks_the_database_a_few_times_only(
    supervisor: User, signed_in: SignedIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(6):
        ticked(("cannabis use", "IND03"), ("exploitation", ""), name=f"Child {number}")
    client = signed_in(supervisor)
    # Whatever their number; what the viewer is in is asked once for the page and once in the task.
    with django_assert_max_num_queries(20):
        client.get("/prompts")


def test_who_decides_a_moment_after_somebody_else_is_told_so(
    supervisor: User, signed_in: SignedIn
) -> None:
    (prompt,) = ticked(("cannabis use", "IND03"))
    stale = cases.queries.prompt(prompt.pk, viewer=supervisor)
    faster = factories.user(Role.SUPERVISOR, name="Fay Faster")
    cases.commands.drop_prompt(prompt, reason="A vape", by=faster)
    client = signed_in(supervisor)
    with patch("cases.queries.prompt", return_value=stale):
        answer = client.post(f"/prompts/{prompt.pk}", confirm(prompt))
    assert answer.status_code == 302
    assert "Fay Faster has already dropped this" in client.get("/prompts").content.decode()
    assert not Observation.objects.exists()
