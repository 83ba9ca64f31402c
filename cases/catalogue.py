"""The catalogue of risk indicators and strengths: read from its file, and checked.

What may be observed, in which words, on whose evidence, and which observation raises a
safeguarding flag. What an observation weighs is an opinion of a model in `risk`; the words for
weight and decay stand here as the catalogue's default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEFAULT_PATH = Path(__file__).parent / "data" / "indicators.yaml"

RISK = "risk"
STRENGTH = "strength"
LENSES = ("harm_to_child", "need", "harm_by_child")
DOMAINS = ("individual", "family", "school", "peer", "community", "exploitation")
AGE_BANDS = ("0-6", "7-9", "10-12", "13-15", "16-25")
WEIGHTS = ("strong", "moderate", "weak")
TRIGGERS = ("none", "consider", "immediate")
SEVERITIES = (1, 2, 3)
BASES = ("found_strength", "found_listed", "from_memory", "judgement")
SOURCE_STATUSES = ("found", "found_title_only", "from_memory")


class CatalogueError(Exception):
    """The catalogue's file says something that it may not: where (code, field) and what."""

    def __init__(self, code: str, field: str, problem: str):
        super().__init__(f"{code}, {field}: {problem}")
        self.code = code
        self.field = field
        self.problem = problem


@dataclass(frozen=True)
class Source:
    """A publication, and whether it was read or only its title was found."""

    id: str
    status: str
    title: str
    url: str
    note: str


@dataclass(frozen=True)
class DecayClass:
    """How observations of a class fade, in days; an enduring class has only `review_days`."""

    name: str
    full_days: int | None
    half_life_days: int | None
    expires_days: int | None
    review_days: int | None
    basis: str

    @property
    def enduring(self) -> bool:
        return self.full_days is None


@dataclass(frozen=True)
class Indicator:
    """A risk indicator or a strength.

    `weight_by_age` holds the words strong, moderate or weak; empty: an offer of help, not ranked.
    A strength has no lens, no definition and no trigger; `evidence` says what shows it. A risk
    indicator has `evidence_police` and `evidence_partner` instead. `review_days` is its own, or
    that of its decay class. The three bases say how far it rests on a source.
    """

    code: str
    kind: str
    name: str
    domain: str
    lens: str | None
    definition: str
    evidence: str
    evidence_police: tuple[str, ...]
    evidence_partner: tuple[str, ...]
    age_bands: tuple[str, ...]
    weight_by_age: Mapping[str, str]
    decay: str
    review_days: int | None
    safeguarding_trigger: str
    safeguarding_trigger_by_severity: Mapping[int, str]
    enabled: bool
    factor_basis: str
    weight_basis: str
    decay_basis: str
    sources: tuple[Source, ...]
    note: str


@dataclass(frozen=True)
class Meta:
    """The catalogue's name, rules of use, and what its words mean."""

    title: str
    version: str
    status: str
    use_rules: tuple[str, ...]
    basis_codes: Mapping[str, str]
    lenses: Mapping[str, str]
    safeguarding_triggers: Mapping[str, str]
    weights: Mapping[str, float]
    strength_weights: Mapping[str, float]
    deliberately_excluded: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything that may be observed, in the order of the file."""

    meta: Meta
    sources: tuple[Source, ...]
    decay_classes: Mapping[str, DecayClass]
    indicators: Mapping[str, Indicator]

    @property
    def risks(self) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators.values() if i.kind == RISK)

    @property
    def strengths(self) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators.values() if i.kind == STRENGTH)

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code. Raises CatalogueError for an unknown one."""
        if code not in self.indicators:
            raise CatalogueError(str(code), "code", "is not in the catalogue")
        return self.indicators[code]


def load(path: Path = DEFAULT_PATH) -> Catalogue:
    """The catalogue in a file. Raises CatalogueError at the first thing that is wrong."""
    return parse(read("catalogue", path))


def read(code: str, path: Path) -> object:
    """The plain values in a YAML file. Raises CatalogueError, as of `code`, where it is none."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=OneOfEachKey)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(code, str(path), f"cannot be read: {error}") from error


def parse(content: object) -> Catalogue:
    """The catalogue in the plain values of its file. Raises CatalogueError as `load` does."""
    top = Row("catalogue", content)
    top.only("meta", "sources", "deliberately_excluded", "risk_indicators", "protective_factors")
    sources = {s.id: s for s in unique((_source(v) for v in top.items("sources")), "id")}
    meta = Row("meta", top["meta"])
    decay_classes = _decay_classes(meta)
    indicators = [_risk(value, sources, decay_classes) for value in top.items("risk_indicators")]
    indicators += [_strength(v, sources, decay_classes) for v in top.items("protective_factors")]
    return Catalogue(
        meta=_meta(meta, top.words("deliberately_excluded")),
        sources=tuple(sources.values()),
        decay_classes=decay_classes,
        indicators={i.code: i for i in unique(indicators, "code")},
    )


def trigger_for(indicator: Indicator, severity: int) -> str:
    """What an observation of this severity (1 to 3) sets off: 'none', 'consider', 'immediate'.

    It depends on nothing else: not on age, weight, strengths, or whether a model counts it.
    """
    if severity not in SEVERITIES:
        raise ValueError(f"severity is 1, 2 or 3, not {severity!r}")
    by_severity = indicator.safeguarding_trigger_by_severity
    return by_severity.get(severity, indicator.safeguarding_trigger)


class OneOfEachKey(yaml.SafeLoader):
    """YAML lets a later key win in silence: here a weight given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


class Row:
    """A mapping of the file that knows whose it is, and complains with code and field."""

    def __init__(self, code: str, value: object):
        if not isinstance(value, dict):
            raise CatalogueError(code, "row", "should hold named fields")
        self.code = code
        self.values = value

    def __getitem__(self, field: str) -> Any:
        if self.values.get(field) is None:
            raise CatalogueError(self.code, field, "is missing")
        return self.values[field]

    def only(self, *fields: str) -> None:
        for field in self.values:
            if field not in fields:
                raise CatalogueError(self.code, str(field), "is not a known field")

    def wrong(self, field: str, value: object, expected: str) -> CatalogueError:
        return CatalogueError(self.code, field, f"{value!r} should be {expected}")

    def text(self, field: str, default: str | None = None) -> str:
        value = self[field] if default is None else self.values.get(field, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(field, value, "words")
        return value

    def choice(self, field: str, choices: Iterable) -> str:
        return self.one_of(field, self[field], choices)

    def one_of(self, field: str, value: Any, choices: Iterable) -> Any:
        choices = tuple(choices)
        # True == 1 in Python: a severity written 'yes' must not pass as 1.
        if isinstance(value, bool) or value not in choices:
            raise self.wrong(field, value, f"one of {', '.join(map(str, choices))}")
        return value

    def items(self, field: str) -> list:
        if not isinstance(self[field], list):
            raise self.wrong(field, self[field], "a list")
        return self[field]

    def words(self, field: str) -> tuple[str, ...]:
        for value in self.items(field):
            if not isinstance(value, str) or not value.strip():
                raise self.wrong(field, value, "words")
        return tuple(self.items(field))

    def choices(self, field: str, choices: Iterable) -> tuple[str, ...]:
        choices = tuple(choices)
        chosen = tuple(self.one_of(field, value, choices) for value in self.items(field))
        if len(set(chosen)) < len(chosen):
            raise self.wrong(field, list(chosen), "each named once")
        return chosen

    def mapping(self, field: str) -> dict:
        if not isinstance(self[field], dict):
            raise self.wrong(field, self[field], "named values")
        return self[field]

    def days(self, field: str, least: int) -> int:
        value = self[field]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.wrong(field, value, f"a whole number of days, {least} or more")
        return value

    def flag(self, field: str) -> bool:
        if not isinstance(self[field], bool):
            raise self.wrong(field, self[field], "true or false")
        return self[field]


def unique(things: Iterable, field: str) -> list:
    """The things as a list. Raises CatalogueError where two have the same `field`."""
    seen: dict[str, object] = {}
    for thing in things:
        key = getattr(thing, field)
        if key in seen:
            raise CatalogueError(key, field, "is given twice")
        seen[key] = thing
    return list(seen.values())


def _meta(row: Row, excluded: tuple[str, ...]) -> Meta:
    if row.choices("age_bands", AGE_BANDS) != AGE_BANDS:
        raise row.wrong("age_bands", row["age_bands"], f"{', '.join(AGE_BANDS)}")
    return Meta(
        title=row.text("title"),
        version=row.text("version"),
        status=row.text("status"),
        use_rules=row.words("use_rules"),
        basis_codes=_meanings(row, "basis_codes", BASES),
        lenses=_meanings(row, "lenses", LENSES),
        safeguarding_triggers=_meanings(row, "safeguarding_trigger_values", TRIGGERS),
        weights=_weights(row, "weights"),
        strength_weights=_weights(row, "protective_weights"),
        deliberately_excluded=excluded,
    )


def _meanings(row: Row, field: str, keys: tuple[str, ...]) -> dict[str, str]:
    meanings = Row(f"{row.code}.{field}", row[field])
    meanings.only(*keys)
    return {key: meanings.text(key) for key in keys}


def _weights(row: Row, field: str) -> dict[str, float]:
    numbers = Row(f"{row.code}.{field}", row[field])
    numbers.only(*WEIGHTS, "basis")
    for word in WEIGHTS:
        value = numbers[word]
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise numbers.wrong(word, value, "a number above 0")
    return {word: float(numbers[word]) for word in WEIGHTS}


def _decay_classes(meta: Row) -> dict[str, DecayClass]:
    classes = Row("decay_classes", meta["decay_classes"])
    basis = classes.choice("basis", BASES)
    return {
        name: _decay_class(name, Row(f"decay class {name}", value), basis)
        for name, value in classes.values.items()
        if name != "basis"
    }


def _decay_class(name: str, row: Row, basis: str) -> DecayClass:
    row.only("full_days", "half_life_days", "expires_days", "review_days")
    if row.values.get("full_days") is None:
        for field in ("half_life_days", "expires_days"):
            if row.values.get(field) is not None:
                raise CatalogueError(row.code, field, "an enduring class has only review_days")
        return DecayClass(name, None, None, None, row.days("review_days", 1), basis)
    full = row.days("full_days", 0)
    half_life, expires = row.days("half_life_days", 1), row.days("expires_days", full)
    review = row.days("review_days", 1) if "review_days" in row.values else None
    return DecayClass(name, full, half_life, expires, review, basis)


def _source(value: object) -> Source:
    row = Row("source", value)
    row.code = row.text("id")
    row.only("id", "status", "title", "url", "note")
    return Source(
        id=row.code,
        status=row.choice("status", SOURCE_STATUSES),
        title=row.text("title"),
        url=row.text("url"),
        note=row.text("note", default=""),
    )


def _risk(value: object, sources: dict, decay_classes: dict) -> Indicator:
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


def _strength(value: object, sources: dict, decay_classes: dict) -> Indicator:
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
