"""The published tables of a report: who was compared, both rates, how alike both groups are."""

from dataclasses import dataclass
from typing import Any

from insights.findings.nouns import NOUNS, covariate_in_words
from insights.rounding import FEW, published_count, rounded

NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Line:
    """A line of a table: what it is, and the figure as it is published."""

    label: str
    value: str


@dataclass(frozen=True)
class Difference:
    """How alike both groups are in one thing known before: standard deviations, in words and as such.

    `after` is None where fewer than 5 were matched; `is_large`: still above 0.1.
    """

    label: str
    before: float
    after: float | None

    @property
    def before_said(self) -> str:
        return _signed(self.before)

    @property
    def after_said(self) -> str:
        return "too few matched" if self.after is None else _signed(self.after)

    @property
    def is_large(self) -> bool:
        return self.after is not None and abs(self.after) > 0.1


def is_of_few(estimate: dict[str, Any]) -> bool:
    """Whether 1 to 4 children took part, or could be compared: their average is a child's own."""
    return FEW in (published_count(int(estimate[name])) for name in ("n_treated", "n_treated_kept"))


def differences(estimate: dict[str, Any]) -> tuple[Difference, ...]:
    """How alike both groups are. Empty for a group so small that it would describe its children."""
    if is_of_few(estimate):
        return ()
    return tuple(
        Difference(
            covariate_in_words(line["covariate"]),
            line["smd_before"],
            line["smd_after"],
        )
        for line in estimate.get("balance", ())
    )


def who(flow: dict[str, int], estimate: dict[str, Any]) -> tuple[Line, ...]:
    """From everybody who started to those compared. Each count is rounded by itself."""
    treated, kept = (int(estimate[name]) for name in ("n_treated", "n_treated_kept"))
    counts = {
        "Children who ever started": flow["started"],
        "Left out: the window is not over yet": flow["too_recent"],
        "Left out: no contact was recorded before the start": flow["not_known_before"],
        "Left out: outside the service’s ages, or age not known": flow["outside_ages"],
        "Left out by the plan’s exclusions": flow["excluded"],
        "Took part, with a whole window": treated,
        "Of them without anybody similar": treated - kept,
        "Of them compared": kept,
        "Similar children used": int(estimate.get("n_comparison_used", 0)),
        "What these are worth, as some stand for several": int(
            estimate.get("effective_comparison", 0)
        ),
    }
    return tuple(Line(label, published_count(number)) for label, number in counts.items())


def rates(plan: dict[str, Any], estimate: dict[str, Any]) -> tuple[Line, ...]:
    """How often the outcome came, in each group: a rate of rounded counts, for each child."""
    kept = int(estimate["n_treated_kept"])
    noun = NOUNS[plan["outcome"]][1].capitalize()
    return (
        Line(f"{noun} of each child who took part", _rate(estimate.get("rate_treated"), kept)),
        Line(f"{noun} of each similar child", _rate(estimate.get("rate_comparison"), kept)),
    )


def _rate(rate: float | None, children: int) -> str:
    """Events rounded, over children rounded; not shown where either is fewer than 5.

    The similar are weighted to be as many as those who took part, so both have the same number.
    """
    if rate is None or not rounded(children):
        return NOT_SHOWN
    events = round(rate * children)
    if FEW in {published_count(events), published_count(children)}:
        return NOT_SHOWN
    return f"{rounded(events) / rounded(children):.2f}"


def _signed(figure: float) -> str:
    said = f"{figure:.2f}"
    return "0.00" if said == "-0.00" else said.replace("-", "−")
