"""{% load readings %}: points, bands and decay as they are shown. Nothing is decided here."""

from math import fsum
from typing import Any

from django import template
from django.template.defaultfilters import floatformat

from risk.queries import LensExplained, Part
from risk.scoring import BANDS

register = template.Library()

# How far a factor or its weight rests on a source, in the catalogue's own codes.
BASES = {
    "found_strength": "found in a source, with its strength",
    "found_listed": "found in a source, without its strength",
    "from_memory": "from memory, not yet checked against a source",
    "judgement": "professional judgement",
}
# What is left of an observation, from the most to the least: at least this much, in words.
LEFT = (
    (1.0, "counts in full"),
    (0.625, "has faded: about three quarters is left"),
    (0.375, "has faded: about half is left"),
    (0.125, "has faded: about a quarter is left"),
    (0.0, "has nearly faded"),
)
MINUS = "\N{MINUS SIGN}"
# Shown to one decimal, a smaller difference does not show.
SHOWN = 0.05


@register.filter
def points(value: float) -> str:
    """To one decimal, a half rounded up; what rounds to nothing is 0.0, never -0.0."""
    return floatformat(value, 1)


@register.filter
def change(value: float) -> str:
    """With its sign: +1.5, −0.4."""
    return f"{'+' if value > 0 else MINUS}{points(abs(value))}"


@register.filter
def level(band: str) -> int:
    """0 to 3: how many marks stand beside a band's words."""
    return BANDS.index(band)


@register.filter
def marks(band: str) -> list[bool]:
    """Three marks, as many of them on as the band is high."""
    return [number < BANDS.index(band) for number in range(3)]


@register.filter
def left(decay: float) -> str:
    """What is left of an observation, in words."""
    return next(words for least, words in LEFT if decay >= least)


@register.filter
def basis(code: str) -> str:
    return BASES.get(code, code)


@register.filter
def uncapped(part: Part) -> float | None:
    """What the observations of a part would add without any cap; None where no cap took anything."""
    whole = fsum(seen.points for seen in part.seen)
    return whole if whole - part.points >= SHOWN else None


@register.filter
def trend(lens: LensExplained) -> str:
    """Such as 'up by 1.5 from 2.0 (early conversation)', to be followed by 'since' and a day."""
    if lens.then is None or lens.change is None:
        return "new"
    if lens.direction == "level":
        return "unchanged"
    before = f"{points(lens.then)} ({lens.band_then})"
    return f"{lens.direction} by {points(abs(lens.change))} from {before}"


@register.filter
def seen_in(observation: Any) -> str:
    """Where an observation comes from: the kind of contact and the agency, or the agency alone."""
    agency = str(observation.agency)
    return f"{observation.contact.contact_type}, {agency}" if observation.contact else agency
