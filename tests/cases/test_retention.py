"""How long records are kept, by the rules alone: nothing graver makes a review come sooner."""

from dataclasses import replace
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cases import retention
from cases.retention import Happened, InContact, Keeping, RulesError

RULES = retention.load()
DAY = date(2026, 3, 31)
NINE, TEN = date(2016, 4, 1), date(2016, 3, 31)

days = st.dates(date(2000, 1, 1), date(2030, 12, 31))
children = st.builds(
    InContact,
    born=st.none() | st.dates(date(1995, 1, 1), date(2030, 12, 31)),
    is_victim=st.booleans(),
    is_suspect=st.booleans(),
    has_outcome=st.booleans(),
)
contacts = st.builds(
    Happened,
    on=days,
    children=st.lists(children, min_size=1, max_size=4),
    noticed=st.booleans(),
    is_offence=st.booleans(),
    is_grave=st.booleans(),
)


def kept(happened: Happened) -> Keeping:
    return retention.of_contact(happened, RULES)


@pytest.mark.parametrize(
    ("happened", "category", "review_on"),
    [
        (Happened(DAY, [InContact(TEN)]), "no action", date(2027, 3, 31)),
        (Happened(DAY, [InContact(NINE)]), "no action", date(2027, 3, 31)),
        (Happened(DAY, [InContact(NINE)], noticed=True), "under 10", date(2028, 3, 31)),
        (Happened(DAY, [InContact(TEN)], noticed=True), "concern", date(2032, 3, 31)),
        (Happened(DAY, [InContact(None)], noticed=True), "concern", date(2032, 3, 31)),
        (Happened(DAY, [InContact(NINE), InContact(TEN)], True), "concern", date(2032, 3, 31)),
        (Happened(DAY, [InContact(TEN)], is_offence=True), "concern", date(2032, 3, 31)),
        (Happened(DAY, [InContact(TEN, is_victim=True)]), "concern", date(2032, 3, 31)),
        (Happened(DAY, [InContact(TEN, is_suspect=True)]), "concern", date(2032, 3, 31)),
        (
            Happened(DAY, [InContact(TEN, is_suspect=True, has_outcome=True)]),
            "outcome",
            date(2032, 3, 31),
        ),
        (Happened(DAY, [InContact(None)], is_grave=True), "grave harm", date(2036, 3, 31)),
        (Happened(DAY, [InContact(NINE)], is_grave=True), "grave harm", date(2041, 4, 1)),
    ],
)
def test_a_contact_by_role_age_and_outcome(
    happened: Happened, category: str, review_on: date
) -> None:
    assert kept(happened) == Keeping(review_on, category)


@given(contacts, children)
def test_something_graver_never_makes_a_review_come_sooner(
    happened: Happened, other: InContact
) -> None:
    before = kept(happened).review_on
    first, *rest = happened.children
    for graver in (
        replace(happened, noticed=True),
        replace(happened, is_offence=True),
        replace(happened, is_grave=True),
        replace(happened, children=[*happened.children, other]),
        replace(happened, children=[replace(first, is_victim=True), *rest]),
        replace(happened, children=[replace(first, is_suspect=True), *rest]),
        replace(happened, children=[replace(first, has_outcome=True), *rest]),
    ):
        assert kept(graver).review_on >= before


@given(contacts)
def test_every_contact_has_a_category_and_a_day_after_it(happened: Happened) -> None:
    found = kept(happened)
    assert found.category in RULES
    assert found.review_on > happened.on


@given(st.lists(days), st.lists(days), days, st.none() | days, days)
def test_a_childs_own_record_is_kept_as_long_as_the_latest_of_what_is_in_it(
    noticed: list[date], grave: list[date], recorded: date, born: date | None, more: date
) -> None:
    def own(noticed: list[date], grave: list[date]) -> date:
        return retention.of_person(recorded, born, noticed, grave, RULES).review_on

    alone = [own([day], []) for day in noticed] + [own([], [day]) for day in grave]
    assert own(noticed, grave) == max(alone, default=own([], []))
    assert own([*noticed, more], grave) >= own(noticed, grave)
    assert own(noticed, [*grave, more]) >= own([*noticed, more], grave)


def test_what_is_open_or_undecided_is_not_reviewed() -> None:
    assert retention.of_case(None, [NINE], RULES).review_on == retention.NOT_YET
    assert retention.of_referral(None, RULES).review_on == retention.NOT_YET
    assert retention.of_referral(DAY, RULES) == Keeping(date(2032, 3, 31), "concern")
    assert retention.of_case(DAY, [None], RULES) == Keeping(date(2032, 3, 31), "help")
    assert retention.of_case(DAY, [NINE, TEN], RULES) == Keeping(date(2041, 4, 1), "help")


def test_days_that_are_not_in_every_year_or_month() -> None:
    leap = date(2028, 2, 29)
    assert kept(Happened(leap, [InContact(TEN)])).review_on == date(2029, 2, 28)
    grave = Happened(leap, [InContact(date(2024, 2, 29))], is_grave=True)
    assert kept(grave).review_on == date(2049, 3, 1)


def test_a_length_in_words() -> None:
    lengths = {months: replace(RULES["help"], months=months).length for months in (6, 12, 18, 72)}
    assert lengths == {6: "6 months", 12: "1 year", 18: "18 months", 72: "6 years"}


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        ("under 10", {"months": 11}, "under 10: shorter than no action"),
        ("grave harm", {"until_age": 0, "months": 71}, "grave harm: shorter than outcome"),
        ("no action", {"months": 0}, "no action: a length is at least one month"),
        ("help", {"status": "sure"}, "help, status: one of"),
        ("help", {"name": "more help"}, "categories: they are"),
        ("help", {"years": 6}, "categories:"),
    ],
)
def test_what_the_file_may_not_say_is_named(
    name: str, changes: dict[str, object], problem: str
) -> None:
    content = yaml.safe_load(retention.DEFAULT_PATH.read_text(encoding="utf-8"))
    for entry in content["categories"]:
        if entry["name"] == name:
            entry.update(changes)
    with pytest.raises(RulesError, match=problem):
        retention.parse(content)
