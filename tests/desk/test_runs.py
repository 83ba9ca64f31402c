"""The runs' pages: start one, watch it, read its figures."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client

import clock
import risk.commands
from accounts.models import Role, User
from audit.models import Entry
from risk.commands import runs
from risk.models import Run
from tests import factories

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")

TODAY = {"as_of-day": "24", "as_of-month": "11", "as_of-year": "2026"}


@pytest.fixture
def administrator() -> User:
    return factories.administrator()


@pytest.fixture
def run(administrator: User) -> Run:
    """A run that waits for a worker."""
    return risk.commands.ask_for_run(as_of=clock.today(), by=administrator)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR, Role.INFORMATION_GOVERNANCE])
def test_others_neither_see_nor_start_one(run: Run, role: Role, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(role))
    for path in ("/runs", f"/runs/{run.pk}", f"/runs/{run.pk}/progress"):
        assert client.get(path).status_code == 403
    assert client.post("/runs", TODAY).status_code == 403
    assert Client().get("/runs").headers["Location"].startswith("/sign-in")


def test_a_commander_sees_them_and_starts_none(run: Run, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(Role.COMMANDER))
    text = client.get("/runs").content.decode()
    assert f"/runs/{run.pk}" in text
    assert "Start a run" not in text
    for typed in (TODAY, {}):
        assert client.post("/runs", typed).status_code == 403
    assert Run.objects.count() == 1


def test_starting_one_sends_it_to_the_workers_once_it_is_committed(
    administrator: User, signed_in: SignedIn, django_capture_on_commit_callbacks: Callable
) -> None:
    client = signed_in(administrator)
    with (
        patch("risk.commands.runs.current_app.send_task") as sent,
        django_capture_on_commit_callbacks(execute=True),
    ):
        goals = {client.post("/runs", TODAY).headers["Location"] for _ in range(2)}
    run = Run.objects.get()  # a double click is one run
    assert goals == {f"/runs/{run.pk}"}
    sent.assert_called_with("risk.tasks.recalculate_all", args=[run.pk])
    assert (run.as_of, run.asked_by) == (clock.today(), administrator)
    assert Entry.objects.filter(verb="ask for run", username="administrator").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Enter the day"),
        (TODAY | {"as_of-day": "25"}, "must be the same as or before 24 November 2026"),
        (TODAY | {"as_of-day": "31"}, "must be a real date"),
        (TODAY | {"as_of-year": "\x00"}, "must be a real date"),
    ],
)
def test_a_day_that_cannot_be_read_is_refused(
    administrator: User, signed_in: SignedIn, typed: dict[str, str], said: str
) -> None:
    answer = signed_in(administrator).post("/runs", typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Run.objects.exists()


def test_while_it_waits_the_page_fetches_itself_and_has_a_link_without_scripts(
    run: Run, administrator: User, signed_in: SignedIn
) -> None:
    client = signed_in(administrator)
    for path in (f"/runs/{run.pk}", f"/runs/{run.pk}/progress"):
        text = client.get(path, headers={"HX-Request": "true"}).content.decode()
        assert f'hx-get="/runs/{run.pk}/progress"' in text
        assert f'<a class="govuk-link" href="/runs/{run.pk}">' in text
    assert "<html" not in text
    assert client.get(f"/runs/{run.pk}/progress").headers["Location"] == f"/runs/{run.pk}"


def test_when_it_has_ended_it_shows_its_figures_and_stops_asking(
    run: Run, administrator: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER)
    for name in ("Robin", "Sam"):
        factories.contact(factories.child(name), by=officer)
    risk.commands.recalculate_all(run, by=administrator)
    client = signed_in(administrator)
    text = client.get(f"/runs/{run.pk}").content.decode()
    assert "hx-get" not in text
    assert "People by reading and band" in text
    row = text[text.index(">Nothing recorded<") :].partition("</tr>")[0]
    assert row.count(">2<") == 3  # both children, in each of the three readings
    assert "As of 24 November 2026" not in client.get("/runs").content.decode()
    assert ">Done<" in client.get("/runs").content.decode()
    assert ">Done<" in client.get("/").content.decode()


def test_under_way_it_says_how_far_how_fast_and_until_when(
    run: Run, administrator: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 1)  # each child is a chunk
    for _ in range(4):
        factories.child()
    risk.commands.start_run(run, by=administrator)
    client = signed_in(administrator)
    text = client.get(f"/runs/{run.pk}").content.decode()
    assert "0 of 4 people read, since 24 November 2026 at 10:30." in text
    assert "a second" not in text
    with clock.at(clock.now() + timedelta(minutes=2)):
        risk.commands.read_chunk(run.chunks.first(), by=administrator)
        text = client.get(f"/runs/{run.pk}").content.decode()
    assert "1 of 4 people read, since 24 November 2026 at 10:30." in text
    assert "It should end on 24 November 2026 at 10:38." in text


def test_what_went_wrong_is_said(run: Run, administrator: User, signed_in: SignedIn) -> None:
    Run.objects.update(
        state="failed", error="No model", ended_at=clock.now() - timedelta(minutes=1)
    )
    text = signed_in(administrator).get(f"/runs/{run.pk}").content.decode()
    assert "It stopped on 24 November 2026 at 10:29: No model." in text
    assert "hx-get" not in text


def test_an_unknown_run_is_not_there(administrator: User, signed_in: SignedIn) -> None:
    for path in ("/runs/404", f"/runs/{'9' * 18}", "/runs/404/progress"):
        assert signed_in(administrator).get(path).status_code == 404
