"""The findings of one report."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from insights.findings import sayings
from insights.findings.nouns import NOUNS, covariate_in_words
from insights.findings.tables import (
    Difference,
    Line,
    differences,
    rates,
    who,
)
from insights.findings.verdicts import Verdict, answer, interval, money

__all__ = ["Difference", "Findings", "Line", "method", "of"]

EXCLUSIONS = {
    "other help before": "children who had started another service before",
    "birth date estimated": "children whose date of birth is estimated",
}


@dataclass(frozen=True)
class Findings:
    """Everything that a report says, in the order of its pages. Every count in it is published.

    `effect`, `low`, `high` are None where the number is withheld: no face can show it by mistake.
    """

    service: str
    provider: str
    question: str
    as_of: date
    written_on: date
    verdict: Verdict
    headline: str
    reasons: tuple[str, ...]
    effect: float | None
    low: float | None
    high: float | None
    effect_words: str
    maryland: str
    can_say: tuple[str, ...]
    cannot_say: tuple[str, ...]
    rates: tuple[Line, ...]
    who: tuple[Line, ...]
    balance: tuple[Difference, ...]
    checks: tuple[str, ...]
    money: tuple[str, ...]
    would_help: tuple[str, ...]
    method: tuple[Line, ...]
    provenance: tuple[Line, ...]

    @property
    def title(self) -> str:
        return f"Does {self.service} help?"


def of(
    result: dict[str, Any],
    *,
    as_of: date,
    written_on: date,
    data_hash: str,
    code_version: str,
) -> Findings:
    """The findings of a result as `insights.commands` keeps it: {plan, flow, estimate, unlooked}."""
    plan, estimate = result["plan"], result["estimate"]
    said = answer(plan, estimate)
    told = said.verdict != Verdict.CANNOT_TELL
    return Findings(
        service=plan["service"],
        provider=plan["provider"],
        question=plan["question"],
        as_of=as_of,
        written_on=written_on,
        verdict=said.verdict,
        headline=said.headline,
        reasons=said.reasons,
        effect=estimate["effect"] if told else None,
        low=estimate["ci_low"] if told else None,
        high=estimate["ci_high"] if told else None,
        effect_words=interval(estimate["ci_low"], estimate["ci_high"]) if told else "",
        maryland=sayings.maryland(estimate),
        can_say=sayings.can_say(plan, said.verdict, estimate),
        cannot_say=sayings.cannot_say(plan),
        rates=rates(plan, estimate) if told else (),
        who=who(result["flow"], estimate),
        balance=differences(estimate),
        checks=sayings.checks(plan, estimate, result["unlooked"], told=told),
        money=money(plan, estimate, said.verdict),
        would_help=sayings.would_help(estimate, told=told),
        method=method(plan),
        provenance=(
            Line("Data, SHA-256", data_hash),
            Line("Code", code_version),
        ),
    )


def method(plan: dict[str, Any]) -> tuple[Line, ...]:
    """The plan in words: what was asked, of whom, compared how."""
    youngest, oldest = plan["ages"]
    return (
        Line(
            "Outcome", f"{NOUNS[plan['outcome']][1].capitalize()}: {sayings.MEANS[plan['outcome']]}"
        ),
        Line("Window", f"{plan['window']} whole months after the first day of help"),
        Line("Ages", f"{youngest} to {oldest} on that day"),
        Line(
            "Left out",
            ", ".join(EXCLUSIONS[each] for each in plan["exclusions"]) or "nobody else",
        ),
        Line(
            "Compared with",
            "children known before, of the same ages and quarter of the year, who had not started "
            "by the end of the window",
        ),
        Line(
            "Matching",
            f"up to {plan['ratio']} nearest by propensity, within {plan['caliper']} standard "
            "deviations of its log odds; then regression, and entropy balancing as a second way",
        ),
        Line(
            "Made alike in",
            ", ".join(covariate_in_words(each).lower() for each in plan["covariates"]),
        ),
        Line("Plan locked on", f"{date.fromisoformat(plan['locked_on']):%-d %B %Y}"),
        Line(
            "First plan or tried later",
            "Tried later: an earlier plan for this service stands first"
            if plan["tried_later"]
            else "The first plan for this service",
        ),
    )
