"""The verdict and its sentences: helps, harms, no evidence of an effect, or cannot tell."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from insights.findings.nouns import NOUNS, covariate_in_words
from insights.rounding import FEW, STEP, published_count, rounded

LARGEST_DIFFERENCE = 0.1
FEWEST = 60


class Verdict(StrEnum):
    HELPS = "evidence that it helps"
    HARMS = "evidence that it harms"
    NO_EVIDENCE = "no evidence of an effect"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Answer:
    """`reasons`: why nobody should be told a number; empty unless it cannot tell."""

    verdict: Verdict
    headline: str
    reasons: tuple[str, ...]


def answer(plan: dict[str, Any], estimate: dict[str, Any]) -> Answer:
    """What the report says first. `plan` and `estimate` as insights.commands keeps them."""
    noun = NOUNS[plan["outcome"]][1]
    if estimate["withheld_for"]:
        headline = f"Cannot tell whether {plan['service']} changed the number of {noun}."
        return Answer(Verdict.CANNOT_TELL, headline, reasons(estimate))
    effect, low, high = (estimate[name] for name in ("effect", "ci_low", "ci_high"))
    compared = (
        f"Children who took part had {difference(effect, noun)} in {plan['window']} months "
        f"{'as' if _places(effect) is None else 'than'} similar children who did not "
        f"(95% interval {interval(low, high)})."
    )
    if high < 0:
        return Answer(Verdict.HELPS, compared, ())
    if low > 0:
        return Answer(Verdict.HARMS, f"{compared} More is worse: this is evidence of harm.", ())
    doubt = (
        f"We can’t be confident that {plan['service']} changed anything: no evidence of an effect."
    )
    return Answer(Verdict.NO_EVIDENCE, f"{doubt} {compared}", ())


def reasons(estimate: dict[str, Any]) -> tuple[str, ...]:
    """Why the number is withheld, a sentence each, without an exact small number."""
    kept = int(estimate["n_treated_kept"])
    words = {
        "no_treated": "No child who took part has a whole window behind them and was known before.",
        "no_comparison": "There is nobody to compare with.",
        "no_match": "No child who took part has anybody similar.",
        "no_interval": "Hardly anybody has the outcome, or everybody has the same: no interval.",
        "few_treated": f"{_few(kept)} who took part could be compared. Under {FEWEST}, chance "
        "decides.",
        "unbalanced": "Even the most similar children differ too much from those who took part"
        + _named(uneven(estimate))
        + ".",
        "treated_lost": "For more than 1 in 20 of those who took part nobody similar was found. "
        "The result would not speak for them.",
    }
    return tuple(words[code] for code in estimate["withheld_for"])


def uneven(estimate: dict[str, Any]) -> list[str]:
    """The covariates that still differ by more than 0.1 standard deviations; of fewer than 5 none."""
    if int(estimate["n_treated_kept"]) < STEP:
        return []
    return [
        line["covariate"]
        for line in estimate.get("balance", ())
        if line["smd_after"] is not None and abs(line["smd_after"]) > LARGEST_DIFFERENCE
    ]


def _named(names: list[str]) -> str:
    if not names:
        return ""
    said = [covariate_in_words(name).lower() for name in names[:3]]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ": " + ", ".join(said) + more


def children(number: int) -> str:
    """Such as 'about 25 children', or 'fewer than 5 children'."""
    said = published_count(number)
    return f"{said if said in {FEW, '0'} else f'about {said}'} children"


def _few(number: int) -> str:
    """Such as 'Only about 25 children'. 58 would be published as 60, which is enough."""
    if rounded(number) >= FEWEST:
        return f"Fewer than {FEWEST} children"
    return f"Only {children(number)}"


def difference(effect: float, noun: str) -> str:
    """Such as '1.1 fewer contacts', or 'about as many contacts'."""
    places = _places(effect)
    if places is None:
        return f"about as many {noun}"
    return f"{abs(effect):.{places}f} {'fewer' if effect < 0 else 'more'} {noun}"


def interval(low: float, high: float) -> str:
    """Such as '0.7 to 1.5 fewer', or '0.4 fewer to 0.2 more'. Both limits with the same places."""
    places = max(_places(low) or 1, _places(high) or 1)
    if high < 0:
        return f"{-high:.{places}f} to {-low:.{places}f} fewer"
    if low > 0:
        return f"{low:.{places}f} to {high:.{places}f} more"
    return f"{-low:.{places}f} fewer to {high:.{places}f} more"


def _places(figure: float) -> int | None:
    """Decimal places that a figure needs; None where even two leave nothing."""
    if abs(figure) < 0.005:
        return None
    return 1 if abs(figure) >= 0.3 else 2


def money(plan: dict[str, Any], estimate: dict[str, Any], verdict: Verdict) -> tuple[str, ...]:
    """What it cost, and what one avoided event cost: a range, and only where a number is told."""
    if verdict == Verdict.CANNOT_TELL:
        return (
            "No cost for each outcome avoided can be given, because we cannot tell the effect.",
        )
    if plan["unit_cost"] is None:
        return ("The cost of the service is not recorded, so nothing is said of money.",)
    unit = Decimal(plan["unit_cost"])
    one, many = NOUNS[plan["outcome"]]
    kept = published_count(int(estimate["n_treated_kept"]))
    total = unit * int(kept)
    spent = (
        f"£{unit:,.0f} for a child’s whole course; about {_pounds(total)} for the {kept} compared."
    )
    if verdict == Verdict.HELPS:
        cheap, dear = (unit / Decimal(str(-estimate[end])) for end in ("ci_low", "ci_high"))
        avoided = f"Each {one} avoided cost between {_pounds(cheap)} and {_pounds(dear)}."
        return (spent, avoided)
    if verdict == Verdict.HARMS:
        return (spent, f"It bought no avoided {many}: those who took part had more.")
    return (spent, f"It may have avoided no {many} at all, so no cost for each is given.")


def _pounds(sum_of: Decimal) -> str:
    """To two figures: more would claim to be exact."""
    figures = max(sum_of.adjusted() - 1, 0)
    step = Decimal(10) ** figures
    return f"£{int((sum_of / step).to_integral_value() * step):,}"
