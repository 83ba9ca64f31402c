"""A report finds what was planted, says when it cannot tell, and is the same whenever it is written."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader

import accounts.commands
import clock
import insights.commands
import insights.queries
import insights.tasks
from accounts.models import Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from insights import cohort
from insights.findings import Verdict
from insights.models import Decision, Evaluation, FrozenData, Report, ReportState
from tests import factories
from tests.conftest import TODAY
from tests.insights import planted
from tests.races import at_once

YESTERDAY = TODAY.date() - timedelta(days=1)


@pytest.fixture
def commissioner(db: None, held_clock: object, settings: object) -> User:
    # Pseudonyms hang on it, and they decide between children who are equally near.
    settings.SECRET_KEY = "planted"
    return factories.user(Role.COMMISSIONER)


@pytest.fixture
def small(commissioner: User) -> Evaluation:
    """A plan on a service with 25 children: quick to write, and it cannot tell."""
    town = planted.town(3, {"Paper Boat": (25, 0.5)}, pool=150, by=commissioner)
    with clock.at(TODAY - timedelta(days=30)):
        return planted.plan(town.services["Paper Boat"], by=commissioner)


def written(evaluation: Evaluation, *, as_of: date = YESTERDAY) -> Report:
    report = insights.commands.ask_for_report(
        evaluation, as_of=as_of, inline=True, by=evaluation.locked_by
    )
    return insights.commands.write_evaluation(report, by=accounts.commands.system())


def said_of(report: Report) -> object:
    return insights.queries.findings_of(report, viewer=report.asked_by)


def test_it_finds_what_was_planted_and_cannot_tell_of_few(commissioner: User) -> None:
    schemes = {"Helps": (150, 0.4), "Nothing": (150, 1.0), "Harms": (150, 1.9), "Few": (25, 0.5)}
    town = planted.town(7, schemes, pool=1300, by=commissioner)
    found = {
        name: said_of(written(planted.plan(service, by=commissioner)))
        for name, service in town.services.items()
    }
    assert {name: said.verdict for name, said in found.items()} == {
        "Helps": Verdict.HELPS,
        "Nothing": Verdict.NO_EVIDENCE,
        "Harms": Verdict.HARMS,
        "Few": Verdict.CANNOT_TELL,
    }
    assert "fewer contacts in 12 months" in found["Helps"].headline
    assert "this is evidence of harm" in found["Harms"].headline
    assert found["Few"].effect is None
    assert "about 25 children" in " ".join(found["Few"].reasons)


def test_written_twice_it_is_the_same_bytes_but_for_its_date(small: Evaluation) -> None:
    first, second = written(small), written(small)
    assert first.pk != second.pk
    assert first.data_hash == second.data_hash
    assert bytes(first.files.pdf) == bytes(second.files.pdf)
    assert bytes(first.files.csv) == bytes(second.files.csv)
    with clock.at(TODAY + timedelta(days=3)):
        later = written(small, as_of=YESTERDAY)
    assert bytes(later.files.csv) == bytes(first.files.csv).replace(b"2026-11-24", b"2026-11-27")
    assert text(later) == text(first).replace("24 November 2026", "27 November 2026")


def text(report: Report) -> str:
    pages = PdfReader(io.BytesIO(bytes(report.files.pdf))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_the_pdf_is_tagged_titled_and_in_english(small: Evaluation) -> None:
    report = written(small)
    pdf = PdfReader(io.BytesIO(bytes(report.files.pdf)))
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Does Paper Boat help?"
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    words = " ".join(text(report).split())
    assert "OFFICIAL-SENSITIVE" in words
    assert "Cannot tell whether Paper Boat changed the number of contacts" in words
    assert "What one cannot say" in words


def test_what_users_typed_is_never_markup(small: Evaluation) -> None:
    question = 'Is #sys.version *bold*? $x$ "quoted" \\ ]'
    tried = planted.plan(small.service, by=small.locked_by, question=question)
    assert tried.is_tried_later
    report = written(tried)
    assert question in " ".join(text(report).split())


def test_what_no_font_has_is_marked_and_the_report_written(small: Evaluation) -> None:
    """Otherwise a locked plan with an emoji in its question could never have a report."""
    question = "Does it 🧒 help “Żółć” e\u20dd 中文?"
    report = written(planted.plan(small.service, by=small.locked_by, question=question))
    assert report.state == ReportState.DONE
    said = " ".join(text(report).split())
    assert "Does it \ufffd help “Żółć” e\ufffd \ufffd\ufffd?" in said
    assert question in bytes(report.files.csv).decode("utf-8-sig")


def test_a_scheme_of_one_child_describes_nobody(commissioner: User) -> None:
    """The average of one child is that child: sex, age, area, what was done to them."""
    town = planted.town(5, {"One": (1, 1.0)}, pool=60, by=commissioner)
    said = said_of(written(planted.plan(town.services["One"], by=commissioner)))
    assert said.verdict == Verdict.CANNOT_TELL
    assert said.balance == ()
    assert "differ most in" not in " ".join(said.checks)
    assert not any("Sex" in line or "sex" in line for line in (*said.checks, *said.reasons))


def test_frozen_rows_hold_no_name_and_no_id(small: Evaluation) -> None:
    report = written(small)
    frozen = cohort.unpack(bytes(report.frozen.rows))
    assert cohort.digest(frozen) == report.data_hash
    plain = json.dumps(frozen.rows)
    assert "Example" not in plain
    assert "Robin" not in plain
    assert {len(row[1]) for row in frozen.rows} == {32}
    # Computed again from what was kept, every figure is the same.
    again = cohort.figures(small, frozen, lambda words: None)
    assert again == {name: report.result[name] for name in ("estimate", "unlooked", "flow")}


def test_reading_children_leaves_one_entry_with_its_ground(small: Evaluation) -> None:
    report = written(small)
    entry = Entry.objects.get(verb="read for evaluation")
    assert entry.ground == "evaluation"
    assert entry.records["report"] == report.pk
    assert len(entry.persons) == 25
    assert entry.records["children"] > 100
    insights.commands.write_evaluation(report, by=accounts.commands.system())
    assert Entry.objects.filter(verb="read for evaluation").count() == 1


@pytest.mark.parametrize("where", ["cohort.figures", "findings.of", "printing.pdf"])
def test_stopped_anywhere_and_run_again_it_ends_the_same(small: Evaluation, where: str) -> None:
    whole = written(small)
    report = insights.commands.ask_for_report(
        small, as_of=YESTERDAY, inline=True, by=small.locked_by
    )
    stopped = patch(
        f"insights.commands.reports.{where}", side_effect=RuntimeError("No room\nRobin Example")
    )
    with stopped, pytest.raises(RuntimeError):
        insights.commands.write_evaluation(report, by=accounts.commands.system())
    report.refresh_from_db()
    assert (report.state, report.error) == (ReportState.FAILED, "No room")
    with pytest.raises(NotVisible):
        insights.queries.report_files(report, viewer=small.locked_by)
    report = insights.commands.write_evaluation(report, by=accounts.commands.system())
    assert (report.state, report.error, report.done) == (ReportState.DONE, "", report.steps)
    assert report.result == whole.result
    assert bytes(report.files.pdf) == bytes(whole.files.pdf)
    assert FrozenData.objects.filter(report=report).count() == 1


def test_progress_says_the_step(small: Evaluation) -> None:
    seen = []
    original = Report.save

    def save(report: Report, *args: object, **kwargs: object) -> None:
        seen.append((report.done, report.step))
        original(report, *args, **kwargs)

    report = insights.commands.ask_for_report(
        small, as_of=YESTERDAY, inline=True, by=small.locked_by
    )
    with patch.object(Report, "save", save):
        insights.commands.write_evaluation(report, by=accounts.commands.system())
    assert [done for done, _ in seen] == [0, 1, 2, 3, 4]
    assert seen[0][1] == "Reading the children’s facts"


def test_the_day_must_be_over(small: Evaluation) -> None:
    with pytest.raises(ValidationError, match="must be over"):
        insights.commands.ask_for_report(small, as_of=TODAY.date(), by=small.locked_by)


def test_asked_again_while_it_is_under_way_it_is_the_same_report(
    small: Evaluation, django_capture_on_commit_callbacks: Callable
) -> None:
    with (
        patch("insights.commands.reports.current_app.send_task") as sent,
        django_capture_on_commit_callbacks(execute=True),
    ):
        asked = [
            insights.commands.ask_for_report(small, as_of=YESTERDAY, by=small.locked_by)
            for _ in range(2)
        ]
    assert asked[0] == asked[1]
    sent.assert_called_with("insights.tasks.write_evaluation", args=[asked[0].pk])


def test_a_month_writes_each_report_once_and_one_that_fails_holds_up_no_other(
    small: Evaluation,
) -> None:
    other = planted.service("Empty", by=small.locked_by)
    plans = [
        planted.plan(each, by=small.locked_by, monthly=True) for each in (small.service, other)
    ]
    with (
        patch(
            "insights.commands.reports.cohort.figures", side_effect=[RuntimeError("No"), KeyError]
        ),
        pytest.raises(RuntimeError, match="reports that failed"),
    ):
        insights.tasks.write_due_evaluations()
    assert Report.objects.filter(state="failed").count() == 2
    for _ in range(2):
        insights.tasks.write_due_evaluations()
    found = Report.objects.filter(is_monthly=True)
    assert {report.evaluation for report in found} == set(plans)
    assert {(report.as_of, report.state) for report in found} == {(date(2026, 10, 31), "done")}
    empty = said_of(found.get(evaluation__service=other))
    assert empty.verdict == Verdict.CANNOT_TELL


def test_a_plan_is_made_once_and_later_ones_name_the_first(small: Evaluation) -> None:
    key = uuid4()
    plans = {
        insights.commands.plan_evaluation(
            small.service, question="Missing?", outcome="missing", window=6, key=key,
            by=small.locked_by,
        ).pk
        for _ in range(2)
    }  # fmt: skip
    (later,) = plans
    assert Evaluation.objects.get(pk=later).first == small


def test_what_may_not_is_refused(small: Evaluation) -> None:
    report = written(small)
    for role in (Role.OFFICER, Role.ANALYST):
        with pytest.raises(NotAllowed):
            insights.commands.decide(
                report, course="stop", why="No", key=uuid4(), by=factories.user(role)
            )
    with pytest.raises(NotAllowed):
        insights.commands.write_evaluation(report, by=small.locked_by)
    assert not Decision.objects.exists()


def test_two_first_plans_at_once_are_a_first_and_a_later_one(committing: None) -> None:
    with clock.at(TODAY):
        by = factories.user(Role.COMMISSIONER)
        service = planted.service(by=by)

        def plan() -> Evaluation:
            with clock.at(TODAY):
                return planted.plan(service, by=by)

        made = at_once(type(service).objects.filter(pk=service.pk), plan, plan)
    assert sorted(each.is_tried_later for each in made) == [False, True]


def test_two_workers_at_once_write_it_once(committing: None) -> None:
    with clock.at(TODAY):
        by = factories.user(Role.COMMISSIONER)
        system = accounts.commands.system()
        evaluation = planted.plan(planted.service(by=by), by=by)
        report = insights.commands.ask_for_report(evaluation, as_of=YESTERDAY, inline=True, by=by)

        def write() -> Report:
            with clock.at(TODAY):
                return insights.commands.write_evaluation(report, by=system)

        # The first holds the report's lock and waits for its row, the second for the lock.
        both = at_once(Report.objects.filter(pk=report.pk), write, write)
    assert {each.state for each in both} == {"done"}
    assert Entry.objects.filter(verb="write report").count() == 1
