"""The night's figures against hand counts; taken again, at once, and as of past days."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

import accounts.commands
import cases.commands
import clock
import insights.commands
import insights.tasks
import risk.commands
import risk.tasks
from accounts.models import Area, Role
from audit.denied import NotAllowed
from audit.models import Entry
from cases.models import CaseChild, Handling
from eiportal.celery import app
from insights import sql
from insights.models import Snapshot
from interventions.models import Enrolment
from referrals.models import Referral
from tests import factories
from tests.insights import world
from tests.insights.world import TODAY, Town, moment

pytestmark = pytest.mark.usefixtures("held_clock")


@pytest.fixture
def town(db: None) -> Town:
    return world.build()


def take(on: date = TODAY) -> dict[str, dict[str, Any]]:
    """What was kept for the lead agency, by area code, '' the whole force."""
    taken = insights.commands.take_snapshot(on=on, by=accounts.commands.system())
    return {s.area.code if s.area else "": s.figures["lead"] for s in taken}


def of(figures: dict[str, Any], section: str, what: str, key: str = "") -> float:
    return figures[section].get(what, {}).get(key, 0)


def test_demand_by_month_and_kind_where_it_happened(town: Town) -> None:
    found = take()
    harbour, old_town, force = found["NBA1"], found["NBB1"], found[""]
    assert harbour["demand"]["contacts"] == {"2026-09-01": 1, "2026-10-01": 1, "2026-11-01": 3}
    assert old_town["demand"]["contacts"] == {"2025-02-01": 1, "2026-11-01": 1}
    assert force["demand"]["contacts"] == {
        "2025-02-01": 1, "2026-09-01": 1, "2026-10-01": 1, "2026-11-01": 5,
    }  # fmt: skip
    assert force["demand"]["kinds"] == {"Child concern": 7}
    assert force["demand"]["kinds before"] == {"Child concern": 1}


def test_children_belong_to_the_area_of_their_latest_contact_with_one(town: Town) -> None:
    found = take()
    seen = {code: of(figures, "demand", "children seen") for code, figures in found.items()}
    often = {code: of(figures, "demand", "children seen often") for code, figures in found.items()}
    assert seen == {"": 4, "NBA1": 2, "NBB1": 1}
    assert often == {"": 1, "NBA1": 1, "NBB1": 0}
    with clock.at(moment(11, 24, 11)):
        factories.contact(town.kit, by=town.officer)  # names no area: Kit stays where he was
    assert of(take()["NBB1"], "demand", "children seen") == 1


def test_flow_counts_each_step_with_its_working_days(town: Town) -> None:
    found = take()
    robin, kit = found["NBA1"]["flow"], found["NBB1"]["flow"]
    assert robin["referred"] == {"2026-11-01": 1, "year": 1}
    assert robin["referred median"]["year"] == 0  # the same day
    assert robin["accepted median"]["year"] == 1  # Friday to Monday
    assert robin["helped median"]["year"] == 1  # Monday to the session that was kept
    assert robin["whole way median"]["year"] == 2
    assert kit["referred"] == {"2026-01-01": 1, "2026-11-01": 1, "year": 2}
    assert kit["referred timed"] == {"2026-01-01": 0, "2026-11-01": 1, "year": 1}  # no contact
    assert "accepted" not in kit
    assert found[""]["flow"]["referred"]["2026-11-01"] == 2
    assert found[""]["flow"]["referred ninetieth"]["year"] == pytest.approx(0.9)


def test_load_counts_what_is_in_hand_and_late(town: Town) -> None:
    found = take()
    assert {what: found["NBA1"]["load"][what][""] for what in found["NBA1"]["load"]} == {
        "cases open": 1, "actions late": 1, "captures late": 1,
    }  # fmt: skip
    assert {what: found["NBB1"]["load"][what][""] for what in found["NBB1"]["load"]} == {
        "referrals waiting": 1, "referrals late": 1,
    }  # fmt: skip


def test_a_case_with_children_of_two_areas_counts_in_both_and_once_in_the_force(town: Town) -> None:
    factories.case(town.sam, town.kit, lead_worker=town.lead, team=town.case.team)
    found = take()
    opened = {code: of(figures, "load", "cases open") for code, figures in found.items()}
    assert opened == {"": 2, "NBA1": 2, "NBB1": 1}


def test_timeliness_counts_what_fell_due_and_what_of_it_was_kept(town: Town) -> None:
    harbour = take()["NBA1"]["timeliness"]
    assert {what: keys[""] for what, keys in harbour.items()} == {
        "decided": 1,  # an hour after its time
        "flags": 1, "flags in 1 hour": 1, "flags in 4 hours": 1,
        "captures": 5, "captures in time": 4,
    }  # fmt: skip


def test_a_review_is_late_after_its_day_and_six_weeks_after_opening_without_one(town: Town) -> None:
    opened = town.case.opened_at
    with clock.at(opened + timedelta(days=42)):
        assert of(take(clock.today())["NBA1"], "load", "reviews late") == 0
    with clock.at(opened + timedelta(days=43)):
        assert of(take(clock.today())["NBA1"], "load", "reviews late") == 1


def test_outcomes_count_closures_needs_and_who_came_back(town: Town) -> None:
    world.close(town.case, moment(11, 24, 10), town.lead, "all")
    found = take()
    assert found["NBA1"]["outcomes"]["closed"] == {"needs met": 1}
    assert found["NBA1"]["outcomes"]["needs met"] == {"all": 1}
    # Noor: closed fifteen months ago, and referred within twelve months of it.
    assert {what: keys[""] for what, keys in found["NBB1"]["outcomes"].items()} == {
        "cohort": 1, "came back": 1,
    }  # fmt: skip
    Referral.objects.filter(children__person=town.noor).update(made_at=moment(8, 26))
    assert "came back" not in take()["NBB1"]["outcomes"]  # a year and a day


@pytest.mark.parametrize(
    ("reliable", "higher", "before", "after", "how"),
    [
        (2, True, 3, 5, "better"),
        (2, True, 3, 4, "no clear change"),
        (2, True, 5, 3, "worse"),
        (None, True, 3, 4, "better"),
        (None, False, 3, 4, "worse"),
        (None, False, 4, 3, "better"),
        (None, True, 3, 3, "no clear change"),
        (0, True, 3, 3, "no clear change"),
    ],
)
def test_a_measure_moves_by_more_than_its_noise(
    town: Town, reliable: int | None, higher: bool, before: int, after: int, how: str
) -> None:
    place = CaseChild.objects.get(case=town.case)
    enrolment = Enrolment.objects.get(place=place)
    used = world.scale(reliable_change=reliable, higher_is_better=higher)
    world.measure(enrolment, used, before, after, town.lead)
    assert take()["NBA1"]["outcomes"]["measures"] == {how: 1}


def test_readings_by_band_add_up_to_the_children_of_an_area(town: Town) -> None:
    cases.commands.observe(
        town.robin, factories.indicator("EXP01"), observed_on=TODAY, source="form", by=town.officer
    )
    found = take()
    assert found["NBA1"]["readings"]["harm_to_child"]["nothing recorded"] == 1
    assert sum(found["NBA1"]["readings"]["harm_to_child"].values()) == 2
    for lens, bands in found[""]["readings"].items():
        assert sum(bands.values()) == 5, lens
    assert found[""]["model"] == 1


def test_partners_figures_hold_nothing_that_is_police_only(town: Town) -> None:
    def partners() -> dict[str, Any]:
        taken = insights.commands.take_snapshot(on=TODAY, by=accounts.commands.system())
        assert all(snapshot.figures["partners"] is None for snapshot in taken[1:])
        return taken[0].figures["partners"]

    before = partners()
    assert before["demand"]["contacts"]["2026-11-01"] == 4
    assert before["flow"]["referred"]["2026-11-01"] == 1
    assert "readings" not in before
    assert "load" not in before
    secret = factories.contact(
        town.sam, by=town.officer, area=town.old_town, handling=Handling.POLICE_ONLY, safe_now="no"
    )
    world.refer(secret, town.sam, town.officer)
    assert partners() == before


def test_taken_again_it_is_the_same_and_brought_up_to_date_in_place(town: Town) -> None:
    take()
    kept = list(Snapshot.objects.values())
    assert len(kept) == 1 + Area.objects.count()
    with clock.at(moment(11, 24, 12)):
        take()
    assert list(Snapshot.objects.values()) == kept
    with clock.at(moment(11, 24, 13)):
        world.complete(factories.contact(town.sam, by=town.officer, area=town.harbour))
        take()
    assert {s["id"] for s in Snapshot.objects.values()} == {s["id"] for s in kept}
    changed = Snapshot.objects.filter(taken_at=moment(11, 24, 13))
    assert {s.area.code if s.area else "" for s in changed} == {"", "NBA1"}
    entry = Entry.objects.filter(verb="take snapshot").latest("pk")
    assert entry.records == {"snapshot": "2026-11-24", "areas": Area.objects.count()}
    assert entry.persons == []


def test_a_past_day_counts_what_had_been_recorded_by_its_end(town: Town) -> None:
    with clock.at(moment(11, 20, 23)):
        then = take(date(2026, 11, 20))
    Snapshot.objects.all().delete()
    assert take(date(2026, 11, 20)) == then
    harbour = then["NBA1"]
    assert of(harbour, "load", "cases open") == 0
    assert of(harbour, "load", "referrals waiting") == 1
    assert "accepted" not in harbour["flow"]
    earlier = take(date(2026, 11, 19))
    assert of(earlier["NBA1"], "demand", "children seen often") == 0
    # Until the 12th of November Kit belonged to Harbour.
    assert of(take(date(2026, 11, 11))["NBA1"], "demand", "children seen") == 3
    unanswered = moment(11, 20) + timedelta(minutes=20)
    with clock.at(unanswered):
        assert of(take(date(2026, 11, 20))["NBA1"], "load", "flags unanswered") == 0


def test_a_contact_recorded_late_is_no_part_of_the_day_before(town: Town) -> None:
    late = factories.contact(town.sam, by=town.officer, area=town.harbour, ago=timedelta(days=5))
    assert clock.london_date(late.occurred_at) == date(2026, 11, 19)
    yesterday, today = take(date(2026, 11, 23)), take()
    assert of(yesterday["NBA1"], "demand", "contacts", "2026-11-01") == 3
    assert of(today["NBA1"], "demand", "contacts", "2026-11-01") == 4


def test_a_day_to_come_and_anybody_else_are_refused(db: None) -> None:
    with pytest.raises(ValidationError):
        take(TODAY + timedelta(days=1))
    for role in (Role.COMMANDER, Role.ADMINISTRATOR, Role.ANALYST):
        with pytest.raises(NotAllowed):
            insights.commands.take_snapshot(on=TODAY, by=factories.user(role))
    assert not Snapshot.objects.exists()


def test_an_empty_portal_has_figures_of_nothing(db: None) -> None:
    assert take()[""]["demand"] == {}


@pytest.mark.usefixtures("committing")
def test_two_at_once_keep_one_snapshot_of_each_area() -> None:
    accounts.commands.system()
    factories.area("NBA1")

    def work(_: int) -> None:
        try:
            take()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert Snapshot.objects.count() == 2


def test_months_are_the_24_that_end_with_the_days_own() -> None:
    found = sql.months(date(2026, 1, 31))
    assert (found[0], found[-1], len(found)) == (date(2024, 2, 1), date(2026, 1, 1), 24)


# When it is taken -----------------------------------------------------------------------------


def test_the_end_of_the_nightly_run_asks_for_the_days_figures(
    db: None, django_capture_on_commit_callbacks: Callable
) -> None:
    with (
        patch("insights.receivers.current_app.send_task") as sent,
        django_capture_on_commit_callbacks(execute=True),
    ):
        risk.tasks.recalculate_tonight()
    sent.assert_called_once_with("insights.tasks.take_snapshot", args=["2026-11-24"])


def test_a_lost_message_fails_no_run_and_beat_makes_up_for_it(
    db: None, django_capture_on_commit_callbacks: Callable
) -> None:
    with (
        patch("insights.receivers.current_app.send_task", side_effect=OSError("no broker")),
        django_capture_on_commit_callbacks(execute=True),
    ):
        risk.tasks.recalculate_tonight()
    assert not Snapshot.objects.exists()
    insights.tasks.take_missing_snapshot()
    assert Snapshot.objects.filter(on=TODAY, area=None).exists()
    entries = Entry.objects.filter(verb="take snapshot").count()
    insights.tasks.take_missing_snapshot()  # it is there: nothing is done
    assert Entry.objects.filter(verb="take snapshot").count() == entries


def test_a_run_that_somebody_asked_for_keeps_no_figures(
    db: None, django_capture_on_commit_callbacks: Callable
) -> None:
    by = accounts.commands.system()
    asked = risk.commands.ask_for_run(as_of=TODAY, inline=True, by=by)
    with (
        patch("insights.receivers.current_app.send_task") as sent,
        django_capture_on_commit_callbacks(execute=True),
    ):
        risk.commands.recalculate_all(asked, by=by)
    sent.assert_not_called()


def test_the_task_takes_a_day_in_words_and_the_schedule_comes_after_the_run(db: None) -> None:
    insights.tasks.take_snapshot("2026-11-20")
    assert Snapshot.objects.filter(on=date(2026, 11, 20), area=None).exists()
    beat = app.conf.beat_schedule["the day's figures are kept"]
    assert beat["task"] == insights.tasks.take_missing_snapshot.name
    assert (beat["schedule"].hour, beat["schedule"].minute) == ({3}, {30})
