"""A published rating in words, and how far it may be relied on. Nothing here is an opinion of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NOT_CAPTURED = "not captured here: do not rely on this alone"
# Cost bands of the EIF Guidebook, pounds for one unit (from memory, high confidence).
EIF_COSTS = {
    1: "low, under £100 a unit",
    2: "medium to low, £100 to £499 a unit",
    3: "medium, £500 to £999 a unit",
    4: "medium to high, £1,000 to £2,000 a unit",
    5: "high, over £2,000 a unit",
}
# Evidence levels of the EIF Guidebook, by the first sign; a plus is more support of the same kind.
EIF_LEVELS = {
    "2": "a first sign of improvement, not yet its cause",
    "3": "short-term benefit in at least one rigorous evaluation",
    "4": "benefit a year or more later in several rigorous evaluations",
    "NE": "a rigorous study found no benefit",
    "NL2": "the best evidence does not reach level 2",
}
SAYS = "Says"
OUTCOMES = {
    "violence_pct": "violence",
    "crime_pct": "crime",
    "all_offending_pct": "all offending",
    "reoffending_pct": "reoffending",
}
CONFIDENCES = {"high": "recalled with confidence", "medium": "recalled", "low": "recalled dimly"}


@dataclass(frozen=True)
class Quote:
    """One rating as it is shown. `says`: pairs of what is rated and the rating in words.

    `to_check`: recalled from memory, so that it must be checked before anybody relies on it.
    """

    scheme: str
    says: tuple[tuple[str, str], ...]
    standing: str
    to_check: bool
    url: str
    as_of: str


def quote(rating: Mapping[str, Any]) -> Quote:
    """A checked rating of `interventions.evidence` in words.

    Where it says an impact it says how sure the scheme is, or that this was not captured.
    """
    to_check = rating["status"] != "found"
    return Quote(
        scheme=rating["scheme"] if rating["scheme"] != "none" else "No published rating",
        says=tuple(_says(rating)),
        standing=_standing(rating) if to_check else "found in the source",
        to_check=to_check,
        url=str(rating.get("url", "")),
        as_of=str(rating.get("as_of", "")),
    )


def quotes(ratings: Iterable[Mapping[str, Any]]) -> list[Quote]:
    """What was found in a source first, then what is still to be checked."""
    return sorted(map(quote, ratings), key=lambda each: each.to_check)


def _standing(rating: Mapping[str, Any]) -> str:
    confidence = CONFIDENCES.get(rating.get("memory_confidence", ""), "recalled")
    return f"from memory, {confidence}"


def _says(rating: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    has_impact = any(field in rating for field in ("impact", "effect", "effect_rating"))
    if "impact" in rating:
        yield "Likely impact", rating["impact"]
    if "effect" in rating:
        yield "Average across studies", ", ".join(map(_effect, rating["effect"].items()))
    if "effect_rating" in rating:
        yield "Likely effect", rating["effect_rating"]
    if "outcome" in rating:
        yield "On", rating["outcome"]
    if has_impact:
        sure = rating.get("evidence_security") or rating.get("evidence_quality") or NOT_CAPTURED
        yield "How sure", sure
    if "evidence" in rating:
        yield "How sure", _level(rating["evidence"])
        # A level says how sure the scheme is of a benefit, and nothing of its size.
        yield "How large", "not rated"
    if rating.get("mixed_findings"):
        yield "Findings", "mixed"
    if "statement" in rating:
        yield SAYS, rating["statement"]
    if "cost" in rating:
        yield "Cost", EIF_COSTS.get(rating["cost"], str(rating["cost"]))
    if "note" in rating:
        yield "Note", rating["note"]


def _effect(change: tuple[str, int]) -> str:
    outcome, percent = change
    return f"{OUTCOMES[outcome]} {abs(percent)}% {'lower' if percent < 0 else 'higher'}"


def _level(level: str) -> str:
    meaning = EIF_LEVELS.get(level.rstrip("+"), "")
    return f"level {level}, {meaning}" if meaning else f"level {level}"
