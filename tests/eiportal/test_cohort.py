"""The demo's cohort, before it is written down: what is planted in it, and what hides it."""

from datetime import timedelta

import pytest

import clock
from cases.models import ChildRole, Trigger
from eiportal.demo import cohort
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")
WORKS, NOTHING, HARMS, SMALL = cohort.SCHEMES


@pytest.fixture(scope="module")
def children() -> list[cohort.Child]:
    return cohort.children()


def after(child: cohort.Child) -> int:
    return child.contacts(child.start, child.start + cohort.YEAR)


def before(child: cohort.Child) -> int:
    return child.contacts(child.start - cohort.YEAR, child.start)


def mean(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers)


def of(scheme: cohort.Scheme | None, children: list[cohort.Child]) -> list[cohort.Child]:
    return [child for child in children if child.scheme is scheme]


def test_three_schemes_are_large_and_one_is_too_small_to_tell(
    children: list[cohort.Child],
) -> None:
    assert [len(of(scheme, children)) for scheme in cohort.SCHEMES] == [180, 180, 180, 25]
    assert len(of(None, children)) == cohort.POOL >= 1500
    assert len({child.number for child in children}) == len(children)


def test_every_start_has_a_whole_year_behind_and_before_it(children: list[cohort.Child]) -> None:
    for child in children:
        assert child.start - cohort.YEAR >= -cohort.RECORD
        assert child.start + cohort.YEAR < 0
        assert child.met[0].day < child.start, "nobody knew this child"
        assert 10 <= child.age(child.start) < 17


def test_it_is_the_same_every_time(children: list[cohort.Child]) -> None:
    assert cohort.children() == children


def test_nobody_under_ten_is_a_suspect(children: list[cohort.Child]) -> None:
    suspects = 0
    for child in children:
        born = clock.today() + timedelta(days=child.born)
        for met in child.met:
            on = clock.today() + timedelta(days=met.day)
            years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
            assert met.role != ChildRole.SUSPECT or years >= cohort.AGE_OF_RESPONSIBILITY
            suspects += met.role == ChildRole.SUSPECT
    assert suspects > 500


def test_nothing_noticed_would_raise_a_flag(db: None, children: list[cohort.Child]) -> None:
    noticed = {(s.code, s.severity) for child in children for met in child.met for s in met.noticed}
    for code, severity in noticed:
        assert factories.indicator(code).trigger_at(severity) != Trigger.IMMEDIATE, code


@pytest.mark.parametrize("scheme", [WORKS, NOTHING, HARMS], ids=lambda scheme: scheme.name)
def test_the_planted_effect_is_there(scheme: cohort.Scheme, children: list[cohort.Child]) -> None:
    """Against what each child's own earlier contacts say, with the pool's as the yardstick.

    The helped are compared with as many of the pool as have had the same number of contacts.
    """
    expected = {}
    for number in range(30):
        alike = [after(child) for child in of(None, children) if before(child) == number]
        expected[number] = mean(alike) if len(alike) >= 20 else None
    helped = [child for child in of(scheme, children) if expected[before(child)] is not None]
    assert len(helped) > 150
    ratio = sum(after(c) for c in helped) / sum(expected[before(c)] or 0 for c in helped)
    assert ratio == pytest.approx(scheme.ratio, rel=0.3)


def test_a_comparison_that_looks_at_nothing_is_wrong(children: list[cohort.Child]) -> None:
    others = mean([after(child) for child in of(None, children)])
    naive = {s: mean([after(child) for child in of(s, children)]) - others for s in cohort.SCHEMES}
    worked = mean([after(child) for child in of(WORKS, children)])
    saved = worked / WORKS.ratio - worked
    # Half of what it does is hidden, and what does nothing looks as if it did harm.
    assert naive[WORKS] > -saved / 2
    assert naive[NOTHING] > 0.4
    assert naive[HARMS] > 1.0


def test_the_helped_had_it_harder_but_not_beyond_compare(children: list[cohort.Child]) -> None:
    helped = [before(child) for child in children if child.scheme]
    others = [before(child) for child in of(None, children)]
    assert mean(helped) > 1.5 * mean(others)
    for number in range(6):
        assert others.count(number) > 0.5 * helped.count(number)
