"""The head of the file: its rules of use, what its words mean, and how each class fades."""

from cases.catalogue.contents import DecayClass, Meta
from cases.catalogue.rows import CatalogueError, Row
from cases.catalogue.terms import AGE_BANDS, BASES, LENSES, TRIGGERS, WEIGHTS


def read_meta(row: Row, excluded: tuple[str, ...]) -> Meta:
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


def read_decay_classes(meta: Row) -> dict[str, DecayClass]:
    classes = Row("decay_classes", meta["decay_classes"])
    basis = classes.choice("basis", BASES)
    return {
        name: _decay_class(name, Row(f"decay class {name}", value), basis)
        for name, value in classes.values.items()
        if name != "basis"
    }


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
