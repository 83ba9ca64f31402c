"""Who is told what of a reading: everything, everything but police-only facts, or what to watch for."""

from dataclasses import fields, is_dataclass
from datetime import date, timedelta

import pytest

import accounts.commands
import cases.commands
import clock
import risk.commands
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed, NotVisible
from cases.access.scope import Sight
from cases.models import Observation, Person, Section
from risk import queries
from risk.models import Model
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
BORN = date(2012, 5, 1)


@pytest.fixture
def officer(held_clock) -> User:
    return factories.user(Role.OFFICER)


@pytest.fixture
def teacher(officer) -> User:
    return factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL))


@pytest.fixture
def child(officer) -> Person:
    return factories.child(born=BORN)


def observe(
    child: Person, code: str, on: date = TODAY, *, by: User, police_only: bool = False, **more
) -> Observation:
    seen = cases.commands.observe(
        child, factories.indicator(code), observed_on=on, source="form", by=by, **more
    )
    Observation.objects.filter(pk=seen.pk).update(police_only=police_only)
    return seen


def lead(child: Person) -> Sight:
    """What an officer with a ground sees."""
    return Sight(child, frozenset({Section.FULL}), ("task",), police=True)


def hub(child: Person) -> Sight:
    """What a hub member of another agency sees."""
    return Sight(child, frozenset({Section.FULL}), ("hub",), police=False, in_hub=True)


def partner(child: Person, *sections: str) -> Sight:
    return Sight(child, frozenset(sections or {Section.WATCH}), ("share",), police=False)


def values(thing: object) -> str:
    """Everything that a page could show of it, as text."""
    if isinstance(thing, Observation):
        return f"observation {thing.pk}"
    if is_dataclass(thing):
        return " ".join(values(getattr(thing, field.name)) for field in fields(thing))
    if isinstance(thing, list | tuple):
        return " ".join(values(each) for each in thing)
    return str(thing)


# The readings of today.


def test_the_current_reading_is_of_todays_facts(child, officer):
    # EXP01 (2, acute): 2 * 2**(-2/30) on day 30, whatever the row of the night before says.
    observe(child, "EXP01", TODAY - timedelta(days=30), by=officer)
    observe(child, "P04", by=officer)
    now = queries.current_reading(lead(child), viewer=officer)
    assert [(x.lens, x.label, x.band) for x in now.lenses] == [
        ("harm_to_child", "at risk of harm", "coordinated help"),
        ("need", "needs help", "nothing recorded"),
        ("harm_by_child", "may harm others", "nothing recorded"),
    ]
    assert now.lenses[0].points == pytest.approx(2 * 2 ** (-2 / 30))
    assert (now.as_of, now.model, now.strengths, now.breadth) == (TODAY, 1, 2.0, 1)
    with clock.at(clock.now() + timedelta(days=200)):
        later = queries.current_reading(lead(child), viewer=officer)
    assert (later.lenses[0].points, later.strengths) == (0, 0)


def test_readings_are_for_the_full_record_alone(child, officer, teacher):
    observe(child, "EXP08", by=officer)
    everything_but = partner(child, *(set(Section.values) - {Section.FULL}))
    for sight in (partner(child), everything_but):
        assert queries.current_reading(sight, viewer=teacher) is None
        assert queries.explanation(sight, viewer=teacher) is None
        assert not queries.history(sight, viewer=teacher).exists()
    assert queries.current_reading(hub(child), viewer=teacher).lenses[0].points == 3.0
    assert [row.harm_to_child for row in queries.history(hub(child), viewer=teacher)] == [3.0]


def test_who_is_not_read_has_no_reading(officer):
    grown = factories.child(born=date(2000, 1, 1))
    observe(grown, "EXP08", by=officer)
    assert queries.current_reading(lead(grown), viewer=officer) is None
    assert queries.explanation(lead(grown), viewer=officer) is None


def test_without_a_model_nothing_is_read_and_nothing_breaks(child, officer):
    Model.objects.all().delete()
    observe(child, "EXP08", by=officer)
    assert queries.current_reading(lead(child), viewer=officer) is None
    assert queries.explanation(lead(child), viewer=officer) is None
    assert queries.watch_for(lead(child), viewer=officer) == []


# Why.


def test_every_point_is_explained(child, officer):
    # at risk of harm: EXP01 (2, acute) seen 58 days ago 2 * 0.5 = 1.0, and 10 days ago, emerging,
    # reported 2 * 0.5 * 0.75 = 0.75.   needs help: SCH06 2.0 - min(P04 2.0, 0.4 * 2.0) = 1.2
    first = observe(child, "EXP01", TODAY - timedelta(days=58), by=officer)
    second = observe(
        child, "EXP01", TODAY - timedelta(days=10), severity=1, confidence="reported", by=officer
    )
    observe(child, "SCH06", by=officer)
    observe(child, "P04", by=officer)
    why = queries.explanation(lead(child), viewer=officer)
    harm, need, _ = why.lenses
    assert (why.as_of, why.model, why.breadth, why.strengths) == (TODAY, 1, 2, 2.0)
    assert (harm.points, harm.band) == (pytest.approx(1.75), "coordinated help")
    (part,) = harm.parts
    assert (part.code, part.name, part.domain) == (
        "EXP01", factories.indicator("EXP01").name, "exploitation",
    )  # fmt: skip
    assert part.points == pytest.approx(1.75)
    assert [(s.observation, s.age_days, s.severity, s.confidence) for s in part.seen] == [
        (second, 10, "Emerging", "Reported to us"),
        (first, 58, "Clear", "Confirmed"),
    ]
    assert [(s.weight, s.decay, s.points) for s in part.seen] == [
        (2.0, 1.0, pytest.approx(0.75)), (2.0, pytest.approx(0.5), pytest.approx(1.0)),
    ]  # fmt: skip
    assert [(p.code, p.points) for p in need.lowered_by] == [("P04", pytest.approx(0.8))]
    assert need.points == pytest.approx(1.2)
    assert [(p.code, p.points) for p in why.strength_parts] == [("P04", 2.0)]
    assert {lens.held_back for lens in why.lenses} == {0.0}
    assert not why.police_hold_more


def test_the_trend_is_against_what_was_known_28_days_before(child, officer):
    with clock.at(clock.now() - timedelta(days=28)):
        mistaken = observe(child, "EXP02", date(2026, 10, 20), by=officer)
        observe(child, "SCH06", date(2026, 10, 20), by=officer)
    cases.commands.void(mistaken, reason="Another child", by=officer)
    observe(child, "EXP01", date(2026, 10, 1), by=officer)  # told today, of before
    harm, need, _ = queries.explanation(lead(child), viewer=officer).lenses
    then, now = 3.0, 2 * 2 ** (-(54 - 28) / 30)
    assert (harm.then, harm.band_then, harm.direction) == (then, "consult the hub", "down")
    assert (harm.points, harm.change) == (pytest.approx(now), pytest.approx(now - then))
    assert [(m.name, m.change) for m in harm.moved] == [
        (factories.indicator("EXP02").name, -3.0),
        (factories.indicator("EXP01").name, pytest.approx(now)),
    ]
    assert (need.then, need.points, need.direction, need.moved) == (2.0, 2.0, "level", ())


def test_a_child_who_was_not_known_then_has_not_risen(child, officer):
    observe(child, "SCH06", date(2026, 10, 1), by=officer)
    need = queries.explanation(lead(child), viewer=officer).lenses[1]
    assert (need.points, need.then, need.change, need.direction) == (2.0, None, None, "new")
    # Known then, though nothing had been observed: that is a reading of 0.
    Person.objects.filter(pk=child.pk).update(recorded_at=clock.now() - timedelta(days=30))
    need = queries.explanation(lead(Person.objects.get(pk=child.pk)), viewer=officer).lenses[1]
    assert (need.points, need.then, need.direction) == (2.0, 0, "up")


def test_an_earlier_day_is_explained_as_it_was_known_then(child, officer):
    observe(child, "EXP08", date(2026, 11, 1), by=officer)
    yesterday = queries.explanation(lead(child), viewer=officer, on=TODAY - timedelta(days=1))
    assert (yesterday.as_of, yesterday.lenses[0].points) == (date(2026, 11, 23), 0)
    assert yesterday.missing == ("Nothing has been observed yet.",)


def test_what_is_not_known_is_said_in_words(officer):
    child = factories.child(born=None)
    observe(child, "P03", date(2026, 8, 1), by=officer)
    assert queries.explanation(lead(child), viewer=officer).missing == (
        "The date of birth is not known: read as for an age of 13 to 15.",
        f"{factories.indicator('P03').name}: not confirmed lately, so it does not count.",
    )


def test_what_would_lower_a_reading_is_said_in_words(child, officer):
    observe(child, "SCH06", date(2026, 11, 1), by=officer)  # short: full 90 days, expires at 365
    observe(child, "IND12", date(2026, 11, 1), by=officer)
    observe(child, "P03", date(2026, 8, 1), by=officer)
    need = queries.explanation(lead(child), viewer=officer).lenses[1]
    name = {code: factories.indicator(code).name for code in ("SCH06", "IND12", "P03")}
    assert {easing.says for easing in need.easings} == {
        f"{name['SCH06']}: with nothing new seen, it counts for less from 31 January 2027 and no "
        "longer from 2 November 2027.",
        f"{name['IND12']}: counts until somebody records that it has ended. Review due on "
        "30 April 2027.",
        f"{name['P03']}: counts again once somebody confirms that it is still so.",
    }


# What police alone may see.


def test_the_hub_is_told_that_police_hold_more_and_not_what(child, officer, teacher):
    # at risk of harm: EXP01 2.0, police only EXP02 3.0.  needs help: SCH06 2.0, one observation of
    # two police only, cap 3.0: the one that is shown has half of it.
    observe(child, "EXP01", by=officer)
    hidden = observe(child, "EXP02", by=officer, police_only=True)
    shown = observe(child, "SCH06", by=officer)
    twin = observe(child, "SCH06", by=officer, police_only=True)
    why = queries.explanation(hub(child), viewer=teacher)
    harm, need, _ = why.lenses
    assert why.police_hold_more
    assert (harm.points, harm.band) == (5.0, "consult the hub")  # over all facts
    assert ([p.code for p in harm.parts], harm.held_back) == (["EXP01"], pytest.approx(3.0))
    assert [[s.observation for s in p.seen] for p in need.parts] == [[shown]]
    assert (need.parts[0].points, need.held_back) == (pytest.approx(1.5), pytest.approx(1.5))
    said = values(why)
    assert factories.indicator("EXP02").name not in said
    assert f"observation {hidden.pk} " not in said
    assert f"observation {twin.pk} " not in said
    told = queries.explanation(lead(child), viewer=officer)
    assert {p.code for p in told.lenses[0].parts} == {"EXP01", "EXP02"}
    assert factories.indicator("EXP02").name in values(told)
    assert (told.police_hold_more, told.lenses[0].held_back) == (False, 0)


def test_a_strength_that_police_alone_know_stays_theirs(child, officer, teacher):
    observe(child, "SCH06", by=officer)
    observe(child, "P04", by=officer, police_only=True)
    why = queries.explanation(hub(child), viewer=teacher)
    need = why.lenses[1]
    assert (need.points, need.lowered_by, why.strength_parts) == (pytest.approx(1.2), (), ())
    assert need.held_back == pytest.approx(-0.8)
    assert factories.indicator("P04").name not in values(why)


# What a partner is told.


def test_a_partner_is_told_what_to_watch_for_in_words(child, officer, teacher):
    observe(child, "SCH06", by=officer)
    observe(child, "EXP01", severity=3, by=officer)
    observe(child, "EXP01", by=officer)
    observe(child, "P04", by=officer)
    told = queries.watch_for(partner(child), viewer=teacher)
    both = [factories.indicator(code) for code in ("EXP01", "SCH06")]
    assert told == [
        queries.WatchFor(i.name, i.definition) for i in sorted(both, key=lambda i: i.name)
    ]
    assert queries.watch_for(partner(child, Section.SUMMARY), viewer=teacher) == []


def test_nothing_that_a_partner_is_told_depends_on_a_police_only_fact(child, officer, teacher):
    observe(child, "EXP01", by=officer)
    before = queries.watch_for(partner(child), viewer=teacher)
    observe(child, "EXP02", severity=3, by=officer, police_only=True)
    observe(child, "EXP01", severity=3, by=officer, police_only=True)
    observe(child, "P04", by=officer, police_only=True)
    assert queries.watch_for(partner(child), viewer=teacher) == before
    assert len(queries.watch_for(lead(child), viewer=officer)) == 2


def test_what_has_faded_ended_or_was_voided_is_not_told(child, officer, teacher):
    observe(child, "EXP01", TODAY - timedelta(days=181), by=officer)  # acute: 180 days
    ended = observe(child, "IND12", date(2026, 1, 1), by=officer)
    cases.commands.end_observation(ended, ended_on=TODAY, reason="Well", by=officer)
    mistaken = observe(child, "EXP02", by=officer)
    cases.commands.void(mistaken, reason="Another child", by=officer)
    assert queries.watch_for(partner(child), viewer=teacher) == []
    observe(child, "EXP01", TODAY - timedelta(days=180), by=officer)
    assert len(queries.watch_for(partner(child), viewer=teacher)) == 1


# Runs.


def test_runs_are_seen_by_those_who_may(officer, teacher):
    by = accounts.commands.system()
    first = risk.commands.ask_for_run(as_of=TODAY, inline=True, by=by)
    second = risk.commands.ask_for_nightly_run(by=by)
    for role in (Role.COMMANDER, Role.ADMINISTRATOR):
        viewer = factories.user(role)
        assert list(queries.runs(viewer=viewer)) == [second, first]
        assert queries.run(first.pk, viewer=viewer) == first
        with pytest.raises(NotVisible):
            queries.run(10**9, viewer=viewer)
    for viewer in (officer, teacher):
        with pytest.raises(NotAllowed):
            queries.runs(viewer=viewer)
        with pytest.raises(NotAllowed):
            queries.run(first.pk, viewer=viewer)
