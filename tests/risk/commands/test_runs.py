"""A run reads everybody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

import cases.commands
import clock
import risk.commands
from audit.models import Entry
from cases.models import Person
from risk import sql
from risk.models import Model, Reading, ReadingHistory, Run, RunState
from tests import factories
from tests.risk.commands.children import BORN, TODAY, figures, history_of, nightly, observe


@pytest.mark.django_db
def test_a_run_reads_everybody_and_keeps_its_figures(officer, system):
    known = factories.child(born=BORN)
    observe(known, "EXP01", by=officer)
    unseen = factories.child(born=BORN)
    factories.child(born=date(1990, 1, 1))
    run = risk.commands.ask_for_nightly_run(by=system)
    assert (run.state, run.as_of, run.people, run.done) == ("waiting", TODAY, 0, 0)
    assert risk.commands.recalculate_all(run, by=system) == run
    run.refresh_from_db()
    assert (run.state, run.people, run.done, run.error) == ("done", 2, 2, "")
    assert run.started_at == run.ended_at == clock.now()
    figures = run.figures
    assert figures.pop("seconds") == 0  # the clock is held
    assert figures.pop("bands")["harm_to_child"] == {
        "nothing recorded": 1, "early conversation": 0, "coordinated help": 1, "consult the hub": 0,
    }  # fmt: skip
    assert figures == {"people": 2, "model": 1, "changed": 1, "history": 0, "removed": 0}
    # Who was never observed gets a row of zeros, and no history.
    row = Reading.objects.get(pk=unseen.pk)
    assert (row.harm_to_child, row.need_band, row.breadth) == (0, "nothing recorded", 0)
    assert history_of(unseen) == []
    entry = Entry.objects.filter(verb="read everybody anew").get()
    assert entry.records == {"run": run.pk, "chunk": run.chunks.get().pk, "people": 2}


@pytest.mark.django_db
def test_a_run_that_is_done_again_changes_nothing(officer, system):
    observe(factories.child(born=BORN), "EXP01", by=officer)
    factories.child(born=BORN)
    nightly(system)
    rows, kept = (
        list(Reading.objects.order_by("pk").values()),
        list(ReadingHistory.objects.values()),
    )
    again = risk.commands.ask_for_run(as_of=TODAY, inline=True, by=system)
    figures = risk.commands.recalculate_all(again, by=system).figures
    assert (figures["changed"], figures["history"], figures["removed"]) == (0, 0, 0)
    assert list(Reading.objects.order_by("pk").values()) == rows
    assert list(ReadingHistory.objects.values()) == kept


@pytest.mark.django_db
def test_a_row_is_rewritten_when_a_reading_has_moved_by_a_twentieth(officer, system):
    # IND12 needs help, enduring, 2.0 (early). EXP01 at 13-15: 2.0, full to day 28, halves every 30.
    # The day after, day 29: 2 * 2**(-1/30) = 1.954, 0.046 less; day 30: 1.910, 0.090 less.
    child = factories.child(born=BORN)
    observe(child, "EXP01", TODAY - timedelta(days=28), by=officer)
    read_at = Reading.objects.get(pk=child.pk).read_at
    assert nightly(system, timedelta(days=1))["changed"] == 0
    assert Reading.objects.get(pk=child.pk).read_at == read_at
    # Compared with the row, not with the night before: slow drift is seen.
    assert nightly(system, timedelta(days=2))["changed"] == 1
    row = Reading.objects.get(pk=child.pk)
    assert row.harm_to_child == pytest.approx(2 * 2 ** (-2 / 30))
    assert row.read_at == read_at + timedelta(days=2)


@pytest.mark.django_db
def test_history_counts_from_its_own_last_row(officer, system):
    # COM01 (medium) and EXP07 stay full: 5.0. EXP01 halves every 30 days from 2.0: it has lost 1.0
    # on day 58 and not on day 57; 'consult the hub' throughout.
    child = factories.child(born=BORN)
    observe(child, "COM01", by=officer)
    observe(child, "EXP07", by=officer)
    observe(child, "EXP01", by=officer)
    assert history_of(child) == [2.0, 5.0, 7.0]
    nights = [nightly(system, timedelta(days=days))["history"] for days in (29, 40, 57, 58, 59)]
    assert nights == [0, 0, 0, 1, 0]
    assert history_of(child) == [2.0, 5.0, 7.0, 6.0]


@pytest.mark.django_db
def test_a_birthday_is_noticed_at_night(officer, system):
    # 26 tomorrow; read until then by agreement.
    grown = factories.child(born=date(2000, 11, 25))
    Person.objects.filter(pk=grown.pk).update(over_18_agreed=True)
    observe(grown, "EXP02", by=officer)
    assert nightly(system)["removed"] == 0
    assert nightly(system, timedelta(days=1))["removed"] == 1
    assert not Reading.objects.filter(pk=grown.pk).exists()


@pytest.mark.django_db
def test_a_run_as_of_a_past_day_counts_what_was_known_and_writes_nothing(officer, system):
    child = factories.child(born=BORN)
    with clock.at(clock.now() - timedelta(days=3)):
        seen = observe(child, "EXP08", date(2026, 11, 1), by=officer)
    cases.commands.void(seen, reason="Another child", by=officer)
    before = list(Reading.objects.values())
    run = risk.commands.ask_for_run(as_of=TODAY - timedelta(days=2), inline=True, by=system)
    figures = risk.commands.recalculate_all(run, by=system).figures
    assert figures["bands"]["harm_to_child"]["consult the hub"] == 1
    assert (figures["changed"], figures["history"], figures["removed"]) == (0, 0, 0)
    assert list(Reading.objects.values()) == before
    assert history_of(child) == [3.0, 0.0]


@pytest.mark.django_db
def test_a_run_never_overwrites_a_reading_of_newer_facts(officer, system):
    """As it stands when a fact is committed after the run has read: the row knows more."""
    child = factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    Reading.objects.filter(pk=child.pk).update(facts_version=7, harm_to_child=99)
    written = sql.write(Model.objects.get(), TODAY)
    assert (written.changed, written.skipped) == (0, (child.pk,))
    assert figures(child) == (99, 0, 0)


@pytest.mark.django_db
def test_a_run_without_a_model_fails_and_says_so(system):
    Model.objects.all().delete()
    run = risk.commands.ask_for_nightly_run(by=system)
    with pytest.raises(ImproperlyConfigured):
        risk.commands.recalculate_all(run, by=system)
    run.refresh_from_db()
    assert (run.state, run.error) == (
        "failed", "No risk model is live. Run: manage.py load_catalogue",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_run_that_is_done_is_not_done_again(system):
    run = risk.commands.ask_for_nightly_run(by=system)
    risk.commands.recalculate_all(run, by=system)
    factories.child(born=BORN)
    stale = Run.objects.get(pk=run.pk)
    stale.state = RunState.WAITING  # as a second worker holds it, who was sent the same run
    assert risk.commands.recalculate_all(stale, by=system).figures == run.figures
    assert not Reading.objects.exists()
