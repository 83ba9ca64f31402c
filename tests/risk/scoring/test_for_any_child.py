"""What holds for any child and any observations."""

import ast
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk import scoring
from risk.scoring import (
    HARM_BY_CHILD,
    HARM_TO_CHILD,
    LENSES,
    NEED,
    NOTHING,
    Observed,
    Subject,
    decay,
    read,
)
from tests.risk.scoring.children import MODEL, RISKS, STRENGTHS, TODAY, ago, figures, reading

subjects = st.builds(
    Subject,
    st.none() | st.dates(date(2000, 1, 1), date(2027, 1, 1)),
    over_18_agreed=st.booleans(),
)


def observeds(codes, first=-10, last=2200):
    return st.builds(
        Observed,
        st.sampled_from(codes),
        st.integers(first, last).map(ago),
        severity=st.sampled_from([1, 2, 3]),
        confidence=st.sampled_from(["suspected", "reported", "confirmed"]),
        ended_on=st.none() | st.integers(-200, 400).map(ago),
        confirmed_on=st.none() | st.integers(0, 400).map(ago),
        voided=st.booleans(),
    )


# Few codes, so that caps are met often.
CROWDED = ["IND01", "IND05", "IND06", "IND12", "EXP02", "EXP03", "EXP08", "P01", "P04", "P13"]
histories = st.lists(observeds([*RISKS, *STRENGTHS, "ZZZ99"]), max_size=20) | st.lists(
    observeds(CROWDED, last=200), max_size=20
)


@given(subjects, histories)
def test_contributions_add_up_to_the_reading(subject, history):
    found = reading(*history, subject=subject)
    for lens in found.lenses.values() if found else ():
        added = sum(c.points for c in lens.contributions)
        lowered = sum(c.points for c in lens.lowered_by)
        assert added == pytest.approx(lens.risk, abs=1e-9)
        assert added - lowered == pytest.approx(lens.reading, abs=1e-9)


@given(subjects, histories)
def test_nothing_is_negative_and_no_cap_is_passed(subject, history):
    found = reading(*history, subject=subject)
    for name, lens in found.lenses.items() if found else ():
        least = lens.risk if name == HARM_TO_CHILD else 0.6 * lens.risk
        assert least - 1e-9 <= lens.reading <= lens.risk <= 6 * found.breadth
        for c in lens.contributions:
            assert 0 < c.points <= c.uncut <= 1.5 * max(o.weight for o in c.observations)
        domains = {c.domain for c in lens.contributions}
        for domain in domains:
            shared = sum(c.points for c in lens.contributions if c.domain == domain)
            assert shared <= 6 + 1e-9
        assert (lens.band == NOTHING) == (lens.reading == 0) == (not lens.contributions)


@given(subjects, histories, st.lists(observeds(STRENGTHS, last=80), min_size=1, max_size=5))
def test_strengths_never_lower_harm_to_the_child_and_never_raise_anything(
    subject, history, strengths
):
    before, after = (
        reading(*history, subject=subject),
        read(subject, [*history, *strengths], MODEL, TODAY),
    )
    if before:
        assert after.lenses[HARM_TO_CHILD].reading == before.lenses[HARM_TO_CHILD].reading
        assert after.breadth == before.breadth
        for lens in (NEED, HARM_BY_CHILD):
            assert after.lenses[lens].risk == before.lenses[lens].risk
            assert after.lenses[lens].reading <= before.lenses[lens].reading


@given(subjects, histories, st.randoms(use_true_random=False))
def test_the_order_of_observations_is_irrelevant(subject, history, random):
    shuffled = random.sample(history, len(history))
    one, other = (read(subject, seen, MODEL, TODAY) for seen in (history, shuffled))
    if one:
        assert figures(one) == figures(other)
        assert (one.strengths, one.breadth, one.missing) == (
            *(other.strengths, other.breadth),
            other.missing,
        )
        for lens in LENSES:
            parts = [
                [(c.indicator, c.points) for c in found.lenses[lens].contributions]
                for found in (one, other)
            ]
            assert parts[0] == parts[1]


@given(subjects, histories, observeds(RISKS, last=300))
def test_one_more_risk_never_lowers_a_lens(subject, history, more):
    before = reading(*history, subject=subject)
    after = reading(*history, more, subject=subject)
    if before:
        for lens in LENSES:
            assert after.lenses[lens].risk >= before.lenses[lens].risk - 1e-12
            assert after.lenses[lens].reading >= before.lenses[lens].reading - 1e-12
        assert after.breadth >= before.breadth


@given(
    st.sampled_from(RISKS),
    st.integers(0, 2200),
    st.integers(0, 400),
)
def test_what_is_left_of_a_risk_only_falls(code, days, later):
    rule, seen = MODEL.indicators[code], Observed(code, ago(days))
    now, then = decay(rule, seen, TODAY), decay(rule, seen, TODAY + timedelta(days=later))
    assert 0 <= then <= now <= 1


@given(
    st.lists(observeds(RISKS, first=0), max_size=15),
    st.integers(0, 800),
)
def test_with_nothing_new_and_no_birthday_risk_only_falls(history, later):
    now = read(Subject(None), history, MODEL, TODAY)
    then = read(Subject(None), history, MODEL, TODAY + timedelta(days=later))
    for lens in LENSES:
        assert then.lenses[lens].risk <= now.lenses[lens].risk + 1e-12


@given(
    subjects,
    histories,
    st.lists(
        observeds([*RISKS, *STRENGTHS], first=-100, last=-1)
        | observeds([*RISKS, *STRENGTHS]).filter(lambda o: o.voided),
        max_size=5,
    ),
)
def test_voided_and_later_observations_count_nothing(subject, history, nothing):
    assert reading(*history, *nothing, subject=subject) == reading(*history, subject=subject)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_the_arithmetic_imports_the_standard_library_and_itself_alone():
    names = set().union(*map(imported, Path(scoring.__file__).parent.glob("*.py")))
    own = {name for name in names if name.startswith("risk.scoring.")}
    assert own
    assert {name.split(".")[0] for name in names - own} <= sys.stdlib_module_names
