"""The demo: the sample extract whole, an invented town, two years of casework, the nightly run."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from statistics import mean

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Count, F

import accounts.commands
import accounts.queries
import cases.catalogue
import cases.commands
import clock
import eiportal.tasks
import insights.commands
import insights.queries
import insights.tasks
import partners.queries
from accounts.models import Notification, User
from audit.models import Entry
from cases import keeping, retention
from cases.models import (
    Action,
    BreakGlass,
    Case,
    ChronologyEvent,
    Contact,
    ContactChild,
    Flag,
    KeptSearch,
    LegalHold,
    LikelyMatch,
    Observation,
    Person,
    PlaceGroupPermission,
    PrivateHit,
    Prompt,
    PromptState,
    Restriction,
    RetentionNight,
    Review,
)
from eiportal.celery import app
from eiportal.demo import casework, cohort, households, people
from insights.findings import Verdict
from insights.models import Report
from interventions.models import Enrolment, Session
from oversight.models import DipSample
from partners.models import (
    Agreement,
    Contribution,
    DecisionNotToShare,
    EndWarning,
    InformationRequest,
    Notice,
    Share,
    Suspension,
    WithdrawalDecision,
)
from referrals.models import Referral, State
from risk import model_default, scoring
from risk.models import Reading, Run
from tests import databases
from tests.conftest import TODAY, WORKER

pytestmark = pytest.mark.usefixtures("held_clock")


@pytest.fixture(scope="module")
def asked() -> list[tuple[str, object]]:
    """What was asked of the workers while the demo was seeded."""
    return []


@pytest.fixture(scope="module")
def seeded(
    django_db_setup: None, django_db_blocker: object, asked: list[tuple[str, object]]
) -> Iterator[str]:
    """The demo, seeded once for this file and committed; a fresh database afterwards."""
    out = StringIO()
    with django_db_blocker.unblock():
        # From its first id on: pseudonyms hang on ids, and decide who is drawn for a comparison.
        databases.copy_template(databases.mine(WORKER))
        with pytest.MonkeyPatch.context() as patch, clock.at(TODAY):
            # Its database will be gone before any worker could answer.
            patch.setattr(
                app, "send_task", lambda name, args: asked.append((name, args[0] if args else None))
            )
            call_command("seed_demo", stdout=out)
        yield out.getvalue()
        databases.copy_template(databases.mine(WORKER))


@pytest.fixture
def demo(seeded: str, db: None) -> str:
    return seeded


def test_the_demo_tells_every_step(demo: str) -> None:
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
    assert Share.objects.filter(ended_at=None).exists()
    assert Contribution.objects.exists()
    assert Action.objects.filter(done_at=None, due_on__lt=clock.today()).exists()
    assert Enrolment.objects.filter(source="form", ended_on=None).exists()
    assert Review.objects.filter(case__closed_at=None).exists()
    for family in casework.FAMILIES[4:]:
        assert Case.objects.filter(family_name=family.surname, closed_at=None).count() == 1


def test_the_demo_has_something_on_every_page_of_sharing(demo: str) -> None:
    ends = Agreement.objects.get(ends_on__lte=clock.today() + timedelta(days=30))
    assert EndWarning.objects.filter(agreement=ends).exists()
    assert Share.objects.live().filter(agreement=ends).count() == 2
    assert Suspension.objects.filter(resumed_at=None).exists()
    assert DecisionNotToShare.objects.standing().exists()
    assert WithdrawalDecision.objects.filter(decided_at=None, due_on=clock.today()).exists()
    waiting = InformationRequest.objects.filter(answered_at=None)
    assert set(waiting.values_list("to_agency__name", flat=True)) == {people.POLICE, people.SCHOOL}
    assert InformationRequest.objects.exclude(answered_at=None).exists()
    unread = Notice.objects.filter(read_at=None)
    assert unread.filter(due_at__gt=clock.now()).exists()
    assert unread.filter(due_at__lt=clock.now()).exists()
    added = Contribution.objects.get(place__case__family_name="Castellan")
    lena = User.objects.get(username="lena")
    assert partners.queries.agencies_to_pass_on_to(added, viewer=lena).exists()


def test_the_demo_has_hidden_records_with_what_their_owner_and_reviewers_do(demo: str) -> None:
    live = Restriction.objects.live()
    assert sorted(live.values_list("kind", flat=True)) == ["restricted", "sealed"]
    for kind in live:
        assert PrivateHit.objects.filter(restriction=kind, decided_at=None).exists()
    tries = BreakGlass.objects.filter(reviewed_at=None)
    assert [tried.person is None for tried in tries.order_by("at")] == [True, False]
    assert not KeptSearch.objects.exists()


def test_the_demo_has_looks_to_review_and_a_record_on_hold(demo: str) -> None:
    samples = DipSample.objects.filter(reviewed_at=None)
    kinds = set(samples.exclude(pattern=None).values_list("pattern__kind", "user__username"))
    assert ("own address", "bea") in kinds
    assert samples.exclude(entry=None).filter(entry__ground="break-glass").exists()
    assert DipSample.objects.exclude(reviewed_at=None).exists()
    assert LegalHold.objects.live(clock.today()).exists()


def test_the_workers_are_asked_to_read_everybody_and_to_keep_two_years_of_figures(
    demo: str, asked: list[tuple[str, object]]
) -> None:
    assert [name for name, _ in asked].count("risk.tasks.recalculate_tonight") == 1
    # Tonight's run, and no other: only its end has today's figures kept.
    assert Run.objects.get().is_nightly
    days = [day for name, day in asked if name == "insights.tasks.take_snapshot"]
    assert (days[0], days[1], days[-1], len(days)) == ("2026-10-31", "2026-09-30", "2024-11-30", 24)


def test_every_record_has_a_category_and_told_or_worked_out_it_is_the_same(demo: str) -> None:
    for record, model in keeping.kinds().items():
        rows = model._default_manager.order_by("pk").values_list("pk", "category", "review_on")
        as_written = list(rows)
        assert retention.NOT_WORKED_OUT not in {category for _, category, _ in as_written}
        cases.commands.keep_anew(model, [pk for pk, _, _ in as_written], by=None)
        assert list(rows) == as_written, record
    kept = set(Contact.objects.values_list("category", flat=True))
    assert kept == {"no action", "under 10", "concern", "outcome", "grave harm"}
    night = RetentionNight.objects.get()
    assert {record for record, _, _ in night.figures["kept"]} == set(keeping.kinds())


def yearly_rate(scheme: cohort.Scheme) -> float:
    """Contacts a year of the scheme's children from their starts until yesterday, as they were made."""
    helped = [child for child in cohort.children() if child.scheme == scheme]
    return 365 * mean(child.contacts(child.start, 0) / -child.start for child in helped)


def test_the_reports_find_what_was_planted_and_one_is_decided_on(
    demo: str, asked: list[tuple[str, object]]
) -> None:
    """As the workers write them: what helps, does nothing and harms, and that 25 children are too few."""
    tasks = (insights.tasks.write_evaluation, eiportal.tasks.write_and_decide)
    sent = [(task, report) for task in tasks for name, report in asked if name == task.name]
    assert len(sent) == len(cohort.SCHEMES)
    # Sent again, as a lost message is, each is still one report with one decision.
    for task, report in [*sent, *sent]:
        task(report)
    mei = User.objects.get(username="mei")
    found = {
        each.evaluation.service.name: each for each in insights.queries.evaluations(viewer=mei)
    }
    told = {name: each.findings for name, each in found.items()}
    assert {name: said.verdict for name, said in told.items()} == {
        "Harbour Mentors": Verdict.HELPS,
        "Friday Night Pitch": Verdict.NO_EVIDENCE,
        "Inside Look": Verdict.HARMS,
        "Paper Boat Studio": Verdict.CANNOT_TELL,
    }
    assert told["Paper Boat Studio"].effect is None
    for scheme in cohort.SCHEMES[:3]:
        planted = yearly_rate(scheme) * (1 - 1 / scheme.ratio)
        assert told[scheme.name].low < planted < told[scheme.name].high, scheme.name
    decisions = {name: each.decision.course for name, each in found.items() if each.decision}
    assert decisions == {"Inside Look": "stop"}
    assert not any(each.evaluation.is_tried_later for each in found.values())
    again_the_same(found["Harbour Mentors"].report, by=mei)


def again_the_same(first: Report, *, by: User) -> None:
    """Written three days later as of the same day: the same figures, the same bytes but for the date."""
    with clock.at(TODAY + timedelta(days=3)):
        later = insights.commands.ask_for_report(
            first.evaluation, as_of=first.as_of, inline=True, by=by
        )
        later = insights.commands.write_evaluation(later, by=accounts.commands.system())
    assert (later.data_hash, later.result) == (first.data_hash, first.result)
    assert bytes(later.files.csv) == bytes(first.files.csv).replace(b"2026-11-24", b"2026-11-27")


def test_every_quarter_of_two_years_and_every_area_has_its_casework(demo: str) -> None:
    months = households.FAMILIES * households.DAYS_APART // 91
    for quarter in range(months):
        until = clock.now() - timedelta(days=91 * quarter)
        made = Referral.objects.filter(made_at__gt=until - timedelta(days=91), made_at__lte=until)
        assert made.exclude(state=State.WAITING).exists(), quarter
        assert made.filter(state=State.ACCEPTED).exists(), quarter
    told = Contact.objects.filter(source="form", completed_at__isnull=False)
    assert set(told.values_list("area__code", flat=True)) >= set(people.AREAS)
    late = Referral.objects.filter(decided_at__gt=F("due_at")).count()
    assert 0 < late < Referral.objects.count() / 3
    assert {"declined", "returned", "accepted", "waiting"} == set(
        Referral.objects.values_list("state", flat=True)
    )
    slow = Flag.objects.filter(answered_at__gt=F("raised_at") + timedelta(hours=1))
    assert 0 < slow.count() < Flag.objects.count() / 3


def test_nothing_of_the_history_is_of_a_day_to_come(demo: str) -> None:
    assert not Contact.objects.filter(recorded_at__gt=clock.now()).exists()
    assert not ChronologyEvent.objects.filter(recorded_at__gt=clock.now()).exists()
    assert not Case.objects.filter(closed_at__gt=clock.now()).exists()
    assert not Action.objects.filter(done_at__gt=clock.now()).exists()
    theirs = Entry.objects.filter(username__in=[somebody.username for somebody in people.PEOPLE])
    assert not theirs.filter(at__gt=clock.now()).exists()


def test_nobodys_home_page_is_two_years_long(demo: str) -> None:
    waiting = Notification.objects.filter(seen_at=None).values("user").annotate(lines=Count("pk"))
    assert all(each["lines"] < 40 for each in waiting)


def test_the_schemes_are_written_down_as_they_were_made(demo: str) -> None:
    made = Enrolment.objects.filter(source="demo")
    starts = dict(made.values_list("service__name").annotate(Count("pk")))
    assert starts == {scheme.name: scheme.starts for scheme in cohort.SCHEMES}
    # Whole windows: a year of record before each start, a year and more after it.
    year = timedelta(days=365)
    assert not made.filter(starts_on__gt=clock.today() - year).exists()
    first = Contact.objects.filter(source="demo").earliest("occurred_at")
    assert clock.london_date(first.occurred_at) <= made.earliest("starts_on").starts_on - year
    twice = made.values("place__person").annotate(many=Count("pk")).filter(many__gt=1)
    assert not twice.exists()
    harms = made.filter(service__name="Inside Look")
    assert not harms.filter(override_reason="").exists()
    assert Session.objects.filter(enrolment__in=made).count() > 3000


def test_the_cohort_is_marked_and_open_to_nobody(demo: str) -> None:
    marked = Contact.objects.filter(source="demo")
    people_of_it = Person.objects.filter(contacts__contact__in=marked).distinct()
    wanted = cohort.POOL + sum(scheme.starts for scheme in cohort.SCHEMES)
    assert people_of_it.count() == wanted
    assert (
        not ContactChild.objects.filter(person__in=people_of_it)
        .exclude(contact__source="demo")
        .exists()
    )
    observed = Observation.objects.filter(person__in=people_of_it)
    assert set(observed.values_list("source", flat=True)) == {"demo"}
    run_by_the_team = Case.objects.filter(team__name="Demo cohort")
    assert run_by_the_team.count() == sum(scheme.starts for scheme in cohort.SCHEMES)
    assert not run_by_the_team.exclude(family_name__startswith="Demo family ").exists()
    assert not run_by_the_team.filter(closed_at=None).exists()
    # What the team holds is held by nobody: it has no member.
    held = PlaceGroupPermission.objects.filter(content_object__person__in=people_of_it)
    assert set(held.values_list("group__name", flat=True)) == {"team: Demo cohort"}
    assert not User.objects.filter(groups__name="team: Demo cohort").exists()
    assert not Flag.objects.filter(person__in=people_of_it).exists()


def test_what_was_recorded_later_was_not_known_before(demo: str) -> None:
    """Each fact of the cohort stands as recorded within hours of the day that it tells of."""
    for late in (timedelta(0), timedelta(hours=3)):
        moved = F("occurred_at") + late
        wrong = {"recorded_at__lt": moved} if not late else {"recorded_at__gt": moved}
        assert not Contact.objects.filter(source="demo", **wrong).exists()
    observed = Observation.objects.filter(source="demo")
    assert not observed.exclude(recorded_at=F("contact__recorded_at")).exists()
    contacts = Contact.objects.filter(source="demo").count()
    lines = ChronologyEvent.objects.filter(contact__source="demo")
    assert lines.count() == contacts + observed.count()


def test_the_night_reads_everybody(demo: str) -> None:
    """Figures over all people of the extract; each reading is what the pure rules make of its facts."""
    call_command("recalculate_risk", "--inline", stdout=StringIO())
    run = Run.objects.filter(state="done").latest("pk")
    figures = run.figures
    assert figures["people"] == Reading.objects.count() == run.people
    # Of age today, and so read no more, are only children of old contacts.
    of_age = clock.today() - timedelta(days=18 * 365 + 4)
    unread = Person.objects.exclude(pk__in=Reading.objects.values("person"))
    assert not unread.filter(date_of_birth__gt=of_age).exists()
    for bands in figures["bands"].values():
        assert sum(bands.values()) == run.people
    out = StringIO()
    call_command("risk_workings", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(lines) == run.people
    observed = Observation.objects.filter(person__in=Reading.objects.values("person"))
    assert sum(len(line["observations"]) for line in lines) == observed.count()
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


def test_everybody_who_is_named_can_sign_in(demo: str) -> None:
    for somebody in people.PEOPLE:
        assert authenticate(username=somebody.username, password=people.PASSWORD), somebody


def test_no_hour_of_the_demos_rota_calls_one_person_twice(demo: str) -> None:
    for hour in range(24):
        with clock.at(clock.start_of(clock.today()) + timedelta(hours=hour)):
            posts = accounts.queries.on_duty(None, clock.now(), viewer=accounts.commands.system())
            called = [post.user.username for post in posts]
            assert sorted(called) == ["ines", "sam"], hour


def test_each_family_of_the_demo_speaks_for_itself() -> None:
    assert len({family.voice for family in casework.FAMILIES}) == len(casework.FAMILIES)
