"""The statement equals the pure reference, for any child on any day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import accounts.commands
import cases.catalogue
import clock
import risk.commands
from cases.models import Indicator, Observation, ObservationState, Person
from risk import scoring, sql
from risk.model_default import default_model
from risk.models import Model
from risk.queries import facts
from risk.scoring import IndicatorRule, Observed, Subject

pytestmark = pytest.mark.django_db

CATALOGUE = cases.catalogue.load()
EVERY_AGE = dict.fromkeys(scoring.AGE_BANDS, 1.5)
# What the default model has none of: an enduring deed, a strength that fades, a weight of no points.
ODD_ONES = {
    "X1": IndicatorRule(
        "X1", "risk", "harm_by_child", "peer", {"7-9": 1.0, "10-12": 2.0, "13-15": 3.0},
        None, None, None, 180, True,
    ),
    "X2": IndicatorRule("X2", "strength", None, "peer", EVERY_AGE, 90, 60, 365, None, False),
    "X3": IndicatorRule("X3", "risk", "need", "school", {}, 0, 1, 0, None, False),
}  # fmt: skip
MODEL = default_model(CATALOGUE, number=2)
MODEL = replace(MODEL, indicators={**MODEL.indicators, **ODD_ONES})
CODES = [*MODEL.indicators, "GONE"]  # the last is in the catalogue, and not in the model

# A leap day, the day after a February without one, both changes of the clock, and a plain day.
DAYS = [
    date(2028, 2, 29),
    date(2026, 3, 1),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 11, 20),
]
# Ages in days at which something in the model turns.
EDGES = sorted(
    {n + more for r in MODEL.indicators.values() for n in (r.full_days, r.expires_days, r.review_days)
     if n is not None for more in (0, 1)}
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A later state of an observation."""

    after: timedelta
    severity: int
    ended_on: date | None
    confirmed_on: date | None
    voided: bool


@dataclass(frozen=True)
class Fact:
    """An observation as it was first recorded, and how it changed."""

    code: str
    observed_on: date
    recorded_at: datetime
    severity: int
    confidence: str
    ended_on: date | None
    confirmed_on: date | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Child:
    born: date | None
    agreed: bool
    facts: tuple[Fact, ...]


def years_after(day: date, years: int) -> date:
    """The same day some years on (or back); 1 March where there is no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def birthdays(day: date) -> st.SearchStrategy[date | None]:
    """Any age from unborn to 30, round birthdays at which something turns, and leap days."""
    turning = st.builds(
        lambda years, more: years_after(day, -years) + timedelta(days=more),
        st.sampled_from([0, 7, 10, 13, 16, 18, 26]),
        st.integers(-1, 1),
    )
    leap = st.sampled_from([date(year, 2, 29) for year in range(2000, 2028, 4)])
    return st.none() | turning | leap | st.dates(date(1997, 1, 1), date(2028, 4, 1))


def days_near(day: date) -> st.SearchStrategy[date]:
    ago = st.sampled_from(EDGES) | st.integers(-2, 2) | st.integers(-30, 2000)
    return ago.map(lambda days: day - timedelta(days=days))


def moments_near(day: date) -> st.SearchStrategy[datetime]:
    """The last moment of a London day, the first of the next, or somewhere in it."""
    return st.builds(
        lambda near, more: clock.end_of(near) + more,
        st.just(day) | days_near(day),
        st.sampled_from([timedelta(microseconds=-1), timedelta(0), timedelta(hours=-9)]),
    )


def birthdays_of(born: date | None) -> st.SearchStrategy[date]:
    """The days around which a child's age band changes."""
    if born is None:
        return st.nothing()
    turns = [years_after(born, years) for years in (0, 7, 10, 13, 16)]
    return st.sampled_from([day + timedelta(days=n) for day in turns for n in (-1, 0)])


@st.composite
def children(draw: st.DrawFn, day: date) -> Child:
    born = draw(birthdays(day))
    some_day = st.none() | days_near(day)
    state = {
        "severity": st.sampled_from([1, 2, 3]),
        "ended_on": some_day,
        "confirmed_on": some_day,
    }
    after = st.sampled_from([timedelta(0), timedelta(days=1), timedelta(days=100)])
    change = st.builds(Change, after=after, voided=st.booleans(), **state)
    fact = st.builds(
        Fact,
        code=st.sampled_from(CODES) | st.sampled_from([*ODD_ONES, "IND01", "IND09", "P01"]),
        observed_on=days_near(day) | birthdays_of(born),
        recorded_at=moments_near(day),
        confidence=st.sampled_from(["suspected", "reported", "confirmed"]),
        changes=st.just(()) | st.lists(change, max_size=2).map(tuple),
        **state,
    )
    return Child(born, draw(st.booleans()), tuple(draw(st.lists(fact, max_size=12))))


@pytest.fixture
def model() -> Model:
    for code, rule in ODD_ONES.items():
        add_indicator(code, rule.kind)
    add_indicator("GONE", "risk")
    by = accounts.commands.system()
    return risk.commands.publish_model(MODEL, title="Odd", reason="A test", by=by)


def add_indicator(code: str, kind: str) -> None:
    Indicator.objects.create(code=code, kind=kind, name=code, domain="peer", age_bands=[])


def write_down(children: list[Child]) -> list[Person]:
    """The children and their facts in the database, in the few statements that this takes."""
    by = accounts.commands.system()
    indicators = dict(Indicator.objects.values_list("code", "pk"))
    recorded = clock.start_of(date(1990, 1, 1))
    people = Person.objects.bulk_create(
        Person(
            date_of_birth=c.born, over_18_agreed=c.agreed, agency=by.agency, recorded_at=recorded
        )
        for c in children
    )
    observations = Observation.objects.bulk_create(
        Observation(
            person=person,
            indicator_id=indicators[fact.code],
            observed_on=fact.observed_on,
            recorded_at=fact.recorded_at,
            source="form",
            agency=by.agency,
            recorded_by=by,
            **columns(fact),
        )
        for person, child in zip(people, children, strict=True)
        for fact in child.facts
    )
    every_fact = [fact for child in children for fact in child.facts]
    ObservationState.objects.bulk_create(
        ObservationState(observation=observation, recorded_by=by, **state)
        for observation, fact in zip(observations, every_fact, strict=True)
        for state in states(fact)
    )
    return people


def columns(fact: Fact) -> dict:
    """The columns of an observation: its latest state."""
    last = fact.changes[-1] if fact.changes else fact
    voided = fact.changes and fact.changes[-1].voided
    return {
        "severity": last.severity,
        "confidence": fact.confidence,
        "ended_on": last.ended_on,
        "confirmed_on": last.confirmed_on,
        "voided_at": moments(fact)[-1] if voided else None,
    }


def moments(fact: Fact) -> list[datetime]:
    """When each state was recorded: the first one with the observation."""
    at = [fact.recorded_at]
    for change in fact.changes:
        at.append(at[-1] + change.after)
    return at


def states(fact: Fact) -> Iterator[dict]:
    """A row for each state, the one before the first change too; none where nothing changed."""
    if not fact.changes:
        return
    for at, state in zip(moments(fact), (fact, *fact.changes), strict=True):
        yield {
            "recorded_at": at,
            "severity": state.severity,
            "confidence": fact.confidence,
            "ended_on": state.ended_on,
            "confirmed_on": state.confirmed_on,
            "voided": getattr(state, "voided", False),
        }


def known(fact: Fact, day: date) -> Observed | None:
    """The fact as it was known at the end of a London day; None when it was not yet recorded."""
    end = clock.end_of(day)
    stood = [
        state for at, state in zip(moments(fact), (fact, *fact.changes), strict=True) if at < end
    ]
    if not stood:
        return None
    return Observed(
        indicator=fact.code,
        observed_on=fact.observed_on,
        severity=stood[-1].severity,
        confidence=fact.confidence,
        ended_on=stood[-1].ended_on,
        confirmed_on=stood[-1].confirmed_on,
        voided=getattr(stood[-1], "voided", False),
    )


def expected(child: Child, day: date) -> scoring.Reading | None:
    seen = [observed for fact in child.facts if (observed := known(fact, day))]
    return scoring.read(Subject(child.born, child.agreed), seen, MODEL, day)


def same(found: dict, reading: scoring.Reading) -> bool:
    """Within 1e-9; the bands too, save that a reading so near a limit may fall on either side."""
    assert found["breadth"] == reading.breadth
    assert found["strengths"] == pytest.approx(reading.strengths, abs=1e-9, rel=0)
    for lens, its in reading.lenses.items():
        assert found[lens] == pytest.approx(its.reading, abs=1e-9, rel=0)
        if all(abs(its.reading - limit) > 1e-9 for limit in MODEL.bands[lens][1:]):
            assert found[f"{lens}_band"] == its.band
    return True


def alike(some: dict[int, dict], others: dict[int, dict]) -> bool:
    """The same people read the same, whatever the order in which a plan adds up: within 1e-9."""
    assert some.keys() == others.keys()
    for person, figures in some.items():
        assert figures == {
            name: pytest.approx(value, abs=1e-9, rel=0) if isinstance(value, float) else value
            for name, value in others[person].items()
        }
    return True


FIGURES = ["harm_to_child", "harm_by_child", "need", "strengths", "breadth",
           "harm_to_child_band", "harm_by_child_band", "need_band"]  # fmt: skip


def all_readings(
    model: Model,
    day: date,
    people: list[int] | None = None,
    within: range = sql.EVERYBODY,
    facts: str = "facts_then.sql",
) -> dict[int, dict]:
    """The statement's own readings, of these people or of everybody."""
    tail = f"select person_id, {', '.join(FIGURES)} from readings"
    with sql.connection.cursor() as cursor:
        cursor.execute(sql._statement(tail, facts), sql._parameters(model, day, people, within))
        return {row[0]: dict(zip(FIGURES, row[1:], strict=True)) for row in cursor.fetchall()}


def recorded_by(population: list[Child], day: date) -> list[Child]:
    """The same children on that day itself: nothing is known yet of what is recorded later."""
    end = clock.end_of(day)
    return [
        replace(child, facts=tuple(
            replace(fact, changes=tuple(
                change for change, at in zip(fact.changes, moments(fact)[1:], strict=True) if at < end
            ))
            for fact in child.facts if fact.recorded_at < end
        ))
        for child in population
    ]  # fmt: skip


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large],
)  # fmt: skip
@given(data=st.data())
def test_it_reads_as_the_pure_rules_do(model, data):
    day = data.draw(st.sampled_from(DAYS))
    population = data.draw(st.lists(children(day), min_size=5, max_size=25))
    with transaction.atomic():
        people = write_down(population)
        found = all_readings(model, day)
        chosen = [person.pk for person in people[::2]]
        assert alike(all_readings(model, day, chosen), {i: found[i] for i in chosen if i in found})
        some = range(people[1].pk, people[-1].pk)
        assert alike(
            all_readings(model, day, within=some), {i: found[i] for i in found if i in some}
        )
        with clock.at(clock.end_of(day)):  # from the next day it is a past one
            assert len(found) == sql.how_many(model, day)
        for person, child in zip(people, population, strict=True):
            reading = expected(child, day)
            if reading is None:
                assert person.pk not in found
            else:
                assert same(found.pop(person.pk), reading)
        assert found == {}
        for person, child in zip(people[:3], population, strict=False):
            assert as_the_pages_read(person, day) == in_short(expected(child, day))
        transaction.set_rollback(True)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large],
)  # fmt: skip
@given(data=st.data())
def test_today_it_reads_the_latest_state_as_the_pure_rules_do(model, data):
    """On the day itself the columns alone are read, of all people, of some and of a range."""
    day = data.draw(st.sampled_from(DAYS))
    drawn = data.draw(st.lists(children(day), min_size=5, max_size=25))
    population = recorded_by(drawn, day)
    with transaction.atomic():
        people = write_down(population)
        found = all_readings(model, day, facts="facts_today.sql")
        chosen = [person.pk for person in people[::2]]
        of_these = all_readings(model, day, chosen, facts="facts_today.sql")
        assert alike(of_these, {i: found[i] for i in chosen if i in found})
        for person, child in zip(people, population, strict=True):
            reading = expected(child, day)
            assert (person.pk in found) == (reading is not None)
            if reading is not None:
                assert same(found.pop(person.pk), reading)
        assert found == {}
        transaction.set_rollback(True)


def as_the_pages_read(person: Person, day: date) -> dict | None:
    """The pure rules over one child's facts, loaded as the pages load them."""
    seen = facts.observations(person, day)
    return in_short(scoring.read(facts.subject(person), seen, MODEL, day))


def in_short(reading: scoring.Reading | None) -> dict | None:
    if reading is None:
        return None
    return {lens: (its.reading, its.band) for lens, its in reading.lenses.items()}


def test_the_model_comes_back_from_its_rows_as_it_went_in(model):
    assert Model.objects.get(pk=model.pk).rules() == MODEL


def test_it_counts_people_by_lens_and_band(model):
    day = date(2026, 11, 20)
    at = clock.start_of(date(2026, 11, 1))
    # EXP08 weighs 3 (consult the hub, from 3), EXP01 weighs 2 (coordinated help, from 1.5).
    hub, helped = (
        Fact(code, date(2026, 11, 1), at, 2, "confirmed", None, None, ())
        for code in ("EXP08", "EXP01")
    )
    born = date(2012, 5, 1)
    write_down(
        [Child(born, False, (hub,)), Child(born, False, (helped,)), Child(None, False, ()),
         Child(date(1999, 1, 1), True, (hub,))]
    )  # fmt: skip
    counted = sql.count(model, day)
    assert counted.people == 3
    nobody = dict.fromkeys(scoring.BANDS, 0)
    assert counted.bands == {
        "harm_to_child": nobody
        | {"nothing recorded": 1, "coordinated help": 1, "consult the hub": 1},
        "harm_by_child": nobody | {"nothing recorded": 3},
        "need": nobody | {"nothing recorded": 3},
    }


def test_who_was_not_yet_recorded_is_not_read(model):
    """A past day knows nobody who came later, unless something of theirs was known already."""
    by = accounts.commands.system()
    born, day = date(2012, 5, 1), date(2026, 11, 20)
    late = {"date_of_birth": born, "agency": by.agency, "recorded_at": clock.end_of(day)}
    stranger, known_of = (Person.objects.create(**late) for _ in range(2))
    Observation.objects.create(
        person=known_of, indicator=Indicator.objects.get(code="EXP01"), observed_on=day,
        recorded_at=clock.start_of(day), source="import", agency=by.agency, recorded_by=by,
    )  # fmt: skip
    assert set(all_readings(model, day)) == {known_of.pk}
    assert set(all_readings(model, day + timedelta(days=1))) == {stranger.pk, known_of.pk}
