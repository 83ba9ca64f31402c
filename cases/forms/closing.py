"""What is typed to review a case and to close it. A child's fields carry the id of their place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import BoundField

import clock
from cases.models import Case, CaseChild, ClosingReason, NeedsMet
from cases.models.cases import REVIEW_AT_THE_LATEST, REVIEW_EVERY
from govuk import fields
from govuk.forms import Form


@dataclass(frozen=True)
class OfChild:
    """A child of the case with the fields that are asked about them."""

    place: CaseChild
    fields: list[BoundField]


class _OfChildren(Form):
    """Asks `first` of the case, then `of_each` child, then the rest of the case.

    The fields of `of_each` are made by the method `asked_of`, in the command's words.
    """

    first: tuple[str, ...]
    of_each: tuple[str, ...]

    def __init__(self, *args: Any, places: Iterable[CaseChild], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(places)
        for place in self.places:
            asked = self.asked_of(called(place))
            for name in self.of_each:
                self.fields[f"{name}_{place.pk}"] = asked[name]
        of_children = [f"{name}_{place.pk}" for place in self.places for name in self.of_each]
        self.order_fields([*self.first, *of_children, *self.fields])

    def asked_of(self, name: str) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def children(self) -> list[OfChild]:
        return [
            OfChild(place, [self[f"{name}_{place.pk}"] for name in self.of_each])
            for place in self.places
        ]

    @property
    def said(self) -> dict[str, Any]:
        """The answers, once they are valid, as the command takes them."""
        of_case = {name: self.cleaned_data[name] for name in self.base_fields}
        of_places = [
            (place, *(self.cleaned_data[f"{name}_{place.pk}"] for name in self.of_each))
            for place in self.places
        ]
        return of_case | {"places": of_places}


def called(place: CaseChild) -> str:
    return place.person.forenames or place.person.name


def by_the_latest() -> date:
    return clock.today() + REVIEW_AT_THE_LATEST


class Review(_OfChildren):
    held_on = fields.Date(
        "When was it?",
        subject="The day of the review",
        hint="For example, 24 11 2026",
        latest=clock.today,
        missing="Enter the day of the review",
    )
    attended = fields.Text(
        "Who took part?",
        hint="The child, family, and each agency at the table",
        max_length=300,
        missing="Say who took part",
    )
    next_on = fields.Date(
        "When is the next review?",
        subject="The next review",
        hint="Six weeks on, unless the family needs it sooner. Twelve weeks at the latest",
        latest=by_the_latest,
        missing="Enter the day of the next review",
    )
    first = ("held_on", "attended")
    of_each = ("progress", "voice", "voice_why_not")
    mark_optional = False

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.initial = {"held_on": today, "next_on": today + REVIEW_EVERY}
        held_on: Any = self.fields["held_on"]
        held_on.earliest = clock.london_date(case.opened_at)

    def asked_of(self, name: str) -> dict[str, Any]:
        return {
            "progress": fields.TextArea(
                f"What has changed for {name}?",
                hint="Since the last review, or since the case opened: what is better, what is not",
                rows=3,
                missing=f"Say what has changed for {name}",
            ),
            "voice": fields.TextArea(
                f"In {name}’s own words",
                hint="What they say about it themselves, in words that could be read back to them",
                rows=3,
                required=False,
            ),
            "voice_why_not": fields.Text(
                f"If {name} was not asked, why not?",
                max_length=300,
                required=False,
                subject="The reason",
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for place in self.places:
            voice, why_not = f"voice_{place.pk}", f"voice_why_not_{place.pk}"
            if {voice, why_not} & set(self.errors) or cleaned.get(voice) or cleaned.get(why_not):
                continue
            self.add_error(voice, f"Write what {called(place)} says, or why they were not asked")
        return cleaned


class Closing(_OfChildren):
    reason = fields.Radios(
        "Why does it close?", choices=ClosingReason, missing="Choose why the case closes"
    )
    outcome = fields.TextArea(
        "What came of the help?",
        hint="What has changed since it opened, and what has not, in words that could be read to "
        "the family",
        missing="Write what came of the help",
    )
    first = ("reason", "outcome")
    of_each = ("needs_met", "stays_in_place")

    def asked_of(self, name: str) -> dict[str, Any]:
        return {
            "needs_met": fields.Radios(
                f"How many of {name}’s needs are met?",
                hint="Of those that the help began with",
                choices=NeedsMet,
                small=True,
                missing=f"Choose how many of {name}’s needs are met",
            ),
            "stays_in_place": fields.TextArea(
                f"What stays in place for {name}?",
                hint="Who and what is still there when we are not. Say so if it is nothing",
                rows=3,
                max_length=500,
                count=True,
                missing=f"Say what stays in place for {name}",
            ),
        }
