"""What the console counts: words, one user's day, one child's days."""

from datetime import timedelta

import pytest
from django.db import transaction

import audit.commands
import audit.queries
import clock
from accounts.models import Role, User
from audit.models import Entry, Kind
from audit.queries import Asked
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def olu() -> User:
    return factories.user(Role.OFFICER, username="olu")


def use(by: User | None, *persons: int, days_ago: int = 0, **said: object) -> Entry:
    kind, verb = said.pop("kind", Kind.CONSULTATION), said.pop("verb", "child")
    with clock.at(clock.now() - timedelta(days=days_ago)), transaction.atomic():
        return audit.commands.record(kind, verb, persons=persons, by=by, **said)


def found(**asked: object) -> set[int]:
    return {entry.pk for entry in audit.queries.trail(Asked(**asked), viewer=None)}


def test_each_filter_narrows_and_a_ground_is_found_among_several(olu: User) -> None:
    mia = factories.user(Role.OFFICER, username="mia")
    one = use(olu, 7, ground="case team, task")
    two = use(mia, 8, ground="task", kind=Kind.DISCLOSURE, verb="share")
    three = use(olu, 8, ground="case", days_ago=1)
    assert {one.pk, two.pk} == found(ground="task")
    assert found(ground="case") == {three.pk}
    assert found(ground="case team") == {one.pk}
    assert found(ground="nothing") == set()
    assert two.pk in found(kind="disclosure")
    assert found(verb="share") == {two.pk}
    assert found(agency=olu.agency.name, person=8) == {two.pk, three.pk}
    assert found(user_id=olu.pk, person=8) == {three.pk}
    assert found(username="nobody", person=8) == set()
    assert found(day=clock.today(), person=8) == {two.pk}


def test_the_words_in_use_are_found_each_once(olu: User) -> None:
    for ground in ("task", "case team, task", "task", "own", ""):
        use(olu, 7, ground=ground)
    assert set(audit.queries.words("ground", viewer=None)) == set(
        Entry.objects.exclude(ground="").values_list("ground", flat=True)
    )
    assert set(audit.queries.grounds(viewer=None)) >= {"task", "case team", "own"}
    assert "" not in audit.queries.words("agency", viewer=None)


def test_a_count_ends_where_nobody_reads_it(olu: User) -> None:
    entries = [use(olu, 7) for _ in range(3)]
    asked = audit.queries.trail(Asked(person=7), viewer=None)
    assert audit.queries.number(asked, viewer=None, most=2) == (2, True)
    assert audit.queries.number(asked.exclude(pk=entries[0].pk), viewer=None, most=2) == (2, False)


def test_a_users_day_counts_children_searches_and_refusals(olu: User) -> None:
    use(olu, 7, 8, ground="pointer", verb="search")
    use(olu, 7)
    use(olu, 9, kind=Kind.DENIED)
    use(olu, 10, days_ago=1)
    counted = audit.queries.users_day(olu.pk, clock.today(), viewer=None)
    assert (counted.entries, counted.denied, counted.searches, counted.children) == (3, 1, 1, 2)
    nobody = audit.queries.users_day(999, clock.today(), viewer=None)
    assert (nobody.entries, nobody.first) == (0, None)


def test_of_a_child_agency_by_agency(olu: User) -> None:
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency())
    for by, ground in ((olu, "task"), (olu, "own, task"), (teacher, "share")):
        use(by, 7, 8, ground=ground)
    use(teacher, 7, kind=Kind.DENIED)
    police, school = audit.queries.of_child(7, viewer=None)
    assert (police.agency, police.entries, police.people) == (olu.agency.name, 2, 1)
    assert police.grounds == ["own", "task"]
    assert (school.entries, school.grounds) == (1, ["share"])
    assert audit.queries.of_child(99, viewer=None) == []


def test_who_has_seen_a_child_day_by_day(olu: User) -> None:
    for _ in range(2):
        use(olu, 7, ground="task", sections=["plan"])
    use(olu, 7, ground="reason", reason="A call", sections=["summary", "plan"])
    use(olu, 7, kind=Kind.DENIED)
    for days_ago in range(1, 13):
        use(olu, 7, days_ago=days_ago)
    latest = audit.queries.seen(7, viewer=None, refused=False)
    assert len(latest.rows) == 10
    assert latest.more
    first = latest.rows[0]
    assert (first.times, first.grounds, first.reasons) == (3, ["reason", "task"], ["A call"])
    assert first.sections == ["plan", "summary"]
    earlier = audit.queries.seen(7, viewer=None, before=latest.earliest, refused=False)
    assert (len(earlier.rows), earlier.more) == (3, False)
    days = [row.day for row in (*latest.rows, *earlier.rows)]
    assert days == [clock.today() - timedelta(days=n) for n in range(13)]
    kinds = {row.kind for row in audit.queries.seen(7, viewer=None, refused=True).rows}
    assert kinds == {"consultation", "denied"}


def test_a_look_at_midnight_in_summer_is_of_its_london_day(olu: User) -> None:
    # 23:30 UTC on 30 June is 00:30 on 1 July in London.
    with clock.at(clock.start_of(clock.today().replace(month=7, day=1)) + timedelta(minutes=30)):
        use(olu, 7)
        (row,) = audit.queries.seen(7, viewer=None, refused=False).rows
        assert row.day.isoformat() == "2026-07-01"
