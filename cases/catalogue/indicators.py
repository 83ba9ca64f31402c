"""The indicators of the file: risks, and strengths."""

from cases.catalogue.contents import Indicator
from cases.catalogue.rows import Row
from cases.catalogue.terms import (
    AGE_BANDS,
    BASES,
    DOMAINS,
    LENSES,
    RISK,
    SEVERITIES,
    STRENGTH,
    TRIGGERS,
    WEIGHTS,
)


def read_risk(value: object, sources: dict, decay_classes: dict) -> Indicator:
    row = Row("risk indicator", value)
    row.code = row.text("code")
    row.only(
        *("code", "name", "domain", "lens", "definition", "age_bands", "weight_by_age", "decay"),
        *("review_days", "safeguarding_trigger", "safeguarding_trigger_by_severity", "enabled"),
        *("evidence_police", "evidence_partner", "factor_basis", "weight_basis", "decay_basis"),
        *("sources", "note"),
    )
    age_bands = row.choices("age_bands", AGE_BANDS)
    return Indicator(
        kind=RISK,
        lens=row.choice("lens", LENSES),
        definition=row.text("definition"),
        evidence="",
        evidence_police=row.words("evidence_police"),
        evidence_partner=row.words("evidence_partner"),
        age_bands=age_bands,
        weight_by_age=_weight_by_age(row, age_bands),
        safeguarding_trigger=row.choice("safeguarding_trigger", TRIGGERS),
        safeguarding_trigger_by_severity=_by_severity(row),
        enabled=row.flag("enabled"),
        decay_basis=row.choice("decay_basis", BASES),
        **_common(row, sources, decay_classes),
    )


def read_strength(value: object, sources: dict, decay_classes: dict) -> Indicator:
    row = Row("strength", value)
    row.code = row.text("code")
    row.only(
        *("code", "name", "domain", "weight", "factor_basis", "weight_basis", "decay"),
        *("review_days", "evidence", "age_bands", "sources", "note"),
    )
    age_bands = row.choices("age_bands", AGE_BANDS)
    weight = row.choice("weight", WEIGHTS)
    return Indicator(
        kind=STRENGTH,
        lens=None,
        definition="",
        evidence=row.text("evidence"),
        evidence_police=(),
        evidence_partner=(),
        age_bands=age_bands,
        weight_by_age=dict.fromkeys(age_bands, weight),
        safeguarding_trigger="none",
        safeguarding_trigger_by_severity={},
        enabled=True,
        decay_basis=decay_classes[row.choice("decay", decay_classes)].basis,
        **_common(row, sources, decay_classes),
    )


def _common(row: Row, sources: dict, decay_classes: dict) -> dict:
    decay = row.choice("decay", decay_classes)
    review_days = decay_classes[decay].review_days
    if "review_days" in row.values:
        review_days = row.days("review_days", 1)
    return {
        "code": row.code,
        "name": row.text("name"),
        "domain": row.choice("domain", DOMAINS),
        "decay": decay,
        "review_days": review_days,
        "factor_basis": row.choice("factor_basis", BASES),
        "weight_basis": row.choice("weight_basis", BASES),
        "sources": tuple(sources[id] for id in row.choices("sources", sources)),
        "note": row.text("note", default=""),
    }


def _weight_by_age(row: Row, age_bands: tuple[str, ...]) -> dict[str, str]:
    """A weight for each of its age bands, or none at all: a forgotten band would weigh nothing."""
    weights = row.mapping("weight_by_age")
    for band, weight in weights.items():
        row.one_of("weight_by_age", band, age_bands)
        row.one_of("weight_by_age", weight, WEIGHTS)
    if weights and set(weights) != set(age_bands):
        raise row.wrong("weight_by_age", list(weights), f"for {', '.join(age_bands)}, or empty")
    return dict(weights)


def _by_severity(row: Row) -> dict[int, str]:
    if "safeguarding_trigger_by_severity" not in row.values:
        return {}
    field = "safeguarding_trigger_by_severity"
    triggers = row.mapping(field)
    for severity, trigger in triggers.items():
        row.one_of(field, severity, SEVERITIES)
        row.one_of(field, trigger, TRIGGERS)
    return dict(triggers)
