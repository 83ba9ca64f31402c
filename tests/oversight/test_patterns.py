"""What a day shows, rule by rule, and what it must not."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

import accounts.commands
import clock
import oversight.commands
import oversight.tasks
from accounts.models import Role, User
from audit.denied import NotAllowed
from audit.models import Entry, Kind
from oversight.models import DipSample, Pattern, PatternKind
from tests import factories
from tests.oversight.uses import at, looked

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def olu() -> User:
    return factories.user(Role.OFFICER, username="olu", name="Olu Nettle")


def found(kind: PatternKind, *, days_ago: int = 1) -> dict[str, Pattern]:
    """The patterns of one kind that looking through that day leaves, by user."""
    on = clock.today() - timedelta(days=days_ago)
    oversight.commands.look_for_patterns(on=on, by=accounts.commands.system())
    return {each.user.username: each for each in Pattern.objects.filter(kind=kind)}


def test_own_surname_on_whatever_ground_but_no_list(olu: User) -> None:
    own, other = factories.child("Robin", "Nettle"), factories.child("Sam", "Fern")
    entry = looked(olu, own, verb="child", ground="task")
    looked(olu, other, verb="child", ground="task")
    mia = factories.user(Role.OFFICER, username="mia", name="Mia Moss")
    looked(mia, own, verb="child", ground="task")
    ned = factories.user(Role.SUPERVISOR, username="ned", name="Ned Nettle")
    looked(ned, own, other, verb="flags", ground="task")
    patterns = found(PatternKind.OWN_SURNAME)
    assert set(patterns) == {"olu"}
    pattern = patterns["olu"]
    assert (pattern.number, pattern.entries, pattern.persons) == (1, [entry.pk], [own.pk])
    assert pattern.day == clock.today() - timedelta(days=1)


def test_own_surname_among_the_answers_of_a_search(olu: User) -> None:
    own, other = factories.child("Robin", "Nettle"), factories.child("Sam", "Fern")
    looked(olu, own, other)
    assert found(PatternKind.OWN_SURNAME)["olu"].persons == [own.pk]


def test_own_surname_as_part_of_a_joined_one(olu: User) -> None:
    both = factories.child("Robin", "Fern-Nettle")
    looked(olu, both, factories.child("Kit", "Nettlefold"))
    assert found(PatternKind.OWN_SURNAME)["olu"].persons == [both.pk]


def test_looks_of_governance_at_the_record_itself_are_none(olu: User) -> None:
    ines = factories.user(Role.INFORMATION_GOVERNANCE, name="Ines Nettle")
    looked(ines, factories.child("Robin", "Nettle"), verb="child_looks", ground="audit")
    assert found(PatternKind.OWN_SURNAME) == {}


def test_no_task_from_three_searches_that_nothing_explains(olu: User) -> None:
    children = [factories.child(name) for name in ("Robin", "Sam", "Kit")]
    for child in children[:2]:
        looked(olu, child, when=at(days_ago=2))
    assert found(PatternKind.NO_TASK) == {}
    looked(olu, children[2], when=at(23, 30, days_ago=2), ground="reason", verb="child")
    Pattern.objects.all().delete()
    pattern = found(PatternKind.NO_TASK)["olu"]
    assert (pattern.number, pattern.persons) == (3, sorted(child.pk for child in children))
    # The day is that of the looks: what explains them had 24 hours.
    assert pattern.day == clock.today() - timedelta(days=2)


@pytest.mark.parametrize(
    ("explains", "explained"),
    [
        ({"verb": "record contact", "kind": Kind.COLLECTION, "hours": 23}, True),
        ({"verb": "make referral", "kind": Kind.COLLECTION, "hours": -20}, True),
        ({"verb": "record contact", "kind": Kind.COLLECTION, "hours": 25}, False),
        ({"verb": "child", "kind": Kind.CONSULTATION, "ground": "case team, task"}, True),
        ({"verb": "child", "kind": Kind.CONSULTATION, "ground": "reason"}, False),
        ({"verb": "child_looks", "kind": Kind.CONSULTATION, "ground": "audit"}, False),
        ({"verb": "record contact", "kind": Kind.DENIED}, False),
        ({"verb": "record contact", "kind": Kind.COLLECTION, "other": True, "hours": 2}, False),
        # A search that found others, then a new child.
        ({"verb": "record contact", "kind": Kind.COLLECTION, "other": True, "hours": 0.5}, True),
    ],
)
def test_what_explains_a_search(olu: User, explains: dict[str, object], explained: bool) -> None:
    child, other = factories.child("Robin"), factories.child("Sam")
    for _ in range(3):
        looked(olu, child, when=at(10, days_ago=2))
    after = timedelta(hours=float(explains.get("hours", 1)))
    looked(
        olu,
        other if explains.get("other") else child,
        when=at(10, days_ago=2) + after,
        ground=str(explains.get("ground", "")),
        verb=explains["verb"],
        kind=explains["kind"],
    )
    assert (found(PatternKind.NO_TASK) == {}) is explained


def test_what_somebody_else_did_explains_nothing(olu: User) -> None:
    child = factories.child("Robin")
    for _ in range(3):
        looked(olu, child, when=at(10, days_ago=2))
    mia = factories.user(Role.OFFICER)
    looked(mia, child, when=at(10, 5, days_ago=2), verb="record contact", kind=Kind.COLLECTION)
    assert set(found(PatternKind.NO_TASK)) == {"olu"}


def test_many_in_an_hour_across_the_hour_of_the_clock(olu: User) -> None:
    # Ids of children suffice: this rule looks at no record.
    for number in range(31):
        looked(
            olu, when=at(9, 40) + timedelta(minutes=number), verb="child", persons=[1000 + number]
        )
    mia = factories.user(Role.SUPERVISOR, username="mia")
    for number in range(31):
        when = at(9) + timedelta(minutes=2 * number)
        looked(mia, when=when, verb="child", persons=[1000 + number])
    patterns = found(PatternKind.MANY)
    assert set(patterns) == {"olu"}
    assert (patterns["olu"].number, len(patterns["olu"].entries)) == (31, 31)


def test_many_is_measured_by_what_others_of_the_same_roles_reach() -> None:
    triage = [factories.user(Role.TRIAGE_WORKER, username=f"t{n}") for n in range(3)]
    for user in triage:
        for number in range(33):
            looked(user, when=at(9, number), verb="child", ground="hub", persons=[number + 1])
    assert found(PatternKind.MANY) == {}
    alone = factories.user(Role.OFFICER, username="alone")
    for number in range(33):
        looked(alone, when=at(9, number, days_ago=2), verb="child", persons=[number + 1])
    pattern = found(PatternKind.MANY, days_ago=2)["alone"]
    assert (pattern.number, pattern.usual) == (33, None)


def elsewhere_world(olu: User) -> tuple[object, object]:
    here, there = factories.area("NBA1"), factories.area("NBB1")
    with clock.at(at(0, days_ago=5)):
        accounts.commands.join_team(olu, factories.team(area=here), by=factories.administrator())
    return here, there


def met_in(area: object, surname: str) -> object:
    child = factories.child("Robin", surname)
    with clock.at(at(8, days_ago=3)):
        factories.contact(child, by=factories.user(Role.OFFICER), area=area)
    return child


def test_outside_own_area_from_three_looks_of_which_every_child_is_elsewhere(olu: User) -> None:
    here, there = elsewhere_world(olu)
    near, far = met_in(here, "Fern"), met_in(there, "Moss")
    for _ in range(2):
        looked(olu, far)
    looked(olu, far, near)  # a search that has somebody of the own area too
    looked(olu, factories.child("Kit"))  # nobody knows where
    looked(olu, far, ground="task", verb="child")
    assert found(PatternKind.ELSEWHERE) == {}
    looked(olu, far, ground="reason", verb="child")
    Pattern.objects.all().delete()
    pattern = found(PatternKind.ELSEWHERE)["olu"]
    assert (pattern.number, pattern.persons) == (3, [far.pk])


def test_a_case_of_the_own_area_makes_a_child_ones_own(olu: User) -> None:
    here, there = elsewhere_world(olu)
    far = met_in(there, "Moss")
    with clock.at(at(8, days_ago=3)):
        factories.case(far, team=factories.team(area=here))
    for _ in range(3):
        looked(olu, far)
    assert found(PatternKind.ELSEWHERE) == {}


def test_who_works_for_the_whole_force_or_in_no_team_has_no_own_area(olu: User) -> None:
    _, there = elsewhere_world(olu)
    far = met_in(there, "Moss")
    with clock.at(at(0, days_ago=5)):
        accounts.commands.join_team(olu, factories.team(), by=factories.administrator())
    mia = factories.user(Role.OFFICER)
    for user in (olu, mia):
        for _ in range(3):
            looked(user, far)
    assert found(PatternKind.ELSEWHERE) == {}


def test_denied_attempts_from_ten_in_a_day(olu: User) -> None:
    for number in range(9):
        looked(olu, kind=Kind.DENIED, verb="child", ground="", persons=[number + 1])
    assert found(PatternKind.DENIED) == {}
    looked(olu, kind=Kind.DENIED, verb="child", ground="", persons=[5])
    Pattern.objects.all().delete()
    pattern = found(PatternKind.DENIED)["olu"]
    assert (pattern.number, pattern.persons) == (10, list(range(1, 10)))


def test_the_same_day_again_finds_nothing_new_and_each_waits_in_the_queue_once(olu: User) -> None:
    looked(olu, factories.child("Robin", "Nettle"), verb="child", ground="task")
    for _ in range(2):
        assert len(found(PatternKind.OWN_SURNAME)) == 1
    sample = DipSample.objects.get()
    assert (sample.user, sample.pattern.kind) == (olu, "own surname")
    # 5 working days from Tuesday 24 November.
    assert clock.london_date(sample.due_at).isoformat() == "2026-12-01"
    entries = Entry.objects.filter(verb="look for patterns").order_by("pk")
    assert [entry.records.get("own surname") for entry in entries] == [1, None]


def test_only_the_portal_itself_looks_through_days_that_have_ended(olu: User) -> None:
    with pytest.raises(NotAllowed):
        oversight.commands.look_for_patterns(on=clock.today() - timedelta(days=1), by=olu)
    with pytest.raises(ValidationError, match="must have ended"):
        oversight.commands.look_for_patterns(on=clock.today(), by=accounts.commands.system())
    with pytest.raises(CommandError, match="must have ended"):
        call_command("look_for_patterns", "--on", clock.today().isoformat())


def test_the_night_makes_up_for_nights_without_a_worker(olu: User) -> None:
    looked(olu, factories.child("R", "Nettle"), when=at(days_ago=6), verb="child", ground="task")
    assert oversight.tasks.look_for_patterns() == 1
    assert oversight.tasks.look_for_patterns() == 0
