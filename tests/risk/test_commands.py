"""Publishing a model, reading children anew, reading everybody."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections, transaction
from kombu.exceptions import OperationalError as BrokerError

import accounts.commands
import asking
import cases.catalogue
import cases.commands
import clock
import risk.commands
from accounts.models import Role, User
from audit.denied import NotAllowed
from audit.models import Entry
from cases.commands.observations import change_facts
from cases.models import Observation, Person
from risk import scoring, sql
from risk.commands import chunks, runs
from risk.model_default import default_model
from risk.models import Chunk, Model, Reading, ReadingHistory, Run, RunState
from tests import factories
from tests.races import PATIENCE, _until_waiting

CATALOGUE = cases.catalogue.load()
TODAY = date(2026, 11, 24)
BORN = date(2012, 5, 1)


@pytest.fixture
def system(held_clock) -> User:
    return accounts.commands.system()


@pytest.fixture
def officer(system) -> User:
    return factories.user(Role.OFFICER)


@pytest.fixture
def sent(monkeypatch) -> Callable[[], list]:
    """Commits what the test's transaction asked for, and says what went to the workers."""
    messages: list = []
    monkeypatch.setattr(
        runs.current_app, "send_task", lambda name, args: messages.append((name, args))
    )

    def committed() -> list:
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _, callback, _ in waiting:
            callback()
        return messages

    return committed


def observe(child: Person, code: str, on: date = TODAY, *, by: User, **more) -> Observation:
    return cases.commands.observe(
        child, factories.indicator(code), observed_on=on, source="form", by=by, **more
    )


def figures(child: Person) -> tuple[float, float, float]:
    """At risk of harm, may harm others, needs help, as the current row says."""
    row = Reading.objects.get(pk=child.pk)
    return pytest.approx((row.harm_to_child, row.harm_by_child, row.need))


def history_of(child: Person) -> list[float]:
    """At risk of harm in each history row, oldest first."""
    rows = ReadingHistory.objects.filter(person=child).order_by("pk")
    return [round(row.harm_to_child, 3) for row in rows]


def nightly(by: User, after: timedelta = timedelta(0)) -> dict:
    """Tonight's figures, some days after the held day."""
    with clock.at(clock.now() + after):
        return risk.commands.recalculate_all(
            risk.commands.ask_for_nightly_run(by=by), by=by
        ).figures


# Three children by pencil, as of Tuesday 24 November 2026, through the commands of the portal.


@pytest.mark.django_db
def test_dara_14(officer):
    # at risk of harm
    #   EXP01 (moderate 2 at 13-15, acute: full 28 days, then halves every 30), 27 September,
    #     58 days: 2 * 1.0 * 1.0 * 2**-((58 - 28) / 30)                                 = 1.0
    #   SCH07 (moderate 2, short: full 90 days), said to be severe: 2 * 1.5              = 3.0
    #     (of the same indicator again, clear 2.0; cap 1.5 * 2)                          = 3.0
    #   EXP08 (strong 3) was voided                                                     = 0
    #   reading                                                                         = 4.0
    # needs help
    #   SCH06 (moderate 2), reported: 2 * 0.75                                           = 1.5
    #   P04 (2), seen on 1 February, re-confirmed 23 days ago: min(2, 0.4 * 1.5 = 0.6)
    #   reading 1.5 - 0.6                                                               = 0.9
    dara = factories.child(born=BORN)
    observe(dara, "EXP01", date(2026, 9, 27), by=officer)
    bullied = observe(dara, "SCH07", date(2026, 11, 1), by=officer)
    observe(dara, "SCH07", date(2026, 11, 20), by=officer)
    mistaken = observe(dara, "EXP08", by=officer)
    observe(dara, "SCH06", date(2026, 11, 10), confidence="reported", by=officer)
    school = observe(dara, "P04", date(2026, 2, 1), by=officer)
    cases.commands.change_severity(bullied, severity=3, reason="Beaten", by=officer)
    cases.commands.void(mistaken, reason="Another child", by=officer)
    cases.commands.reconfirm(school, confirmed_on=date(2026, 11, 1), by=officer)
    assert figures(dara) == (4.0, 0, 0.9)
    row = Reading.objects.get(pk=dara.pk)
    assert (row.harm_to_child_band, row.harm_by_child_band, row.need_band) == (
        "consult the hub", "nothing recorded", "early conversation",
    )  # fmt: skip
    assert (row.strengths, row.breadth) == (2.0, 2)


@pytest.mark.django_db
def test_eli_whose_tenth_birthday_is_today(officer):
    # needs help, all in one domain
    #   IND06 at 9 (strong 3): what he did then is a need                                = 3.0
    #   IND12 (enduring, by the age today: moderate 2 at 10-12, weak 1 before)           = 2.0
    #   IND09 (enduring, moderate 2) ended four days ago                                 = 0
    #   reading, no strengths                                                            = 5.0
    # may harm others: IND06 at 10 (strong 3), emerging 3 * 0.5                          = 1.5
    eli = factories.child(born=date(2016, 11, 24))
    observe(eli, "IND06", date(2026, 11, 23), by=officer)
    observe(eli, "IND06", TODAY, severity=1, by=officer)
    observe(eli, "IND12", date(2024, 1, 1), by=officer)
    over = observe(eli, "IND09", date(2024, 1, 1), by=officer)
    cases.commands.end_observation(over, ended_on=date(2026, 11, 20), reason="Well", by=officer)
    assert figures(eli) == (0, 1.5, 5.0)
    assert Reading.objects.get(pk=eli.pk).breadth == 1


@pytest.mark.django_db
def test_fay_whose_age_nobody_knows(officer):
    # No date of birth: weights of 13-15.
    # at risk of harm, all in the domain 'family'
    #   FAM01 (moderate 2), severe 2 * 1.5                                               = 3.0
    #   FAM02 (moderate 2, long: full 365 days, then halves every 365), 730 days,
    #     suspected: 2 * 0.5 * 2**-((730 - 365) / 365)                                   = 0.5
    #   FAM04 (moderate 2), severe                                                      = 3.0
    #   domain min(6, 6.5)                                                              = 6.0
    # may harm others
    #   IND01 (moderate 2)                                                              = 2.0
    #   P01 (2), reported 2 * 0.75 = 1.5; P03, 91 days unconfirmed (90 count)            = 0
    #   2 - min(1.5, 0.4 * 2 = 0.8)                                                     = 1.2
    fay = factories.child(born=None)
    observe(fay, "FAM01", severity=3, by=officer)
    observe(fay, "FAM02", date(2024, 11, 24), confidence="suspected", by=officer)
    observe(fay, "FAM04", severity=3, by=officer)
    observe(fay, "IND01", by=officer)
    observe(fay, "P01", confidence="reported", by=officer)
    observe(fay, "P03", date(2026, 8, 25), by=officer)
    assert figures(fay) == (6.0, 1.2, 0)
    row = Reading.objects.get(pk=fay.pk)
    assert (row.strengths, row.breadth) == (1.5, 2)


# Publishing.


def heavier(number: int, weight: float = 2.5) -> scoring.Model:
    """The default model with one weight of its own."""
    model = default_model(CATALOGUE, number)
    rule = replace(model.indicators["PEE03"], weights={"13-15": weight})
    return replace(model, indicators={**model.indicators, "PEE03": rule})


@pytest.mark.django_db
def test_no_model_goes_live_that_fails_a_vignette(system):
    lax = replace(
        default_model(CATALOGUE, number=2),
        bands=default_model(CATALOGUE).bands | {"harm_to_child": (0.0, 50.0, 60.0)},
    )
    with pytest.raises(ValidationError) as refused:
        risk.commands.publish_model(lax, title="Lax", reason="Fewer calls", by=system)
    said = [message for message in refused.value.messages if message.startswith("V02 ")]
    assert said == [
        "V02 (14, one clear, confirmed sign of sexual exploitation): "
        "harm_to_child reads early conversation, not consult the hub"
    ]
    assert Model.objects.get().number == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": 1}, "The number must be above 1, the last model's."),
        (
            {"bands": default_model(CATALOGUE).bands | {"need": (0.0, 12.0, 6.0)}},
            "The limits of need must rise: (0.0, 12.0, 6.0).",
        ),
        (
            {"indicators": {"NEW1": default_model(CATALOGUE).indicators["IND01"]}},
            "NEW1 is not in the catalogue.",
        ),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(system, change, said):
    model = replace(default_model(CATALOGUE, number=2), **change)
    with pytest.raises(ValidationError) as refused:
        risk.commands.publish_model(model, title="Odd", reason="A slip", by=system)
    assert said in refused.value.messages


@pytest.mark.django_db
def test_publishing_is_for_those_who_may(officer):
    with pytest.raises(NotAllowed):
        risk.commands.publish_model(heavier(2), title="Mine", reason="I like it", by=officer)
    assert Model.objects.count() == 1


@pytest.mark.django_db
def test_a_published_model_is_kept_whole_and_on_record(system):
    published = risk.commands.publish_model(heavier(7), title="T", reason="Because", by=system)
    assert Model.objects.first() == published
    assert published.rules() == heavier(7)
    entry = Entry.objects.order_by("-pk").first()
    assert (entry.verb, entry.reason) == ("publish risk model", "Because")
    assert entry.records == {"model": published.pk, "number": 7}


@pytest.mark.django_db
def test_a_new_model_has_everybody_read_again(system, officer, sent):
    child, other = factories.child(born=BORN), factories.child(born=BORN)
    observe(child, "PEE03", by=officer)
    observe(other, "EXP01", by=officer)
    published = risk.commands.publish_model(heavier(2), title="T", reason="R", by=system)
    run = Run.objects.get()
    assert sent() == [("risk.tasks.recalculate_all", [run.pk])]
    risk.commands.recalculate_all(run, by=system)
    assert figures(child) == (0, 0, 2.5)
    # Who reads the same by both models is read by the new one too.
    assert {row.model for row in Reading.objects.all()} == {published}
    assert history_of(other) == [2.0]


@pytest.mark.django_db
def test_the_default_model_is_published_once(system):
    live = Model.objects.get()
    assert live.rules() == default_model(CATALOGUE)
    assert risk.commands.publish_default(CATALOGUE, by=system) is None
    assert Model.objects.get() == live


@pytest.mark.django_db
def test_the_default_model_follows_the_catalogue(system):
    row = Model.objects.get().indicators.get(indicator__code="PEE03")
    row.weight_13_15 = 9
    row.save()
    published = risk.commands.publish_default(CATALOGUE, by=system)
    assert (published.number, published.rules()) == (2, default_model(CATALOGUE, 2))


@pytest.mark.django_db
def test_the_default_model_never_replaces_a_forces_own(system):
    own = risk.commands.publish_model(heavier(2), title="Ours", reason="R", by=system)
    own.published_by = factories.user(Role.ADMINISTRATOR)
    own.save()
    assert risk.commands.publish_default(CATALOGUE, by=system) is None
    assert Model.objects.first() == own


@pytest.mark.django_db
def test_load_catalogue_again_changes_nothing(system, capsys):
    before = list(Model.objects.values())
    call_command("load_catalogue")
    assert capsys.readouterr().out == "68 indicators. The risk model stays as it is.\n"
    assert list(Model.objects.values()) == before


# Reading children anew.


@pytest.mark.django_db
def test_a_reading_is_as_new_as_its_facts(officer):
    child = factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    observe(child, "EXP08", by=officer)
    child.refresh_from_db()
    row = Reading.objects.get(pk=child.pk)
    assert row.facts_version == child.facts_version == 2
    assert figures(child) == (5.0, 0, 0)
    entry = Entry.objects.filter(verb="read anew").latest("pk")
    assert (entry.persons, entry.username) == ([child.pk], "system")


@pytest.mark.django_db
def test_a_fact_that_is_rolled_back_leaves_no_reading(officer):
    child = factories.child(born=BORN)

    def observe_and_fail() -> None:
        with transaction.atomic():
            observe(child, "EXP01", by=officer)
            assert Reading.objects.filter(pk=child.pk).exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        observe_and_fail()
    assert not Reading.objects.filter(pk=child.pk).exists()
    assert not ReadingHistory.objects.filter(person=child).exists()


@pytest.mark.django_db
def test_without_a_live_model_facts_are_recorded_all_the_same(officer, monkeypatch):
    child = factories.child(born=BORN)
    Model.objects.all().delete()
    observe(child, "EXP01", by=officer)
    assert Observation.objects.filter(person=child).exists()
    assert not Reading.objects.exists()


@pytest.mark.django_db
def test_who_is_read_no_more_loses_the_row_and_keeps_the_history(officer, system):
    child = factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    Person.objects.filter(pk=child.pk).update(date_of_birth=date(2000, 1, 1))
    assert risk.commands.read_anew([child.pk], by=system) == 1
    assert not Reading.objects.filter(pk=child.pk).exists()
    assert history_of(child) == [2.0]
    assert risk.commands.read_anew([child.pk, 10**9], by=system) == 0


@pytest.mark.django_db
def test_history_gains_a_row_when_a_band_changes_or_a_reading_has_moved_by_1(officer):
    child = factories.child(born=BORN)
    observe(child, "P04", by=officer)  # nothing to lower yet
    assert Reading.objects.get(pk=child.pk).strengths == 2.0
    assert history_of(child) == []  # before its first row everything counts as nothing recorded
    observe(child, "FAM08", by=officer)  # needs help, weak 1 - 0.4: early conversation
    assert history_of(child) == [0.0]
    observe(child, "EXP01", severity=1, by=officer)  # at risk of harm 1.0: early conversation
    assert history_of(child) == [0.0, 1.0]
    observe(child, "EXP01", severity=1, confidence="suspected", by=officer)  # 1.5: coordinated help
    assert history_of(child) == [0.0, 1.0, 1.5]
    observe(child, "EXP01", severity=1, confidence="reported", by=officer)  # 2.25, 0.75 more
    assert history_of(child) == [0.0, 1.0, 1.5]
    observe(child, "EXP04", severity=1, confidence="suspected", by=officer)  # 2.75, 1.25 more
    assert history_of(child) == [0.0, 1.0, 1.5, 2.75]


# Everybody.


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


# At the same time. Each in a thread with a connection of its own, until it comes to a lock of ours.


def tonight() -> Run:
    by = accounts.commands.system()
    return risk.commands.recalculate_all(risk.commands.ask_for_nightly_run(by=by), by=by)


def asked_for() -> Run:
    by = accounts.commands.system()
    run = risk.commands.ask_for_run(as_of=TODAY, inline=True, by=by)
    return risk.commands.recalculate_all(run, by=by)


@contextmanager
def the_turn_taken() -> Iterator[None]:
    """Nobody may read the first chunk of people meanwhile."""
    with transaction.atomic():
        chunks._await_turn(Chunk(first=0, last=runs.CHUNK - 1))
        yield


def alone(work: Callable[[], Run]) -> Run:
    try:
        return work()
    finally:
        connections.close_all()


def test_a_child_whose_facts_change_meanwhile_is_read_after_the_change(committing, officer):
    child, other = factories.child(born=BORN), factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    Reading.objects.filter(pk=child.pk).update(harm_to_child=9)  # tonight it would be rewritten
    with ThreadPoolExecutor(1, initializer=asking.process, initargs=("test",)) as threads:
        with transaction.atomic():
            observe(child, "EXP02", by=officer)
            run = threads.submit(alone, tonight)
            _until_waiting(1)
            # It holds up nobody while it waits: everybody else is read and kept.
            assert Reading.objects.filter(pk=other.pk).exists()
        assert run.result(timeout=PATIENCE).state == RunState.DONE
    child.refresh_from_db()
    assert Reading.objects.get(pk=child.pk).facts_version == child.facts_version
    assert figures(child) == (5.0, 0, 0)


def test_a_first_reading_is_not_written_behind_a_change_that_takes_it_away(committing, officer):
    child = factories.child(born=BORN)
    with ThreadPoolExecutor(1, initializer=asking.process, initargs=("test",)) as threads:
        with transaction.atomic():
            Person.objects.filter(pk=child.pk).update(date_of_birth=date(1990, 1, 1))
            change_facts(child)
            run = threads.submit(alone, tonight)
            _until_waiting(1)
        run.result(timeout=PATIENCE)
    assert not Reading.objects.filter(pk=child.pk).exists()


def test_two_runs_at_once_take_turns(committing, officer):
    child = factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    unseen = factories.child(born=BORN)
    with ThreadPoolExecutor(2, initializer=asking.process, initargs=("test",)) as threads:
        with the_turn_taken():
            both = [threads.submit(alone, work) for work in (tonight, asked_for)]
            _until_waiting(2)
            assert {run.state for run in Run.objects.all()} == {RunState.RUNNING}
        done = [run.result(timeout=PATIENCE) for run in both]
    assert [run.state for run in done] == [RunState.DONE] * 2
    assert sorted(run.figures["changed"] for run in done) == [0, 1]
    assert {row.pk for row in Reading.objects.all()} == {child.pk, unseen.pk}
    assert history_of(child) == [2.0]


def test_the_same_night_twice_is_one_run(committing, system):
    factories.child(born=BORN)
    with ThreadPoolExecutor(2, initializer=asking.process, initargs=("test",)) as threads:
        with the_turn_taken():
            both = [threads.submit(alone, tonight) for _ in range(2)]
            _until_waiting(2)
        first, second = (run.result(timeout=PATIENCE) for run in both)
    assert first == second == Run.objects.get()
    assert Entry.objects.filter(verb="read everybody anew").count() == 1


def test_a_run_that_lost_its_connection_has_failed_and_can_be_done_again(
    committing, officer, system, monkeypatch
):
    observe(factories.child(born=BORN), "EXP01", by=officer)
    unseen = factories.child(born=BORN)
    write = sql.write

    def write_and_lose(model: Model, as_of: date, within: range) -> None:
        write(model, as_of, within=within)
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    run = risk.commands.ask_for_nightly_run(by=system)
    with monkeypatch.context() as patched:
        patched.setattr(sql, "write", write_and_lose)
        with pytest.raises(OperationalError):
            risk.commands.recalculate_all(run, by=system)
    run.refresh_from_db()
    assert (run.state, run.done) == (RunState.FAILED, 0)
    assert "connection" in run.error
    assert "\n" not in run.error
    assert not Reading.objects.filter(pk=unseen.pk).exists()
    assert risk.commands.recalculate_all(run, by=system).state == RunState.DONE
    assert run.error == ""
    assert Reading.objects.filter(pk=unseen.pk).exists()


# Asking for a run.


@pytest.mark.django_db
def test_a_run_that_waits_is_asked_for_again_and_stays_one(system, sent):
    first = risk.commands.ask_for_run(as_of=TODAY, by=system)
    assert risk.commands.ask_for_run(as_of=TODAY, by=system) == first
    assert risk.commands.ask_for_run(as_of=TODAY - timedelta(days=1), by=system) != first
    names, arguments = zip(*sent(), strict=True)
    assert set(names) == {"risk.tasks.recalculate_all"}
    assert [run for (run,) in arguments][:2] == [first.pk, first.pk]


@pytest.mark.django_db
def test_no_run_as_of_a_day_to_come(system):
    with pytest.raises(ValidationError) as refused:
        risk.commands.ask_for_run(as_of=TODAY + timedelta(days=1), by=system)
    assert refused.value.message_dict == {"as_of": ["The date must be today or in the past."]}


@pytest.mark.django_db
def test_runs_are_for_those_who_may(officer):
    with pytest.raises(NotAllowed):
        risk.commands.ask_for_run(as_of=TODAY, by=officer)
    with pytest.raises(NotAllowed):
        risk.commands.ask_for_nightly_run(by=officer)
    with pytest.raises(NotAllowed):
        risk.commands.recalculate_all(Run(as_of=TODAY), by=officer)
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_a_queue_out_of_reach_is_said_on_the_run(
    system, monkeypatch, django_capture_on_commit_callbacks
):
    def unreachable(*args, **options) -> None:
        raise BrokerError("Error 111 connecting to redis")

    monkeypatch.setattr(runs.current_app, "send_task", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        run = risk.commands.ask_for_run(as_of=TODAY, by=system)
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "Error 111 connecting to redis")


# By hand.


@pytest.mark.django_db
def test_the_run_by_hand(officer, system, capsys):
    observe(factories.child(born=BORN), "EXP08", by=officer)
    call_command("recalculate_risk", "--inline")
    said = capsys.readouterr().out
    assert " as of 24 November 2026 is done: 1 people by model 1, 0 readings changed, " in said
    assert (
        "at risk of harm: nothing recorded 0, early conversation 0, coordinated help 0, "
        "consult the hub 1\n"
    ) in said
    assert Run.objects.get().state == RunState.DONE


@pytest.mark.django_db
def test_by_hand_through_the_workers(system, sent, capsys):
    call_command("recalculate_risk", "--as-of", "2026-11-20")
    run = Run.objects.get()
    assert sent() == [("risk.tasks.recalculate_all", [run.pk])]
    assert capsys.readouterr().out == (
        f"Run {run.pk} as of 20 November 2026 is waiting for a worker.\n"
    )


@pytest.mark.django_db
def test_one_child_by_hand(officer, system, capsys):
    child = factories.child(born=BORN)
    call_command("recalculate_risk", "--person", str(child.pk))
    assert capsys.readouterr().out == f"Child {child.pk} is read anew.\n"
    assert Reading.objects.filter(pk=child.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as-of", "2026-11-25"], "The date must be today or in the past."),
        (["--as-of", "9999-12-31"], "The date must be today or in the past."),
        (["--as-of", "20 November"], "'20 November' is not a date like 2026-11-20"),
        (["--person", "1", "--as-of", "2026-11-20"], "A reading is as of today."),
        (["--person", "9" * 30], "No person has this number."),
        (["--person", "0"], "No person has this number."),
        (["--person", "Robin"], "'Robin' is not a number"),
    ],
)
def test_by_hand_what_makes_no_sense_is_refused(system, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("recalculate_risk", *arguments)
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_by_hand_a_failure_is_said_in_a_line(system):
    Model.objects.all().delete()
    with pytest.raises(CommandError, match=r"No risk model is live. Run: manage.py load_catalogue"):
        call_command("recalculate_risk", "--inline")
    assert Run.objects.get().state == RunState.FAILED
