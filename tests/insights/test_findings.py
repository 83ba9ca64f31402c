"""The words of a report: every branch, and no exact small number in what is published."""

import csv
import io
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights import findings, models, printing
from insights.findings import Findings, Verdict
from insights.findings.nouns import COVARIATES
from insights.findings.verdicts import difference, interval
from insights.printing.sheet import safe
from insights.rounding import published_count, rounded

PLAN = {
    "service": "Harbour Mentors", "provider": "Youth Trust", "unit_cost": "1450.00", "ages": [10, 17],
    "question": "Do they come to notice less?", "outcome": "contacts", "window": 12,
    "covariates": ["age", "sex"], "exclusions": [], "ratio": 5, "caliper": 0.1,
    "locked_on": "2026-11-01", "tried_later": False,
}  # fmt: skip
ESTIMATE = {
    "effect": -1.1, "ci_low": -1.5, "ci_high": -0.7, "balanced_effect": -1.0, "n_treated": 182,
    "n_treated_kept": 176, "n_comparison_used": 540, "effective_comparison": 312.2,
    "rate_treated": 1.2, "rate_comparison": 2.3, "smallest_detectable": 0.56,
    "e_value": {"effect": 2.1, "limit": 1.6, "way": "rate_ratio"}, "lost": [], "warnings": [],
    "balance": [
        {"covariate": "age", "smd_before": 0.4, "smd_after": 0.05},
        {"covariate": "sex: F", "smd_before": -0.3, "smd_after": -0.02},
    ],
    "withheld_for": [],
}  # fmt: skip
FLOW = {"started": 190, "too_recent": 4, "not_known_before": 3, "outside_ages": 0, "excluded": 0}


def of(
    plan: dict[str, Any] | None = None,
    flow: dict[str, int] | None = None,
    unlooked: dict[str, Any] | None = None,
    **estimate: Any,
) -> Findings:
    result = {
        "plan": PLAN | (plan or {}),
        "estimate": ESTIMATE | estimate,
        "flow": FLOW | (flow or {}),
        "unlooked": unlooked,
    }
    return findings.of(
        result,
        as_of=date(2026, 10, 31),
        written_on=date(2026, 11, 1),
        data_hash="ab" * 32,
        code_version="cd" * 8,
    )


def everything(found: Findings) -> str:
    return " ".join(str(getattr(found, field.name)) for field in fields(found))


def test_fewer_is_said_with_its_interval() -> None:
    found = of()
    assert found.verdict == Verdict.HELPS
    assert found.headline == (
        "Children who took part had 1.1 fewer contacts in 12 months than similar children who did "
        "not (95% interval 0.7 to 1.5 fewer)."
    )
    assert found.maryland.startswith("Level 4 of 5")
    assert "Each contact avoided cost between £970 and £2,100." in found.money


def test_harm_is_said_as_plainly() -> None:
    found = of(effect=1.1, ci_low=0.7, ci_high=1.5)
    assert found.verdict == Verdict.HARMS
    assert "had 1.1 more contacts" in found.headline
    assert "evidence of harm" in found.headline
    assert "On this evidence it did harm." in found.can_say[0]
    assert "It bought no avoided contacts" in found.money[1]


def test_an_interval_over_nothing_is_no_evidence_and_never_no_effect() -> None:
    found = of(effect=-0.2, ci_low=-0.6, ci_high=0.2)
    assert found.verdict == Verdict.NO_EVIDENCE
    assert found.headline.startswith("We can’t be confident")
    assert "no evidence of an effect" in found.headline
    assert "0.6 fewer to 0.2 more" in found.headline.replace("0.60", "0.6").replace("0.20", "0.2")
    said = everything(found).replace("That the help had no effect", "")
    assert "no effect" not in said.replace("no evidence of an effect", "")
    assert "no cost for each is given" in found.money[1]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("few_treated", "chance decides"),
        ("unbalanced", "differ too much"),
        ("treated_lost", "more than 1 in 20"),
        ("no_interval", "no interval"),
        ("no_match", "anybody similar"),
        ("no_comparison", "nobody to compare with"),
        ("no_treated", "whole window"),
    ],
)
def test_what_is_withheld_stands_nowhere(code: str, reason: str) -> None:
    found = of(
        effect=-3.333, ci_low=-4.444, ci_high=-2.222, balanced_effect=-3.111, withheld_for=[code],
        unlooked=ESTIMATE | {"effect": -3.555},
    )  # fmt: skip
    assert found.verdict == Verdict.CANNOT_TELL
    assert found.headline == "Cannot tell whether Harbour Mentors changed the number of contacts."
    assert reason in " ".join(found.reasons)
    assert found.would_help
    for number in ("3.3", "4.4", "2.2", "3.1", "3.5"):
        assert number not in everything(found)
    assert (found.effect, found.low, found.high, found.rates) == (None, None, None, ())
    assert "No cost" in found.money[0]


def test_the_second_way_and_what_comes_of_looking_stand_beside_it() -> None:
    found = of(unlooked=ESTIMATE | {"effect": -0.8, "ci_low": -1.2, "ci_high": -0.4})
    said = " ".join(found.checks)
    assert "A second way (entropy balancing) agrees: 1.0 fewer contacts." in said
    assert "0.8 fewer contacts (95% interval 0.4 to 1.2 fewer)" in said
    assert "1.6 times likelier" in said
    apart = of(warnings=[{"code": "estimates_disagree", "words": ""}])
    assert "disagrees" in " ".join(apart.checks)
    assert apart.maryland.startswith("Level 3 of 5")
    assert "read it with care" in " ".join(apart.can_say)


def test_a_plan_tried_later_says_so() -> None:
    assert "Tried later" in of(plan={"tried_later": True}).method[-1].value


def test_without_a_price_nothing_is_said_of_money() -> None:
    assert of(plan={"unit_cost": None}).money == (
        "The cost of the service is not recorded, so nothing is said of money.",
    )


counts = st.integers(0, 400)


@given(started=counts, recent=counts, unknown=counts, treated=counts, lost=counts, used=counts)
def test_no_exact_small_number_is_published(
    started: int, recent: int, unknown: int, treated: int, lost: int, used: int
) -> None:
    kept = max(treated - lost, 0)
    found = of(
        flow={"started": started, "too_recent": recent, "not_known_before": unknown},
        n_treated=treated,
        n_treated_kept=kept,
        n_comparison_used=used,
        withheld_for=["few_treated"] if kept < 60 else [],
    )
    for line in found.who:
        assert line.value == "fewer than 5" or int(line.value) % 5 == 0
    said = " ".join(found.reasons)
    if kept < 60:
        assert (
            published_count(kept) in said
            or f"about {rounded(kept)}" in said
            or "Fewer than 60" in said
        )
        assert kept % 5 == 0 or f" {kept} " not in said


@given(treated=st.integers(0, 9), lost=st.integers(0, 9))
def test_nothing_is_averaged_over_fewer_than_five(treated: int, lost: int) -> None:
    kept = max(treated - lost, 0)
    found = of(
        n_treated=treated,
        n_treated_kept=kept,
        withheld_for=["few_treated", "unbalanced"],
        balance=[{"covariate": "sex: F", "smd_before": 2.5, "smd_after": 0.4}],
        lost=[{"covariate": "sex: F", "mean_kept": 0.0, "mean_lost": 1.0, "smd": 2.5}],
    )
    told = "sex: female" in everything(found).lower()
    assert told == (treated not in range(1, 5) and kept not in range(1, 5))
    shown = "would be found four times in five" in " ".join(found.checks)
    assert shown == told


@pytest.mark.parametrize("kept", [1, 4])
def test_a_child_or_two_are_not_described(kept: int) -> None:
    """How far one child differs from everybody else would say who it is."""
    balance = [{"covariate": "age", "smd_before": 2.34, "smd_after": 1.23}]
    withheld = ["few_treated", "unbalanced"]
    few = of(n_treated=kept, n_treated_kept=kept, balance=balance, withheld_for=withheld)
    assert few.balance == ()
    for said in ("2.34", "1.23", "differ most", "0.56"):
        assert said not in everything(few)
    most_lost = of(n_treated=9, n_treated_kept=kept, balance=balance, withheld_for=withheld)
    assert most_lost.balance == ()


def test_how_those_lost_differ_is_no_mean_of_a_few() -> None:
    lost = [{"covariate": "sex: F", "mean_lost": 0.2, "mean_kept": 0.44, "smd": -0.48}]
    said = " ".join(of(n_treated=182, n_treated_kept=177, lost=lost).checks)
    assert "about 5" in said
    assert "sex: female (0.5 standard deviations lower)" in said
    assert "0.2" not in said


@given(rate=st.floats(0, 5), kept=st.integers(60, 400))
def test_rates_are_made_of_rounded_counts(rate: float, kept: int) -> None:
    shown = of(rate_treated=rate, n_treated=kept, n_treated_kept=kept).rates[0].value
    events = round(rate * kept)
    if 0 < events < 5:
        assert shown == "not shown"
    else:
        assert shown == f"{rounded(events) / rounded(kept):.2f}"


@given(low=st.floats(-9, 9), wide=st.floats(0, 9))
def test_an_interval_never_claims_a_side_that_it_has_not(low: float, wide: float) -> None:
    said = interval(low, low + wide)
    if low + wide < 0:
        assert said.endswith("fewer")
    elif low > 0:
        assert said.endswith("more")
    else:
        assert "fewer to" in said
        assert said.endswith("more")


def test_a_difference_of_nothing_is_about_as_many() -> None:
    assert difference(0.001, "contacts") == "about as many contacts"
    assert difference(-0.06, "contacts") == "0.06 fewer contacts"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_a_sign_that_begins_a_formula_is_text(sign: str) -> None:
    assert safe(f"  {sign}1+1") == f"'  {sign}1+1"


@given(st.text())
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    cell = safe(text)
    assert (
        cell.lstrip()[:1] not in {"=", "+", "-", "@"} or cell.lstrip("-").replace(".", "").isdigit()
    )


def test_the_csv_reads_back_and_holds_what_was_typed_as_text() -> None:
    found = of(plan={"question": '=HYPERLINK("x"), "quoted"\nand more'})
    rows = list(csv.reader(io.StringIO(printing.csv(found).decode("utf-8-sig"), newline="")))
    assert rows[0][0] == "OFFICIAL-SENSITIVE"
    assert ["finding", "question", '\'=HYPERLINK("x"), "quoted"\nand more'] in rows
    assert ["finding", "effect", "-1.10"] in rows
    assert asdict(found) == asdict(of(plan={"question": '=HYPERLINK("x"), "quoted"\nand more'}))


def test_what_is_known_before_has_its_words() -> None:
    assert tuple(COVARIATES) == models.COVARIATES
