"""manage.py risk_workings: anyone can check every reading with a program of their own."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

import accounts.commands
import cases.catalogue
import cases.commands
import clock
from accounts.models import Role, User
from audit.denied import NotAllowed
from audit.models import Entry, Kind
from cases.models import Observation, Person
from risk import queries, scoring
from risk.model_default import default_model
from risk.models import Model
from risk.scoring import LENSES, Observed, Subject
from tests import factories

pytestmark = pytest.mark.django_db

MODEL = default_model(cases.catalogue.load())
TODAY = date(2026, 11, 24)
BORN = date(2012, 5, 1)
FIELDS = [
    "person", "date_of_birth", "as_of", "model", "harm_to_child", "harm_by_child", "need",
    "bands", "breadth", "observations",
]  # fmt: skip


@pytest.fixture
def officer(held_clock) -> User:
    return factories.user(Role.OFFICER)


@pytest.fixture
def lines(capsys):
    """The lines that the command prints, and nothing else."""

    def printed(*arguments: str) -> list[dict]:
        capsys.readouterr()
        call_command("risk_workings", *arguments)
        out, err = capsys.readouterr()
        assert err == ""
        return [json.loads(line) for line in out.splitlines()]

    return printed


def observe(child: Person, code: str, on: date = TODAY, *, by: User, **more) -> Observation:
    return cases.commands.observe(
        child, factories.indicator(code), observed_on=on, source="form", by=by, **more
    )


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def recomputed(line: dict) -> scoring.Reading | None:
    """The line's readings from the line's own facts, by the pure rules."""
    observations = [
        Observed(
            indicator=each["indicator"],
            observed_on=day_of(each["observed_on"]),
            severity=each["severity"],
            confidence=each["confidence"],
            ended_on=day_of(each["ended_on"]),
            confirmed_on=day_of(each["confirmed_on"]),
            voided=each["voided"],
        )
        for each in line["observations"]
    ]
    # Who has a line is read: the agreement from 18 on is not on it.
    subject = Subject(day_of(line["date_of_birth"]), over_18_agreed=True)
    return scoring.read(subject, observations, MODEL, day_of(line["as_of"]))


def test_every_line_holds_what_its_own_readings_come_from(officer, lines):
    facts = [
        ("EXP01", 58, 2, "confirmed"), ("EXP01", 9, 1, "reported"), ("IND07", 180, 3, "suspected"),
        ("PEE03", 130, 2, "reported"), ("P04", 80, 2, "confirmed"), ("FAM01", 700, 3, "confirmed"),
    ]  # fmt: skip
    for number, born in enumerate([BORN, date(2017, 2, 3), date(2009, 11, 25), None]):
        child = factories.child(born=born)
        for code, days, severity, confidence in facts[number:]:
            on = TODAY - timedelta(days=days)
            observe(child, code, on, severity=severity, confidence=confidence, by=officer)
    found = lines()
    assert len(found) == 4
    for line in found:
        reading = recomputed(line)
        assert list(line) == FIELDS
        assert (line["as_of"], line["model"]) == ("2026-11-24", 1)
        assert line["breadth"] == reading.breadth
        for lens in LENSES:
            assert line[lens] == pytest.approx(reading.lenses[lens].reading, abs=1e-9, rel=0)
            assert line["bands"][lens] == reading.lenses[lens].band
    assert len({tuple(line[lens] for lens in LENSES) for line in found}) == 4


def test_voided_and_future_facts_are_listed_and_prompts_are_not(officer, lines):
    child = factories.child(born=BORN)
    contact = factories.contact(child, by=officer)
    voided = observe(child, "EXP08", date(2026, 11, 1), by=officer)
    cases.commands.void(voided, reason="Another child", by=officer)
    ahead = observe(child, "EXP01", date(2026, 11, 2), by=officer)
    Observation.objects.filter(pk=ahead.pk).update(observed_on=date(2026, 11, 25))
    cases.commands.observations.prompt_for(
        child, contact, "Missing", factories.indicator("EXP01")
    ).save()
    (line,) = lines()
    plain = {"severity": 2, "confidence": "confirmed", "ended_on": None, "confirmed_on": None}
    assert line["observations"] == [
        {"indicator": "EXP08", "observed_on": "2026-11-01", **plain, "voided": True},
        {"indicator": "EXP01", "observed_on": "2026-11-25", **plain, "voided": False},
    ]
    assert (line["harm_to_child"], line["breadth"]) == (0, 0)
    assert line["bands"] == dict.fromkeys(LENSES, "nothing recorded")


def test_a_past_day_is_told_as_it_was_known_then(officer, lines):
    child = factories.child(born=BORN)
    with clock.at(clock.now() - timedelta(days=10)):
        changed = observe(child, "FAM01", date(2026, 11, 10), by=officer)
        strength = observe(child, "P04", date(2026, 11, 1), by=officer)
    with clock.at(clock.now() - timedelta(days=5)):
        cases.commands.change_severity(changed, severity=3, reason="Worse", by=officer)
        cases.commands.end_observation(
            strength, ended_on=date(2026, 11, 12), reason="Left the school", by=officer
        )
    cases.commands.void(changed, reason="Another child", by=officer)
    observe(child, "EXP01", date(2026, 11, 12), by=officer)

    def told(day: str) -> list[tuple]:
        (line,) = lines("--as-of", day)
        assert line["as_of"] == day
        assert recomputed(line).lenses["harm_to_child"].reading == line["harm_to_child"]
        return [
            (o["indicator"], o["severity"], o["ended_on"], o["voided"])
            for o in line["observations"]
        ]

    assert told("2026-11-14") == [("P04", 2, None, False), ("FAM01", 2, None, False)]
    ended = ("P04", 2, "2026-11-12", False)
    assert told("2026-11-19") == [ended, ("FAM01", 3, None, False)]
    assert told("2026-11-24") == [ended, ("FAM01", 3, None, True), ("EXP01", 2, None, False)]
    # On the 13th nobody knew of the child at all.
    Person.objects.filter(pk=child.pk).update(recorded_at=clock.now() - timedelta(days=10))
    assert lines("--as-of", "2026-11-13") == []


def test_who_is_not_read_has_no_line(officer, lines):
    for born in (date(2000, 1, 1), date(2008, 11, 24), date(2026, 11, 25)):
        child = factories.child(born=born)
        Observation.objects.create(
            person=child, indicator=factories.indicator("EXP08"), observed_on=date(2015, 1, 1),
            recorded_at=clock.now(), source="import", agency=officer.agency, recorded_by=officer,
        )  # fmt: skip
    assert lines() == []


def test_a_pseudonym_is_the_same_every_day_and_no_id(officer, lines):
    ids = [factories.child(born=BORN).pk for _ in range(3)]
    people = [line["person"] for line in lines()]
    assert len(set(people)) == 3
    assert not {str(i) for i in ids} & set(people)
    assert all(len(person) == 32 for person in people)
    assert [line["person"] for line in lines("--as-of", "2026-11-24")] == people


def test_the_order_of_the_lines_is_not_that_of_the_ids(officer, lines, settings):
    born = [BORN + timedelta(days=n) for n in range(12)]
    for day in born:
        factories.child(born=day)
    in_order = [day.isoformat() for day in born]
    told = [line["date_of_birth"] for line in lines()]
    assert sorted(told) == in_order
    assert told != in_order
    settings.SECRET_KEY = "another key of another place"
    assert [line["date_of_birth"] for line in lines()] != told


def test_the_look_is_on_record(officer, lines):
    factories.child(born=BORN)
    lines("--as-of", "2026-11-24")
    entry = Entry.objects.latest("pk")
    assert (entry.kind, entry.verb) == (Kind.CONSULTATION, "risk workings")
    assert (entry.username, entry.persons) == ("system", [])
    assert entry.records == {"people": 1, "as_of": "2026-11-24"}


def test_without_a_model_there_is_nothing_to_tell(officer, lines):
    factories.child(born=BORN)
    Model.objects.all().delete()
    assert lines() == []


def test_a_day_that_is_none_is_refused(officer):
    with pytest.raises(CommandError, match="'yesterday' is not a date like 2026-11-20"):
        call_command("risk_workings", "--as-of", "yesterday")


def test_nobody_who_signs_in_gets_them_all(officer):
    administrator = factories.administrator()
    for viewer in (officer, administrator):
        with pytest.raises(NotAllowed):
            list(queries.workings(TODAY, viewer=viewer))
        with pytest.raises(NotAllowed):
            queries.how_many_read(TODAY, viewer=viewer)
    assert list(queries.workings(TODAY, viewer=accounts.commands.system())) == []
