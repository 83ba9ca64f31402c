"""What one can say and cannot say, the checks in plain words, and what would help."""

from typing import Any

from insights.findings.nouns import NOUNS, covariate_in_words
from insights.findings.tables import differences, is_of_few
from insights.findings.verdicts import Verdict, difference, interval
from insights.rounding import FEW, published_count

MEANS = {
    "contacts": "every recorded contact that names the child",
    "suspect": "contacts in which the child was recorded as a suspect",
    "victim": "contacts in which the child was recorded as a victim",
    "missing": "contacts of the type missing person that name the child",
    "referrals": "referrals to the hub that name the child",
}
# Whether agencies record it only because they look.
WATCHED = {
    "contacts": "Some contacts are recorded because somebody looks (stop and search, child concern, "
    "school incident). Helped children are seen more.",
    "suspect": "Some contacts as a suspect come of somebody looking, such as a stop and search. Helped "
    "children are seen more.",
    "victim": "A child who is helped may tell more: more contacts as a victim can be trust, not harm.",
    "missing": "A missing episode counts only when somebody reports it. Helped children are missed "
    "sooner.",
    "referrals": "A re-referral is made by somebody who looks. Helped children are seen more.",
}
NOT_MEASURED = (
    "Whether the child and the family wanted the help: those who did may have done better anyway.",
    "School, health and family life, beyond what somebody recorded here.",
    "What happened where this portal’s agencies do not record.",
)


def maryland(estimate: dict[str, Any]) -> str:
    """The level on the Maryland Scientific Methods Scale: 4 where alike and both ways agree."""
    codes = _codes(estimate)
    alike = not estimate["withheld_for"] and not codes & {
        "estimates_disagree",
        "second_estimate_missing",
    }
    level = "4" if alike else "3"
    return (
        f"Level {level} of 5 on the Maryland Scientific Methods Scale, where 5 is a trial in which "
        "chance decides who is helped."
    )


def can_say(plan: dict[str, Any], verdict: Verdict, estimate: dict[str, Any]) -> tuple[str, ...]:
    """What the report may say, a sentence each, by its verdict."""
    noun = NOUNS[plan["outcome"]][1]
    if verdict == Verdict.CANNOT_TELL:
        return (
            "How many children took part, and how they differed from others before (below).",
            f"That these data cannot tell whether {plan['service']} changed the number of {noun}.",
        )
    said = {
        Verdict.HELPS: f"Those who took part had fewer {noun} than similar children, by more than "
        "chance would explain.",
        Verdict.HARMS: f"Those who took part had more {noun} than similar children, by more than "
        "chance would explain. On this evidence it did harm.",
        Verdict.NO_EVIDENCE: f"These data show no evidence of an effect on the number of {noun}.",
    }[verdict]
    compared = "This is of the children who could be compared, over this window."
    if _codes(estimate) & {"estimates_disagree"}:
        return (said, compared, "A second way to estimate it differs: read it with care.")
    return (said, compared)


def cannot_say(plan: dict[str, Any]) -> tuple[str, ...]:
    return (
        "That the help had no effect, or that nothing else explains a difference.",
        "How it compares with no help at all: similar children may have had other help.",
        "Anything of one child: this is of a group.",
        f"What happens after {plan['window']} months.",
        WATCHED[plan["outcome"]],
        *NOT_MEASURED,
    )


def checks(
    plan: dict[str, Any],
    estimate: dict[str, Any],
    unlooked: dict[str, Any] | None,
    *,
    told: bool,
) -> tuple[str, ...]:
    """What speaks for and against the result, a sentence each. No effect where it is withheld."""
    found = [*_alike(estimate), *_lost(estimate)]
    if told:
        found += [_second(plan, estimate), *_e_value(estimate)]
        found += _careful(estimate)
        if unlooked is not None:
            found.append(_unlooked(plan, unlooked))
    if estimate.get("smallest_detectable") and not is_of_few(estimate):
        noun = NOUNS[plan["outcome"]][1]
        least = f"{estimate['smallest_detectable']:.2f}"
        found.append(
            f"With these children a difference of {least} {noun} or more for each child would be "
            "found four times in five; a smaller one would often be missed."
        )
    return tuple(found)


def would_help(estimate: dict[str, Any], *, told: bool) -> tuple[str, ...]:
    if told and not _codes(estimate) & {"few_comparisons", "few_outcomes", "estimates_disagree"}:
        return ()
    return (
        "Pool with other areas or forces that run the same service: more children, less chance.",
        "Where there is a waiting list, take children from it in random order.",
        "Start area by area, in an order that chance decides (stepped starts).",
    )


def _codes(estimate: dict[str, Any]) -> set[str]:
    return {each["code"] for each in estimate.get("warnings", ())}


def _alike(estimate: dict[str, Any]) -> list[str]:
    lines = [each for each in differences(estimate) if each.after is not None]
    if not lines:
        return []
    worst = max(lines, key=lambda each: abs(each.after or 0.0))
    before = max(lines, key=lambda each: abs(each.before))
    size = abs(worst.after or 0.0)
    verdict = "above the limit of 0.1" if worst.is_large else "within the limit of 0.1"
    return [
        f"After matching, both groups differ most in ‘{worst.label}’: {size:.2f} standard "
        f"deviations, {verdict}. Before, the largest was {abs(before.before):.2f} "
        f"(‘{before.label}’)."
    ]


def _lost(estimate: dict[str, Any]) -> list[str]:
    lost = int(estimate["n_treated"]) - int(estimate["n_treated_kept"])
    said = published_count(lost)
    if said == "0":
        return ["Somebody similar was found for every child who took part."]
    if said == FEW or is_of_few(estimate) or not estimate.get("lost"):
        return [f"Nobody similar was found for {said} of those who took part."]
    ways = sorted(estimate["lost"], key=lambda each: -abs(each["smd"]))[:3]
    # In standard deviations, as the rest: a mean of few would give a count away.
    how = ", ".join(
        f"{covariate_in_words(each['covariate']).lower()} ({abs(each['smd']):.1f} standard deviations "
        f"{'higher' if each['smd'] > 0 else 'lower'})"
        for each in ways
    )
    return [
        f"Nobody similar was found for about {said}. They differ most from those kept in: {how}."
    ]


def _second(plan: dict[str, Any], estimate: dict[str, Any]) -> str:
    noun = NOUNS[plan["outcome"]][1]
    if estimate.get("balanced_effect") is None:
        return "A second way to estimate it (entropy balancing) could not be worked out."
    said = difference(estimate["balanced_effect"], noun)
    if "estimates_disagree" in _codes(estimate):
        return (
            f"A second way (entropy balancing) disagrees: {said}. The answer hangs on the method."
        )
    return f"A second way (entropy balancing) agrees: {said}."


def _e_value(estimate: dict[str, Any]) -> list[str]:
    found = estimate.get("e_value")
    if not found:
        return []
    if found["limit"] <= 1:
        return ["The interval holds no difference at all: nothing needs explaining away."]
    return [
        f"To explain it away, something that nobody recorded would have to make a child "
        f"{found['limit']:.1f} times likelier both to take part and to have the outcome (or not), "
        "beyond all that was matched. The nearer to 1, the more easily it is explained away."
    ]


def _careful(estimate: dict[str, Any]) -> list[str]:
    words = {
        "few_comparisons": "The same few similar children were compared again and again.",
        "few_outcomes": "The outcome came to few children: the interval is too sure of itself.",
        "little_overlap": "Some who took part were likelier, or less likely, to be helped than anybody "
        "compared.",
        "simple_score": "With so few children, likeness was judged in a simpler way.",
        "separated": "Some children were set aside: hardly any child of their kind is in the other "
        "group.",
    }
    codes = _codes(estimate)
    return [said for code, said in words.items() if code in codes]


def _unlooked(plan: dict[str, Any], unlooked: dict[str, Any]) -> str:
    noun = NOUNS[plan["outcome"]][1]
    if unlooked["withheld_for"]:
        return "Without contacts that come of somebody looking, the data cannot tell."
    said = difference(unlooked["effect"], noun)
    limits = interval(unlooked["ci_low"], unlooked["ci_high"])
    return (
        "Without contacts that come of somebody looking (stop and search, child concern, school "
        f"incident): {said} (95% interval {limits})."
    )
