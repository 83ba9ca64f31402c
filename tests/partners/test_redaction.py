"""What is marked in a narrative, and what is never proposed."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners import redaction

NAMES = ["Dana", "O’Brien", "Zoë", "Jean-Luc", "McAllister", "DAVE", "Łukasz"]
POSTCODES = ["NB1 1AA", "nb11aa", "SW1A 2AA", "M1 1AE", "B33  8TH"]
PHONES = ["01632 960 001", "07700 900123", "+44 1632 960001", "(01632) 960-001"]
ADDRESSES = ["12 high street", "4b Acacia Avenue", "Flat 3", "Sample Road", "221 old mill lane"]
DATES = ["27/3/2012", "27-03-2012", "2012-03-27", "27 March 2012", "3rd of May 2011", "27.3.12"]
OTHERS = ["dana.smith@example.org", "refuge", "safe house", "informant", "anonymous", "Women’s Aid"]
PLAIN = st.text(alphabet="abcdefghij klmno,.\n", max_size=30)


def marked(text: str, **said: str) -> set[str]:
    return {words for words, what in redaction.pieces(text, **said) if what}


@pytest.mark.parametrize(
    "found", NAMES + POSTCODES + PHONES + ADDRESSES + DATES + OTHERS, ids=lambda each: each
)
def test_it_is_marked_wherever_it_stands(found: str) -> None:
    for text in (found, f"seen with {found}.", f"she said\n{found}, again"):
        whole = " ".join(sorted(marked(text)))
        assert all(part in whole for part in re.split(r"[^\w]+", found.strip("(+")) if part), text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("NB1 1AA", redaction.POSTCODE),
        ("07700 900123", redaction.PHONE),
        ("27/3/2012", redaction.DATE),
        ("12 high street", redaction.ADDRESS),
        ("x@example.org", redaction.EMAIL),
        ("refuge", redaction.REFUGE),
        ("informant", redaction.SOURCE),
        ("Dana", redaction.NAME),
    ],
)
def test_it_says_what_it_may_be(text: str, what: str) -> None:
    assert redaction.pieces(text) == [(text, what)]
    assert redaction.found(f"{text} {text}") == [f"{text} ({what})"]


def test_the_childs_own_first_name_and_plain_words_are_not_marked() -> None:
    text = "Robin was late. She said Robin's shoes were wet on Monday. Nobody came."
    assert marked(text, first_name="Robin") == set()
    assert marked(text) == {"Robin"}


def test_a_name_is_marked_without_its_s() -> None:
    assert marked("at Dana's and Dana’s") == {"Dana"}


@given(st.text(max_size=200))
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(words for words, _ in redaction.pieces(text)) == text


@given(st.text(max_size=200))
def test_marks_stand_in_order_and_over_none(text: str) -> None:
    found = redaction.marks(text)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@given(PLAIN, st.sampled_from(NAMES + POSTCODES + ["07700 900123", "27/3/2012"]), PLAIN)
def test_what_is_planted_is_found(before: str, planted: str, after: str) -> None:
    text = f"{before} {planted} {after}"
    start = len(before) + 1
    covered = {place for mark in redaction.marks(text) for place in range(mark.start, mark.end)}
    letters = {start + place for place, letter in enumerate(planted) if letter.isalnum()}
    assert letters <= covered


@given(PLAIN, st.sampled_from(["1 Sample Street", "1, SAMPLE  street", "sample street"]), PLAIN)
def test_a_protected_address_is_never_proposed(before: str, written: str, after: str) -> None:
    text = f"{before} {written} {after}"
    assert redaction.holds(text, ["1 Sample Street"])
    proposed = redaction.without(text, ["1 Sample Street"])
    assert "sample" not in proposed.lower()
    assert not redaction.holds(proposed, ["1 Sample Street"])
    assert redaction.LEFT_OUT in proposed


@pytest.mark.parametrize("written", ["NB1 1AA", "nb11aa", "Nb1-1aA", "N B 1 1 A A"])
def test_a_protected_postcode_is_known_however_it_is_spaced(written: str) -> None:
    assert redaction.holds(f"at {written}.", ["NB1 1AA"])
    assert redaction.without(f"at {written}.", ["NB1 1AA"]) == "at [address left out]."


def test_nothing_protected_takes_nothing_out() -> None:
    assert redaction.without("at 1 Sample Street", []) == "at 1 Sample Street"
    assert redaction.without("at 1 Sample Street", ["", " "]) == "at 1 Sample Street"
    assert not redaction.holds("NB1 1AAB", ["NB1 1AA"])
