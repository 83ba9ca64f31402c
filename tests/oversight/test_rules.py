"""The rules by property: what they find and what they must not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.matching import name_key
from oversight import rules

DAY = datetime(2026, 11, 23, tzinfo=UTC)
looks = st.lists(
    st.tuples(
        st.integers(0, 240).map(lambda minute: DAY + timedelta(minutes=minute)),
        st.lists(st.integers(1, 12), max_size=3),
    ),
    max_size=15,
)
words = st.text("abcdefgöß'", min_size=2, max_size=6)


def slowly(given_looks: list[tuple[datetime, list[int]]]) -> int:
    """Look by look: the children of the hour that begins with it."""
    hours = (
        {child for at, children in given_looks if timedelta(0) <= at - start < rules.AN_HOUR
         for child in children}
        for start, _ in given_looks
    )  # fmt: skip
    return max(map(len, hours), default=0)


@given(looks)
def test_the_busiest_hour_is_the_one_that_a_slow_count_finds(
    given_looks: list[tuple[datetime, list[int]]],
) -> None:
    number, start, end = rules.busiest_hour(given_looks)
    assert number == slowly(given_looks)
    inside = sorted(given_looks, key=lambda look: look[0])[start:end]
    assert len({child for _, children in inside for child in children}) == number
    assert not inside or inside[-1][0] - inside[0][0] < rules.AN_HOUR


@given(st.integers(0, 200), st.lists(st.integers(0, 60), max_size=9))
def test_many_is_more_than_thirty_and_more_than_three_times_the_usual(
    children: int, others: list[int]
) -> None:
    found = rules.is_many(children, others=others)
    assert not (found and children <= 30)
    if others:
        assert found == (children > 30 and children > 3 * sorted(others)[len(others) // 2]) or (
            len(others) % 2 == 0
        )
    else:
        assert found == (children > 30)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Olu Officer", {"officer"}),
        ("Anne de Vries-Bell", {"devriesbell", "devries", "vriesbell", "vries", "bell"}),
        ("Omar al-Rashid", {"alrashid", "rashid"}),
        ("Bich Le", {"le"}),
        ("Siobhán O’Neill", {"oneill"}),
        ("Prince", set()),
        ("", set()),
        ("X Y", set()),
    ],
)
def test_the_keys_of_a_surname(name: str, keys: set[str]) -> None:
    assert rules.surname_keys(name) == keys


@pytest.mark.parametrize(
    ("user", "child", "is_own"),
    [
        # Either parent's surname, joined to the other's; a prefix written apart or not at all.
        ("Olu Bell", "Vries-Bell", True),
        ("Olu Bell", "Bell Vries", True),
        ("Olu Bell-Vries", "Vries – Bell", True),
        ("Olu Bell-Vries", "Vries", True),
        ("Olu de Vries-Bell", "De Vries", True),
        ("Olu de Vries", "DeVries", True),
        ("Olu de Vries", "Vries", True),
        ("Olu Vries", "de Vries", True),
        ("Olu O’Neill", "O'Neill-Bell", True),
        ("Olu Mc Donald", "McDonald", True),
        ("Bich Le", "Le", True),
        # A prefix is no family's, a forename neither.
        ("Omar al-Rashid", "al-Farsi", False),
        ("Olu de Vries", "de Souza", False),
        ("Bich Le", "Le Bell", False),
        ("Olu James Bell", "James", False),
        ("Anne-Marie Bell", "Marie", False),
        ("Olu Bell", "Bellamy", False),
        ("Olu Bell", "", False),
    ],
)
def test_which_children_have_the_users_own_surname(user: str, child: str, is_own: bool) -> None:
    assert bool(rules.surname_keys(user) & rules.family_keys(child)) is is_own


family = st.text("abcdefgöß", min_size=4, max_size=7)


@given(family, family, family, st.sampled_from([" ", "-", " - ", "–"]))
def test_a_child_with_both_surnames_is_of_either_family_and_of_no_third(
    one: str, other: str, third: str, joined: str
) -> None:
    for child in (f"{one}{joined}{other}", f"{other}{joined}{one}"):
        for parent in (one, other, f"{one}-{other}"):
            assert rules.surname_keys(f"Olu {parent}") & rules.family_keys(child)
        if name_key(third) not in map(name_key, (one, other, one + other, other + one)):
            assert not rules.surname_keys(f"Olu {third}") & rules.family_keys(child)


@given(words, words)
def test_whoever_has_a_surname_finds_it_as_the_search_stores_it(first: str, last: str) -> None:
    key = name_key(last)
    assert (key in rules.surname_keys(f"{first} {last}")) == (len(key) > 1)


ids = st.sets(st.integers(1, 10**9), max_size=80)
seeds = st.binary(min_size=1, max_size=64)


@given(ids, seeds, st.integers(0, 30))
def test_a_sample_comes_out_the_same_again_in_whatever_order(
    given_ids: set[int], seed: bytes, size: int
) -> None:
    drawn = rules.drawn(given_ids, seed=seed, size=size)
    assert drawn == rules.drawn(sorted(given_ids, reverse=True), seed=seed, size=size)
    assert len(drawn) == len(set(drawn)) == min(size, len(given_ids))
    assert set(drawn) <= given_ids


@given(ids, ids, seeds)
def test_an_id_that_is_left_out_is_left_out_of_every_larger_day(
    given_ids: set[int], more: set[int], seed: bytes
) -> None:
    drawn = set(rules.drawn(given_ids, seed=seed, size=10))
    larger = set(rules.drawn(given_ids | more, seed=seed, size=10))
    assert larger & given_ids <= drawn


def test_another_seed_draws_others_and_each_is_as_likely() -> None:
    times = [0] * 100
    for number in range(600):
        for ident in rules.drawn(range(100), seed=str(number).encode(), size=20):
            times[ident] += 1
    # 120 of 600 expected, a deviation of about 10.
    assert 75 < min(times) <= max(times) < 165
