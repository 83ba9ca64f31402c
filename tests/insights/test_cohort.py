"""Who is compared and what is known of them: whole windows, and nothing of after the index date."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import accounts.commands
import cases.commands
import clock
from accounts.models import Role, User
from cases.models import Case, Confidence, ContactChild, Person
from insights import cohort
from insights.models import Evaluation
from tests import factories
from tests.conftest import TODAY
from tests.insights import planted

YESTERDAY = TODAY.date() - timedelta(days=1)
# The last day on which twelve months had passed by yesterday.
LATEST = date(2025, 11, 23)
START = date(2025, 6, 10)


class Small:
    """One helped child and one other, both met a month before the start."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.service = planted.service(by=by)
        self.helped, self.other = (factories.child(name, by=by) for name in ("Ada", "Ben"))
        for child in (self.helped, self.other):
            planted.met(child, START - timedelta(days=30), by=by)
        self.case: Case = factories.case(self.helped, self.other)
        planted.enrol(self.helped, self.service, START, by=by, case=self.case)
        self.plan: Evaluation = planted.plan(self.service, by=by)

    def known(self, as_of: date = YESTERDAY) -> dict[int, dict[str, object]]:
        return {row["person_id"]: row for row in cohort.known(self.plan, as_of)}

    def outcomes(self, person: Person, as_of: date = YESTERDAY) -> dict[str, int]:
        return next(
            came
            for (found, *_), came in cohort.outcomes(self.plan, as_of).items()
            if found == person.pk
        )


@pytest.fixture
def small(db: None, held_clock: object) -> Small:
    return Small(factories.user(Role.COMMISSIONER))


def test_helped_and_others_stand_at_the_same_index_date(small: Small) -> None:
    found = small.known()
    assert {pk: (row["helped"], row["index_on"]) for pk, row in found.items()} == {
        small.helped.pk: (1, START),
        small.other.pk: (0, START),
    }
    assert found[small.helped.pk]["age"] == 12
    assert found[small.helped.pk]["harmed_year"] == 1
    assert found[small.helped.pk]["days_known"] == 30


@pytest.mark.parametrize(
    ("starts_on", "is_whole"), [(LATEST, True), (LATEST + timedelta(1), False)]
)
def test_only_whole_windows_count(small: Small, starts_on: date, is_whole: bool) -> None:
    late = factories.child("Cal", by=small.by)
    planted.met(late, starts_on - timedelta(days=9), by=small.by)
    planted.enrol(late, small.service, starts_on, by=small.by, case=small.case)
    helped = {pk for pk, row in small.known().items() if row["helped"]}
    assert (late.pk in helped) is is_whole
    assert cohort.flow(small.plan, YESTERDAY).too_recent == (0 if is_whole else 1)


@pytest.mark.parametrize("days", [-400, 0, 200, 365, 366])
def test_nobody_is_compared_who_started_by_the_end_of_the_window(small: Small, days: int) -> None:
    planted.enrol(
        small.other, small.service, START + timedelta(days=days), by=small.by, case=small.case
    )
    compared = {pk for pk, row in small.known().items() if not row["helped"]}
    assert (small.other.pk in compared) is (days > 365)


def test_who_was_not_known_before_the_start_is_left_out(small: Small) -> None:
    for name, day, recorded in (
        ("Dee", START, None),
        ("Eve", START - timedelta(days=5), planted.moment(START + timedelta(days=2))),
    ):
        new = factories.child(name, by=small.by)
        planted.met(new, day, by=small.by, recorded=recorded)
        planted.enrol(new, small.service, START, by=small.by, case=small.case)
        assert new.pk not in small.known()
    assert cohort.flow(small.plan, YESTERDAY).not_known_before == 2


def test_ages_and_exclusions_of_the_plan_hold_for_both_groups(small: Small) -> None:
    plan = planted.plan(small.service, by=small.by, exclusions=["other help before"])
    assert len(cohort.known(plan, YESTERDAY)) == 2
    elsewhere = planted.service("Elsewhere", by=small.by)
    planted.enrol(small.other, elsewhere, START - timedelta(1), by=small.by, case=small.case)
    assert [row["person_id"] for row in cohort.known(plan, YESTERDAY)] == [small.helped.pk]
    Person.objects.filter(pk=small.helped.pk).update(date_of_birth=date(2016, 1, 1))
    assert cohort.flow(plan, YESTERDAY).outside_ages == 1


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (START - timedelta(days=1), 0),
        (START, 0),
        (START + timedelta(days=1), 1),
        (date(2026, 6, 10), 1),
        (date(2026, 6, 11), 0),
    ],
)
def test_outcomes_are_of_the_days_after_the_start_to_the_last_of_the_window(
    small: Small, day: date, counts: int
) -> None:
    planted.met(small.helped, day, by=small.by, kind="Stop and search", role="suspect")
    came = small.outcomes(small.helped)
    assert (came["contacts"], came["suspect"], came["contacts_unlooked"]) == (counts, counts, 0)


def test_what_was_recorded_after_the_day_of_the_report_counts_nothing(small: Small) -> None:
    after = planted.moment(YESTERDAY + timedelta(days=1))
    planted.met(small.helped, START + timedelta(days=9), by=small.by, recorded=after)
    assert small.outcomes(small.helped)["contacts"] == 0


later_facts = st.lists(
    st.tuples(
        st.integers(0, 500),
        st.sampled_from(["Missing person", "Stop and search", "Victim of crime"]),
        st.sampled_from(["suspect", "victim", "witness"]),
        # Days before the start on which it happened, if it was only recorded later.
        st.one_of(st.none(), st.integers(1, 300)),
    ),
    min_size=1,
    max_size=5,
)


@given(facts=later_facts)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_of_after_the_index_date_is_known_before_it(
    small: Small, facts: list[tuple[int, str, str, int | None]]
) -> None:
    system = accounts.commands.system()
    before = cohort.freeze(small.plan, YESTERDAY, viewer=system)[0]
    made = []
    for days, kind, role, ago in facts:
        recorded = planted.moment(START + timedelta(days=days))
        day = START - timedelta(days=ago) if ago else START + timedelta(days=days)
        for child in (small.helped, small.other):
            made.append(
                planted.met(child, day, by=small.by, kind=kind, role=role, recorded=recorded)
            )
    after = cohort.freeze(small.plan, YESTERDAY, viewer=system)[0]
    # All but the outcomes: the last two columns.
    assert [row[:-2] for row in after.rows] == [row[:-2] for row in before.rows]
    for contact in made:
        ContactChild.objects.filter(contact=contact).delete()
        contact.delete()


def test_domain_points_are_those_of_the_day_before(small: Small) -> None:
    system = accounts.commands.system()
    column = cohort.freezing.COLUMNS.index("school")

    def school() -> dict[str, float]:
        frozen = cohort.freeze(small.plan, YESTERDAY, viewer=system)[0]
        return {row[1]: row[column] for row in frozen.rows}

    officer = factories.user(Role.OFFICER)
    for day, counts in ((START, False), (START - timedelta(days=1), True)):
        with clock.at(planted.moment(day)):
            contact = factories.contact(small.helped, by=officer)
            cases.commands.observe(
                small.helped,
                factories.indicator("SCH01"),
                severity=2,
                confidence=Confidence.CONFIRMED,
                observed_on=day,
                source="form",
                contact=contact,
                by=officer,
            )
        assert (school()[cohort.pseudonym(small.helped.pk)] > 0) is counts


def test_packed_rows_are_the_same_bytes_and_come_back(small: Small) -> None:
    frozen, helped, children = cohort.freeze(
        small.plan, YESTERDAY, viewer=accounts.commands.system()
    )
    assert cohort.pack(frozen) == cohort.pack(frozen)
    assert cohort.digest(cohort.unpack(cohort.pack(frozen))) == cohort.digest(frozen)
    assert (helped, children) == ([small.helped.pk], 2)
