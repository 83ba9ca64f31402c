"""What is known of each kind of help, and the scales of change: read from their files, and checked.

A rating is quoted with its scheme, its date and its status; nothing is worked out from it. How sure
a scheme is of a rating is never left out where the rating is said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cases.catalogue import CatalogueError, Row, read, unique

APPROACHES_PATH = Path(__file__).parent / "data" / "evidence.yaml"
SCALES_PATH = Path(__file__).parent / "data" / "scales.yaml"

FOUND, FROM_MEMORY, JUDGEMENT = "found", "from_memory", "judgement"
CONFIDENCES = ("high", "medium", "low")
# Tactics for places, systems and groups: no child takes part in them.
NOT_FOR_ONE_CHILD = ("place", "system", "group")
TIERS = (
    *NOT_FOR_ONE_CHILD,
    *("universal", "universal/targeted", "targeted", "targeted-indicated", "intensive"),
)
AGES = re.compile(r"\d+-\d+|\d+\+|n/a|workforce")
EIF, YEF = "EIF Guidebook", "YEF Toolkit"
IMPACTS = ("high", "moderate", "low", "no effect", "harmful", "insufficient evidence")
SECURITIES = ("very low", "low", "moderate", "high", "very high")
COSTS = {YEF: ("low", "moderate", "high"), EIF: (1, 2, 3, 4, 5)}
QUALITIES = ("no information", "limited", "moderate", "strong", "very strong")
OUTCOMES = ("violence", "crime", "all_offending", "reoffending")
# A rating says at least one of these.
FINDINGS = ("impact", "effect", "evidence", "effect_rating", "statement", "cost")
OURS = "Our own"
RESPONDENTS = ("child", "parent", "teacher", "worker")


@dataclass(frozen=True)
class Approach:
    """A kind of help. `ratings` are the plain fields of the file, checked.

    `ages` in words of the file: '10-18', '10+', 'n/a', 'workforce'. `builds` and `addresses` are
    codes of the catalogue of indicators.
    """

    code: str
    name: str
    ages: str
    tier: str
    builds: tuple[str, ...]
    addresses: tuple[str, ...]
    ratings: tuple[Mapping[str, Any], ...]
    note: str

    @property
    def harms(self) -> bool:
        """Whether the evidence says that it can do harm."""
        return self.note.startswith("BLOCK")


@dataclass(frozen=True)
class Scale:
    """A measure with its bounds, inclusive. `reliable_change`: points, None where nobody says."""

    code: str
    name: str
    lowest: Decimal
    highest: Decimal
    higher_is_better: bool
    respondents: tuple[str, ...]
    reliable_change: Decimal | None
    rights: str
    source: str
    status: str


@dataclass(frozen=True)
class Evidence:
    """All approaches and scales, in the order of the files, and the versions of both."""

    approaches: tuple[Approach, ...]
    scales: tuple[Scale, ...]
    version: str


def load(approaches: Path = APPROACHES_PATH, scales: Path = SCALES_PATH) -> Evidence:
    """What is in the two files. Raises CatalogueError at the first thing that is wrong."""
    return parse(read("evidence", approaches), read("scales", scales))


def parse(approaches: object, scales: object) -> Evidence:
    """The same from the plain values of the files. Raises CatalogueError as `load` does."""
    help_known, measures = Row("evidence", approaches), Row("scales", scales)
    help_known.only("meta", "interventions")
    measures.only("meta", "scales")
    versions = [Row("meta", each["meta"]).text("version") for each in (help_known, measures)]
    return Evidence(
        tuple(unique((_approach(value) for value in help_known.items("interventions")), "code")),
        tuple(unique((_scale(value) for value in measures.items("scales")), "code")),
        version=" and ".join(versions),
    )


def _approach(value: object) -> Approach:
    row = Row("approach", value)
    row.code = row.text("code")
    row.only("code", "name", "ages", "tier", "builds", "addresses", "ratings", "note")
    if not AGES.fullmatch(row.text("ages")):
        raise row.wrong("ages", row["ages"], "like 10-18, 10+, n/a or workforce")
    if not row.items("ratings"):
        raise CatalogueError(row.code, "ratings", "should hold at least one")
    return Approach(
        code=row.code,
        name=row.text("name"),
        ages=row.text("ages"),
        tier=row.choice("tier", TIERS),
        builds=row.words("builds"),
        addresses=row.words("addresses"),
        ratings=tuple(_rating(row.code, rating) for rating in row.items("ratings")),
        note=row.text("note", default=""),
    )


def _rating(code: str, value: object) -> Mapping[str, Any]:
    row = Row(code, value)
    row.code = f"{code}, {row.text('scheme')}"
    row.only(
        *("scheme", "status", "memory_confidence", "url", "as_of", "mixed_findings", *FINDINGS),
        *("evidence_security", "evidence_quality", "outcome", "note", "studies", "children"),
    )
    if row.choice("status", (FOUND, FROM_MEMORY)) == FOUND:
        row.text("url")
    else:
        row.choice("memory_confidence", CONFIDENCES)
    if not any(field in row.values for field in FINDINGS):
        raise CatalogueError(row.code, "rating", f"says none of {', '.join(FINDINGS)}")
    scales = {
        "impact": IMPACTS,
        "cost": COSTS.get(row.text("scheme"), ()),
        "evidence_security": SECURITIES,
        "evidence_quality": QUALITIES,
        "mixed_findings": (True,),
    }
    for field, choices in scales.items():
        if field == "mixed_findings" and field in row.values:
            row.flag(field)
        elif field in row.values:
            row.choice(field, choices)
    for field in ("evidence", "effect_rating", "statement", "outcome", "note", "as_of"):
        if field in row.values:
            row.text(field)
    if "effect" in row.values:
        _effect(row)
    return row.values


def _effect(row: Row) -> None:
    """Changes in percent, by outcome: minus is less of it."""
    effect = Row(f"{row.code}, effect", row.mapping("effect"))
    effect.only(*(f"{outcome}_pct" for outcome in OUTCOMES))
    for field, percent in effect.values.items():
        if isinstance(percent, bool) or not isinstance(percent, int) or not -100 <= percent <= 500:
            raise effect.wrong(field, percent, "whole percent, -100 or more")


def _scale(value: object) -> Scale:
    row = Row("scale", value)
    row.code = row.text("code")
    row.only(
        *("code", "name", "lowest", "highest", "higher_is_better", "respondents"),
        *("reliable_change", "rights", "source", "status"),
    )
    lowest, highest = _points(row, "lowest"), _points(row, "highest")
    if not lowest < highest:
        raise row.wrong("highest", row["highest"], "above the lowest")
    reliable = _points(row, "reliable_change") if "reliable_change" in row.values else None
    if reliable is not None and not 0 < reliable <= highest - lowest:
        raise row.wrong("reliable_change", reliable, "above 0 and within the scale")
    if not row.choices("respondents", RESPONDENTS):
        raise CatalogueError(row.code, "respondents", "should name at least one")
    return Scale(
        code=row.code,
        name=row.text("name"),
        lowest=lowest,
        highest=highest,
        higher_is_better=row.flag("higher_is_better"),
        respondents=row.choices("respondents", RESPONDENTS),
        reliable_change=reliable,
        rights=row.text("rights"),
        source=row.text("source"),
        status=row.choice("status", (FOUND, FROM_MEMORY, JUDGEMENT)),
    )


def _points(row: Row, field: str) -> Decimal:
    value = row[field]
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 9999:
        raise row.wrong(field, value, "a number of points")
    return Decimal(str(value))
