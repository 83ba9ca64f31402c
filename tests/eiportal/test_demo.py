"""The demo: the sample extract whole, an invented town, one family at each step, the nightly run."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

import accounts.commands
import accounts.queries
import cases.catalogue
import clock
from cases.models import Case, Contact, Flag, LikelyMatch, Observation, Person, Prompt, PromptState
from eiportal.demo import casework, people
from partners.models import Contribution, Share
from referrals.models import Referral, State
from risk import model_default, scoring
from risk.models import Reading, Run

pytestmark = pytest.mark.usefixtures("held_clock")


@pytest.fixture
def demo(db: None) -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def test_the_demo_tells_every_step_and_the_night_reads_everybody(demo: str) -> None:
    assert "5897 contacts, 103 rows refused" in demo
    latest = Contact.objects.filter(source="records system").latest("occurred_at")
    # The extract was made on 20 November 2026, its last contact the evening before or that day.
    assert clock.today() - clock.london_date(latest.occurred_at) <= timedelta(days=1)
    decided = Prompt.objects.exclude(state=PromptState.WAITING)
    assert decided.filter(state=PromptState.CONFIRMED).count() == casework.CONFIRMED
    assert decided.filter(state=PromptState.DROPPED).count() == casework.DROPPED
    assert Prompt.objects.filter(state=PromptState.WAITING).exists()
    assert LikelyMatch.objects.filter(same_child=None).exists()
    assert Contact.objects.filter(completed_at=None).exists()
    assert Flag.objects.filter(answered_at=None).exists()
    assert Referral.objects.filter(state=State.WAITING).exists()
    assert Case.objects.count() == 2
    assert Share.objects.filter(ended_at=None).exists()
    assert Contribution.objects.exists()
    the_night_reads_everybody()


def the_night_reads_everybody() -> None:
    """Figures over all people of the extract; each reading is what the pure rules make of its facts."""
    call_command("recalculate_risk", "--inline", stdout=StringIO())
    run = Run.objects.filter(state="done").latest("pk")
    figures = run.figures
    assert figures["people"] == Reading.objects.count() == run.people
    # Over 25 today, and so read no more, are only children of old contacts.
    assert 0 <= Person.objects.count() - run.people < 20
    for bands in figures["bands"].values():
        assert sum(bands.values()) == run.people
    out = StringIO()
    call_command("risk_workings", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(lines) == run.people
    assert sum(len(line["observations"]) for line in lines) == Observation.objects.count()
    model = model_default.default_model(cases.catalogue.load())
    for line in lines:
        agrees(line, model)


def agrees(line: dict, model: scoring.Model) -> None:
    born = line["date_of_birth"] and date.fromisoformat(line["date_of_birth"])
    seen = [
        scoring.Observed(
            **(
                each
                | {
                    name: each[name] and date.fromisoformat(each[name])
                    for name in ("observed_on", "ended_on", "confirmed_on")
                }
            )
        )
        for each in line["observations"]
    ]
    reading = scoring.read(scoring.Subject(born), seen, model, clock.today())
    for lens in scoring.LENSES:
        assert line[lens] == pytest.approx(reading.lenses[lens].reading, abs=1e-9)
        assert line["bands"][lens] == reading.lenses[lens].band
    assert line["breadth"] == reading.breadth


def test_started_again_nothing_is_added(demo: str) -> None:
    before = Contact.objects.count()
    call_command("seed_demo", stdout=StringIO())
    assert Contact.objects.count() == before


def test_it_says_who_can_sign_in() -> None:
    out = StringIO()
    call_command("seed_demo", "--who", stdout=out)
    assert people.PASSWORD in out.getvalue()
    assert all(somebody.username in out.getvalue() for somebody in people.PEOPLE)


def test_no_hour_of_the_demos_rota_calls_one_person_twice(db: None) -> None:
    people.found_town()
    for hour in range(24):
        with clock.at(clock.start_of(clock.today()) + timedelta(hours=hour)):
            posts = accounts.queries.on_duty(None, clock.now(), viewer=accounts.commands.system())
            called = [post.user.username for post in posts]
            assert sorted(called) == ["ines", "sam"], hour


def test_each_family_of_the_demo_speaks_for_itself() -> None:
    assert len({family.voice for family in casework.FAMILIES}) == len(casework.FAMILIES)
