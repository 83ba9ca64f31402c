"""{% load travel %}: scores and the distance between them, in words. Nothing is decided here."""

from collections.abc import Iterable
from decimal import Decimal

from django import template

from interventions.models import Scale
from interventions.queries import Travelled

register = template.Library()

MINUS = "\N{MINUS SIGN}"
STANDINGS = {
    "found": "found in a source",
    "from_memory": "from memory, to be checked",
    "judgement": "a default by judgement",
}


@register.filter
def score(value: Decimal) -> str:
    """12, 12.5: no noughts that say nothing."""
    return f"{value.normalize():f}".replace("-", MINUS)


@register.filter
def travelled(each: Travelled) -> str:
    """Such as '+4, better: more than noise'; nothing where there is no score to compare with."""
    far = each.distance
    if far.change is None:
        return "Needs a score at the start and a later one"
    sign = "+" if far.change > 0 else ""
    moved = f"{sign}{score(far.change)}, {far.direction}"
    if far.is_reliable is None:
        return f"{moved}. How much would be more than noise is not known"
    least = each.scale.reliable_change
    assert least is not None, "the scale says how much is more than noise"
    if far.is_reliable:
        return f"{moved}. More than noise ({score(least)} points or more)"
    return f"{moved}. It may be noise (under {score(least)} points)"


@register.filter
def scales(distances: Iterable[Travelled]) -> list[Scale]:
    """Each scale once."""
    return list(dict.fromkeys(each.scale for each in distances))


@register.filter
def standing(status: str) -> str:
    return STANDINGS.get(status, status)
