"""The evidence and the scales are read whole, whatever is wrong is named, and nothing is overstated."""

import copy
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import interventions.commands
from accounts.commands import system
from audit.models import Entry
from cases.catalogue import CatalogueError
from interventions import evidence, quoting
from interventions.models import Approach, Scale

APPROACHES = yaml.safe_load(evidence.APPROACHES_PATH.read_text(encoding="utf-8"))
SCALES = yaml.safe_load(evidence.SCALES_PATH.read_text(encoding="utf-8"))
KNOWN = evidence.load()
MISSING = object()


def approach(code: str) -> evidence.Approach:
    return next(each for each in KNOWN.approaches if each.code == code)


def test_everything_is_there() -> None:
    assert (len(KNOWN.approaches), len(KNOWN.scales)) == (27, 5)
    assert [each.code for each in KNOWN.approaches if each.harms] == [
        "prison_awareness",
        "boot_camps",
    ]
    sdq = next(each for each in KNOWN.scales if each.code == "sdq_total")
    assert (sdq.lowest, sdq.highest, sdq.higher_is_better) == (Decimal(0), Decimal(40), False)
    assert "Youthinmind" in sdq.rights
    assert sdq.reliable_change is None, "no source says how much is more than noise"


def test_a_copyrighted_scale_has_no_questions_in_its_file() -> None:
    text = evidence.SCALES_PATH.read_text(encoding="utf-8").lower()
    assert not any(word in text for word in ("restless", "headaches", "obedient", "item:"))


def put(row: dict[str, Any], field: str, value: object) -> None:
    if value is MISSING:
        del row[field]
    else:
        row[field] = value


def nth_rating(code: str, number: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda content: next(each for each in content["interventions"] if each["code"] == code)[
        "ratings"
    ][number]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", MISSING),
        ("name", "  "),
        ("ages", "ten to eighteen"),
        ("tier", "special"),
        ("ratings", []),
        ("builds", "P03"),
        ("colour", "red"),
    ],
)
def test_a_wrong_approach_is_named(field: str, value: object) -> None:
    content = copy.deepcopy(APPROACHES)
    put(content["interventions"][0], field, value)
    with pytest.raises(CatalogueError) as error:
        evidence.parse(content, SCALES)
    assert (error.value.code, error.value.field) == ("mentoring", field)


@pytest.mark.parametrize(
    ("number", "field", "value"),
    [
        (0, "status", "known"),
        (0, "url", MISSING),
        (1, "memory_confidence", MISSING),
        (1, "impact", "enormous"),
        (1, "evidence_security", "certain"),
        (1, "cost", 3),
        (1, "impct", "high"),
        (1, "mixed_findings", "yes"),
    ],
)
def test_a_wrong_rating_is_named(number: int, field: str, value: object) -> None:
    content = copy.deepcopy(APPROACHES)
    put(nth_rating("mentoring", number)(content), field, value)
    with pytest.raises(CatalogueError) as error:
        evidence.parse(content, SCALES)
    assert (error.value.code, error.value.field) == ("mentoring, YEF Toolkit", field)


def test_a_wrong_effect_and_a_rating_that_says_nothing_are_named() -> None:
    content = copy.deepcopy(APPROACHES)
    nth_rating("mentoring", 0)(content)["effect"] = {"violence_pct": -21.5}
    with pytest.raises(CatalogueError, match="violence_pct"):
        evidence.parse(content, SCALES)
    del nth_rating("mentoring", 0)(content)["effect"]
    with pytest.raises(CatalogueError, match="says none of"):
        evidence.parse(content, SCALES)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lowest", "none"),
        ("highest", 0),
        ("higher_is_better", "yes"),
        ("respondents", []),
        ("respondents", ["neighbour"]),
        ("reliable_change", 0),
        ("reliable_change", 11),
        ("rights", MISSING),
        ("source", MISSING),
        ("status", "known"),
        ("items", []),
    ],
)
def test_a_wrong_scale_is_named(field: str, value: object) -> None:
    content = copy.deepcopy(SCALES)
    row = next(each for each in content["scales"] if each["code"] == "goal_progress")
    put(row, field, value)
    with pytest.raises(CatalogueError) as error:
        evidence.parse(APPROACHES, content)
    assert (error.value.code, error.value.field) == ("goal_progress", field)


def test_the_same_code_twice_and_no_file_are_errors(tmp_path: Path) -> None:
    content = copy.deepcopy(APPROACHES)
    content["interventions"].append(content["interventions"][0])
    with pytest.raises(CatalogueError, match="given twice"):
        evidence.parse(content, SCALES)
    with pytest.raises(CatalogueError):
        evidence.load(tmp_path / "nowhere.yaml")


# --- in words


@pytest.mark.parametrize("known", KNOWN.approaches, ids=lambda each: each.code)
def test_no_impact_is_said_without_how_sure(known: evidence.Approach) -> None:
    for rating, quote in ((each, quoting.quote(each)) for each in known.ratings):
        said = dict(quote.says)
        if {"impact", "effect", "effect_rating", "evidence"} & set(rating):
            assert said["How sure"]
        assert quote.to_check == (rating["status"] == "from_memory")
        assert ("from memory" in quote.standing) == quote.to_check


def test_what_was_found_stands_before_what_is_recalled() -> None:
    found, recalled = quoting.quotes(approach("ae_navigators").ratings)
    assert (recalled.scheme, recalled.to_check) == ("YEF Toolkit", True)
    assert recalled.says == (
        ("Likely impact", "high"),
        ("How sure", "very low"),
        ("Cost", "moderate"),
    )
    assert (found.scheme, found.to_check) == ("YEF Toolkit", False)
    assert found.says == (
        (
            "Says",
            "large estimated impact, but underpinning evidence severely limited; "
            "no robust UK estimate",
        ),
    )
    mst = quoting.quotes(approach("mst").ratings)[0]
    assert ("Findings", "mixed") in mst.says
    assert ("How large", "not rated") in mst.says


# --- into the database


def test_loading_twice_changes_nothing_and_what_changed_is_updated(db: None) -> None:
    def rows() -> list[dict[str, Any]]:
        return [*Approach.objects.order_by("pk").values(), *Scale.objects.order_by("pk").values()]

    before = rows()
    assert interventions.commands.load_evidence(KNOWN, by=system()) == 32
    assert rows() == before
    content = copy.deepcopy(APPROACHES)
    nth_rating("mentoring", 1)(content)["impact"] = "low"
    changed = evidence.parse(content, SCALES)
    interventions.commands.load_evidence(changed, by=system())
    assert Approach.objects.get(code="mentoring").ratings[1]["impact"] == "low"
    entry = Entry.objects.filter(verb="load evidence").latest("pk")
    assert entry.records == {"version": "0.1 and 0.1", "approaches and scales": 32}


def test_tactics_for_places_and_groups_are_no_help_for_one_child(db: None) -> None:
    others = {each.code for each in Approach.objects.all() if not each.is_for_one_child}
    assert others == {
        "hot_spots",
        "trauma_informed",
        "multi_agency_case_mgmt",
        "focused_deterrence",
    }
    assert set(Approach.objects.filter(harms=True).values_list("code", flat=True)) == {
        "prison_awareness",
        "boot_camps",
    }
