"""What is typed to plan an evaluation, and to decide on what it found."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from govuk import fields
from govuk.forms import Form
from insights.findings.sayings import MEANS, WATCHED
from insights.models import Course, Exclusion, Outcome
from interventions.models import Service

WINDOWS = [(3, "3 months"), (6, "6 months"), (12, "12 months"), (24, "24 months")]


class _Keyed(Form):
    """`key` makes a send happen once, however often the button is pressed."""

    key = fields.Hidden("Key", max_length=36)

    def clean_key(self) -> UUID:
        try:
            return UUID(self.cleaned_data["key"])
        except ValueError:
            raise ValidationError("Open the page again and send it once more") from None


class Plan(_Keyed):
    """The plan of an evaluation, cleaned to what `insights.commands.plan_evaluation` takes."""

    service = fields.Select("Which service?", width="full", missing="Choose a service")
    question = fields.Text(
        "The question, in your words",
        hint="For example, ‘Do children who have a mentor come to notice less?’",
        max_length=300,
        subject="The question",
        missing="Enter the question",
    )
    outcome = fields.Radios(
        "What is counted after the start?",
        choices=Outcome.choices,
        hints={value: f"{MEANS[value].capitalize()}. {WATCHED[value]}" for value in Outcome.values},
        missing="Choose what is counted",
    )
    window = fields.Radios(
        "Over how long?",
        hint="Whole windows only: who started later is left out",
        choices=WINDOWS,
        coerce=int,
        inline=True,
        missing="Choose how long",
    )
    exclusions = fields.Checkboxes("Whom to leave out", choices=Exclusion.choices, required=False)
    monthly = fields.Tick("Write a report every month", required=False)

    def __init__(self, *args: Any, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(each.pk): each for each in services}
        field: Any = self.fields["service"]
        field.choices = [(key, f"{each.name}, {each.provider}") for key, each in known.items()]
        field.coerce = known.__getitem__
        self.order_fields(["service", "question", "outcome", "window", "exclusions", "monthly"])


class Decide(_Keyed):
    """The decision taken on a report."""

    course = fields.Radios(
        "What is decided?", choices=Course.choices, missing="Choose what is decided"
    )
    why = fields.TextArea(
        "Why?",
        hint="What speaks for it and against it, and who took part in the decision",
        max_length=2000,
        subject="Why",
        missing="Say why",
    )
    field_order = ["course", "why"]
