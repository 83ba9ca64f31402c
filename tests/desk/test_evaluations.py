"""The evaluations' pages: plan and lock, have a report written, read it, decide on it."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client

import accounts.commands
import clock
import insights.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry
from insights.models import Decision, Evaluation, Report
from interventions.models import Service
from tests import factories
from tests.desk.pages import text_of
from tests.insights import planted

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def commissioner() -> User:
    return factories.user(Role.COMMISSIONER)


@pytest.fixture
def service(commissioner: User) -> Service:
    """A service with 25 children whose windows are whole."""
    town = planted.town(3, {"Paper Boat": (25, 0.5)}, pool=120, by=commissioner)
    return town.services["Paper Boat"]


@pytest.fixture
def report(commissioner: User, service: Service) -> Report:
    evaluation = planted.plan(service, by=commissioner, question="Do they come to notice less?")
    yesterday = clock.today() - timedelta(days=1)
    asked = insights.commands.ask_for_report(
        evaluation, as_of=yesterday, inline=True, by=commissioner
    )
    return insights.commands.write_evaluation(asked, by=accounts.commands.system())


def typed(service: Service, **also: object) -> dict[str, object]:
    return {
        "service": service.pk,
        "question": "Do they come to notice less?",
        "outcome": "contacts",
        "window": "12",
        "key": str(uuid4()),
    } | also


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEAD_WORKER, Role.PARTNER_MANAGER])
def test_others_do_not_see_them(report: Report, role: Role, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(role))
    page = f"/evaluations/{report.evaluation_id}"
    for path in ("/evaluations", page, f"{page}/reports/{report.pk}.pdf", f"{page}/reports/9.csv"):
        assert client.get(path).status_code == 403
    assert "Evaluations" not in client.get("/").content.decode()


def test_a_plan_shows_what_it_could_find_before_it_is_locked(
    commissioner: User, service: Service, signed_in: SignedIn
) -> None:
    client = signed_in(commissioner)
    sent = typed(service)
    words = text_of(client.post("/evaluations/new", sent | {"look": "yes"}))
    assert "Children who took part, with a whole window behind them: 25" in words
    assert "The smallest effect that it would find four times in five" in words
    assert "the report will say ‘cannot tell’" in words
    assert not Evaluation.objects.exists()
    assert not Entry.objects.filter(verb="read for evaluation").exists()
    goals = {
        client.post("/evaluations/new", sent | {"lock": "yes"}).headers["Location"]
        for _ in range(2)
    }
    plan = Evaluation.objects.get()  # a double click is one plan
    assert goals == {f"/evaluations/{plan.pk}"}
    assert (plan.window, plan.outcome, plan.locked_by) == (12, "contacts", commissioner)
    words = text_of(client.get(f"/evaluations/{plan.pk}"))
    assert "No report yet." in words
    assert "Locked by" in words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"service": "999999"}, "Choose one of the answers listed"),
        ({"service": "\x00"}, "Choose one of the answers listed"),
        ({"question": ""}, "Enter the question"),
        ({"question": "x" * 301}, "must be 300 characters or fewer"),
        ({"window": "5"}, "Choose one of the answers listed"),
        ({"outcome": "happiness"}, "Choose one of the answers listed"),
        ({"exclusions": "everybody"}, "Choose one of the answers listed"),
        ({"key": "none"}, "Open the page again"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_and_nothing_typed_is_lost(
    commissioner: User, wrong: dict[str, str], said: str, signed_in: SignedIn
) -> None:
    service = planted.service(by=commissioner)
    sent = typed(service, question="Kept as it was typed?") | wrong | {"lock": "yes"}
    answer = signed_in(commissioner).post("/evaluations/new", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "question" in wrong or "Kept as it was typed?" in page
    assert not Evaluation.objects.exists()


def test_write_it_now_sends_it_and_shows_how_far_it_is(
    commissioner: User, signed_in: SignedIn, django_capture_on_commit_callbacks: Callable
) -> None:
    plan = planted.plan(planted.service(by=commissioner), by=commissioner)
    client = signed_in(commissioner)
    with (
        patch("insights.commands.reports.current_app.send_task") as sent,
        django_capture_on_commit_callbacks(execute=True),
    ):
        for _ in range(2):
            answer = client.post(f"/evaluations/{plan.pk}/reports")
            assert answer.headers["Location"] == f"/evaluations/{plan.pk}"
    report = Report.objects.get()
    sent.assert_called_with("insights.tasks.write_evaluation", args=[report.pk])
    Report.objects.update(state="running", done=1, step="Finding similar children")
    part = client.get(f"/evaluations/{plan.pk}/progress", headers={"HX-Request": "true"})
    assert "1 of 4 steps done. Now: Finding similar children." in part.content.decode()
    assert f'hx-get="/evaluations/{plan.pk}/progress"' in part.content.decode()
    assert "a report is being written" in text_of(client.get("/"))
    # One at a time: nobody is offered a second.
    assert "Write the report now" not in text_of(client.get(f"/evaluations/{plan.pk}"))
    insights.commands.write_evaluation(report, by=accounts.commands.system())
    part = client.get(f"/evaluations/{plan.pk}/progress", headers={"HX-Request": "true"})
    assert "hx-get" not in part.content.decode()
    assert part.headers["HX-Refresh"] == "true"


def test_a_report_is_a_page_a_pdf_and_a_csv(report: Report, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(Role.ANALYST))
    address = f"/evaluations/{report.evaluation_id}/reports/{report.pk}"
    words = text_of(client.get(address))
    assert "Cannot tell whether Paper Boat changed the number of contacts." in words
    assert "Only about 25 children who took part could be compared." in words
    assert "What one cannot say" in words
    assert "Decide" not in words
    pdf, csv = client.get(f"{address}.pdf"), client.get(f"{address}.csv")
    assert pdf.content == client.get(f"{address}.pdf").content == bytes(report.files.pdf)
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert csv.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in csv.headers["Content-Disposition"]
    assert csv.content.decode("utf-8-sig").startswith("OFFICIAL-SENSITIVE")


@pytest.mark.parametrize("starts", [0, 1, 2])
@pytest.mark.parametrize("pool", [0, 30])
def test_hardly_anybody_helped_or_nobody_to_compare_with_is_answered_in_words(
    commissioner: User, signed_in: SignedIn, starts: int, pool: int
) -> None:
    built = planted.town(5, {"New": (0, 1.0)}, pool=max(pool + starts, 1), by=commissioner)
    new, client = built.services["New"], signed_in(commissioner)
    for person in built.people[:starts]:
        long_ago = clock.today() - timedelta(days=400)
        planted.met(person, long_ago - timedelta(days=30), by=commissioner)
        planted.enrol(person, new, long_ago, by=commissioner, case=factories.case(person))
    foreseen = text_of(client.post("/evaluations/new", typed(new, look="yes")))
    assert "four times in five: about" not in foreseen
    plan = planted.plan(new, by=commissioner)
    asked = insights.commands.ask_for_report(
        plan, as_of=clock.today() - timedelta(days=1), inline=True, by=commissioner
    )
    written = insights.commands.write_evaluation(asked, by=accounts.commands.system())
    address = f"/evaluations/{plan.pk}/reports/{written.pk}"
    words = text_of(client.get(address))
    assert "Cannot tell whether New changed the number of contacts." in words
    assert "standard deviations, within" not in words
    for path in ("/evaluations", f"/evaluations/{plan.pk}", f"{address}.pdf", f"{address}.csv"):
        assert client.get(path).status_code == 200


def test_a_report_of_another_plan_is_not_there(report: Report, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(Role.ANALYST))
    for path in (
        f"/evaluations/{report.evaluation_id + 1}/reports/{report.pk}",
        f"/evaluations/{report.evaluation_id + 1}/reports/{report.pk}.pdf",
        f"/evaluations/{'9' * 18}",
    ):
        assert client.get(path).status_code == 404


def test_a_commander_decides_and_it_stands_on_the_list(report: Report, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(Role.COMMANDER))
    assert "Nothing is decided on it yet" in text_of(client.get("/"))
    address = f"/evaluations/{report.evaluation_id}/reports/{report.pk}"
    answer = client.post(address, {"course": "", "why": "Kept as typed", "key": str(uuid4())})
    assert answer.status_code == 422
    assert "Choose what is decided" in text_of(answer)
    assert "Kept as typed" in text_of(answer)
    sent = {"course": "refine", "why": "Too few children yet <b>", "key": str(uuid4())}
    for _ in range(2):
        assert client.post(address, sent).headers["Location"] == address
    decision = Decision.objects.get()
    assert (decision.course, decision.report) == ("refine", report)
    assert "Too few children yet &lt;b&gt;" in client.get(address).content.decode()
    assert "Refine it" in text_of(client.get("/evaluations"))
    assert "Nothing is decided" not in text_of(client.get("/"))


def test_an_analyst_decides_nothing_and_a_commander_plans_nothing(
    report: Report, signed_in: SignedIn
) -> None:
    address = f"/evaluations/{report.evaluation_id}"
    sent = {"course": "stop", "why": "No", "key": str(uuid4())}
    analyst, commander = (signed_in(factories.user(r)) for r in (Role.ANALYST, Role.COMMANDER))
    assert analyst.post(f"{address}/reports/{report.pk}", sent).status_code == 403
    assert commander.post(f"{address}/reports").status_code == 403
    assert commander.get("/evaluations/new").status_code == 403
    assert not Decision.objects.exists()


def test_a_report_that_failed_says_so(report: Report, signed_in: SignedIn) -> None:
    Report.objects.update(state="failed", error="No room", ended_at=clock.now())
    client = signed_in(factories.user(Role.ANALYST))
    address = f"/evaluations/{report.evaluation_id}/reports/{report.pk}"
    assert "It stopped on 24 November 2026 at 10:30: No room." in text_of(client.get(address))
    assert client.get(f"{address}.pdf").status_code == 404


def test_what_is_sent_again_and_says_something_else_is_not_called_locked(
    commissioner: User, signed_in: SignedIn
) -> None:
    """Back, changed, sent: the first plan is no answer to that, and nothing typed is lost."""
    client = signed_in(commissioner)
    first, other = (planted.service(name=n, by=commissioner) for n in ("Paper Boat", "Kite"))
    sent = typed(first) | {"lock": "yes"}
    assert client.post("/evaluations/new", sent).status_code == 302
    for changed in ({"question": "Something else?"}, {"service": other.pk}):
        answer = client.post("/evaluations/new", sent | changed)
        assert answer.status_code == 422
        assert "This page was sent before and said something else" in text_of(answer)
    assert (
        "Something else?"
        in client.post("/evaluations/new", sent | {"question": "Something else?"}).content.decode()
    )
    assert Evaluation.objects.count() == 1


def test_a_decision_s_key_of_another_report_is_refused_and_no_fault(
    report: Report, signed_in: SignedIn
) -> None:
    evaluation = report.evaluation
    asked = insights.commands.ask_for_report(
        evaluation, as_of=report.as_of, inline=True, by=evaluation.locked_by
    )
    second = insights.commands.write_evaluation(asked, by=accounts.commands.system())
    client = signed_in(factories.user(Role.COMMANDER))
    page = f"/evaluations/{evaluation.pk}/reports"
    sent = {"course": "keep", "why": "It is early", "key": str(uuid4())}
    assert client.post(f"{page}/{report.pk}", sent).status_code == 302
    assert client.post(f"{page}/{report.pk}", sent).status_code == 302
    assert client.post(f"{page}/{second.pk}", sent).status_code == 422
    assert client.post(f"{page}/{report.pk}", sent | {"course": "stop"}).status_code == 422
    assert Decision.objects.get().course == "keep"


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.ANALYST, Role.COMMANDER])
def test_another_agency_is_shown_none_for_reports_count_what_is_police_only(
    role: Role, signed_in: SignedIn
) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    client = signed_in(factories.user(role, agency=council))
    assert client.get("/evaluations").status_code == 403
    assert "/evaluations" not in client.get("/").content.decode()
