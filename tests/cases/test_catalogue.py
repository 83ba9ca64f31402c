"""The catalogue's file is read whole, and whatever is wrong in it is named."""

import copy
from collections import Counter

import pytest
import yaml

from cases.catalogue import DEFAULT_PATH, CatalogueError, load, parse
from tests import factories

CONTENT = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
CATALOGUE = load()


def test_everything_is_there():
    risks = [each for each in CATALOGUE.indicators.values() if each.kind == "risk"]
    assert (len(risks), len(CATALOGUE.indicators) - len(risks)) == (51, 17)
    assert Counter(i.lens for i in risks) == {
        "harm_to_child": 23,
        "need": 18,
        "harm_by_child": 10,
    }
    assert list(CATALOGUE.indicators)[:2] == ["IND01", "IND02"]
    assert len(CATALOGUE.sources) == 22
    assert CATALOGUE.meta.lenses["need"] == "needs help"
    assert CATALOGUE.meta.weights == {"strong": 3.0, "moderate": 2.0, "weak": 1.0}
    assert CATALOGUE.meta.strength_weights == {"strong": 2.0, "moderate": 1.5, "weak": 1.0}
    assert len(CATALOGUE.meta.deliberately_excluded) == 6


def test_a_risk_indicator_in_full():
    found = CATALOGUE.indicators["IND02"]
    assert (found.kind, found.domain, found.lens) == ("risk", "individual", "harm_to_child")
    assert found.name == "Early substance use (before 13)"
    assert found.definition.startswith("Any alcohol")
    assert found.evidence_police == (
        "Found intoxicated or in possession",
        "Drug finding while in police contact",
    )
    assert found.evidence_partner[1] == "A&E attendance"
    assert found.age_bands == ("7-9", "10-12")
    assert found.weight_by_age == {"7-9": "strong", "10-12": "strong"}
    assert (found.decay, found.review_days, found.enabled) == ("long", None, True)
    assert (found.factor_basis, found.weight_basis, found.decay_basis) == (
        *("found_strength", "found_strength"),
        "judgement",
    )
    assert [(s.id, s.status) for s in found.sources] == [("EIF_BASW", "found"), ("SG_BOX", "found")]
    assert found.note.startswith("EIF summary")


def test_a_strength_in_full():
    found = CATALOGUE.indicators["P15"]
    assert (found.kind, found.domain, found.lens) == ("strength", "individual", None)
    assert found.evidence == "Named goal with date; in EET."
    assert found.weight_by_age == {"10-12": "moderate", "13-15": "moderate", "16-25": "moderate"}
    assert (found.decay, found.review_days) == ("enduring", 90)
    assert found.decay_basis == "judgement"


def test_review_days_are_those_of_the_class_where_none_are_its_own():
    assert CATALOGUE.indicators["IND09"].review_days == 180


def test_decay_classes():
    acute, enduring = CATALOGUE.decay_classes["acute"], CATALOGUE.decay_classes["enduring"]
    assert (acute.full_days, acute.half_life_days, acute.expires_days) == (28, 30, 180)
    assert (acute.enduring, enduring.enduring, enduring.review_days) == (False, True, 180)


def test_hardship_is_an_offer_of_help_and_is_not_ranked():
    found = CATALOGUE.indicators["FAM10"]
    assert (found.weight_by_age, len(found.age_bands)) == ({}, 5)


@pytest.mark.parametrize(
    ("code", "severity", "trigger"),
    [
        ("IND01", 3, "none"),
        ("IND11", 1, "consider"),
        ("IND11", 2, "consider"),
        ("IND11", 3, "immediate"),
        ("IND06", 1, "immediate"),
        ("P01", 3, "none"),
    ],
)
@pytest.mark.django_db
def test_what_an_observation_sets_off(code, severity, trigger):
    assert factories.indicator(code).trigger_at(severity) == trigger


MISSING = object()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", MISSING),
        ("lens", MISSING),
        ("lens", "harm"),
        ("domain", "postcode"),
        ("definition", MISSING),
        ("age_bands", ["0-6", "26-40"]),
        ("age_bands", ["7-9", "7-9"]),
        ("age_bands", "7-9"),
        ("weight_by_age", {"7-9": "huge", "10-12": "strong"}),
        ("weight_by_age", {"7-9": 3, "10-12": "strong"}),
        ("weight_by_age", {"7-9": "strong"}),  # 10-12 forgotten
        ("weight_by_age", {"7-9": "strong", "10-12": "strong", "13-15": "weak"}),
        ("weight_by_age", MISSING),
        ("decay", "slow"),
        ("review_days", 0),
        ("review_days", "90"),
        ("safeguarding_trigger", "perhaps"),
        ("safeguarding_trigger", MISSING),
        ("safeguarding_trigger_by_severity", {4: "immediate"}),
        ("safeguarding_trigger_by_severity", {"3": "immediate"}),
        ("safeguarding_trigger_by_severity", {True: "immediate"}),
        ("safeguarding_trigger_by_severity", {3: "at once"}),
        ("enabled", "yes"),
        ("evidence_police", "a find"),
        ("evidence_partner", [""]),
        ("factor_basis", "proven"),
        ("weight_basis", MISSING),
        ("decay_basis", MISSING),
        ("sources", ["NOWHERE"]),
        ("note", 7),
        ("colour", "red"),
    ],
)
def test_a_wrong_risk_indicator_is_named_with_code_and_field(field, value):
    assert error_after(lambda c: put(c["risk_indicators"][1], field, value)) == ("IND02", field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weight", "huge"),
        ("weight", MISSING),
        ("evidence", MISSING),
        ("lens", "need"),  # a strength lowers every lens that strengths lower: it has none
        ("review_days", -1),
        ("decay", MISSING),
    ],
)
def test_a_wrong_strength_is_named_with_code_and_field(field, value):
    assert error_after(lambda c: put(c["protective_factors"][0], field, value)) == ("P01", field)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda c: c.pop("sources"), "catalogue", "sources"),
        (lambda c: put(c, "extra", 1), "catalogue", "extra"),
        (lambda c: c["risk_indicators"].append(c["risk_indicators"][0]), "IND01", "code"),
        (lambda c: put(c["protective_factors"][0], "code", "IND01"), "IND01", "code"),
        (lambda c: put(c["risk_indicators"][0], "code", MISSING), "risk indicator", "code"),
        (lambda c: c["risk_indicators"].insert(0, "IND01"), "risk indicator", "row"),
        (lambda c: c["sources"].append(c["sources"][0]), "EIF_FULL", "id"),
        (lambda c: put(c["sources"][0], "status", "proven"), "EIF_FULL", "status"),
        (lambda c: put(c["sources"][0], "url", MISSING), "EIF_FULL", "url"),
        (lambda c: put(c["meta"], "age_bands", ["0-17"]), "meta", "age_bands"),
        (lambda c: c["meta"]["age_bands"].reverse(), "meta", "age_bands"),
        (lambda c: put(c["meta"], "version", MISSING), "meta", "version"),
        (lambda c: put(c["meta"]["weights"], "strong", "3"), "meta.weights", "strong"),
        (lambda c: put(c["meta"]["weights"], "weak", 0), "meta.weights", "weak"),
        (lambda c: put(c["meta"]["lenses"], "need", MISSING), "meta.lenses", "need"),
        (lambda c: put(c["meta"]["lenses"], "total", "all"), "meta.lenses", "total"),
        (
            lambda c: put(c["meta"]["decay_classes"]["acute"], "half_life_days", 0),
            "decay class acute",
            "half_life_days",
        ),
        (
            lambda c: put(c["meta"]["decay_classes"]["acute"], "expires_days", 27),
            "decay class acute",
            "expires_days",
        ),
        (
            lambda c: put(c["meta"]["decay_classes"]["enduring"], "expires_days", 27),
            "decay class enduring",
            "expires_days",
        ),
        (
            lambda c: put(c["meta"]["decay_classes"]["enduring"], "review_days", MISSING),
            "decay class enduring",
            "review_days",
        ),
    ],
)
def test_a_wrong_catalogue_is_named(change, code, field):
    assert error_after(change) == (code, field)


@pytest.mark.parametrize("content", [None, [], "meta", {"meta": []}])
def test_what_is_no_catalogue_at_all_is_an_error(content):
    with pytest.raises(CatalogueError):
        parse(content)


def test_a_file_that_says_a_thing_twice_is_refused(tmp_path):
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    path = tmp_path / "indicators.yaml"
    path.write_text(text.replace("    7-9: strong\n", "    7-9: strong\n    7-9: weak\n", 1))
    with pytest.raises(CatalogueError, match="'7-9' is given twice"):
        load(path)


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path, content):
    path = tmp_path / "indicators.yaml"
    path.write_bytes(content)
    with pytest.raises(CatalogueError):
        load(path)
    with pytest.raises(CatalogueError):
        load(tmp_path / "nowhere.yaml")


def put(row: dict, field: str, value: object) -> None:
    if value is MISSING:
        del row[field]
    else:
        row[field] = value


def error_after(change) -> tuple[str, str]:
    content = copy.deepcopy(CONTENT)
    change(content)
    with pytest.raises(CatalogueError) as error:
        parse(content)
    return error.value.code, error.value.field
