"""What is typed about services and courses of help. The field names are the commands' keywords."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

import accounts.queries
import clock
from accounts.models import User
from cases.models import CaseChild
from govuk import fields
from govuk.forms import Form
from interventions import permissions, queries
from interventions.evidence import OURS
from interventions.models import (
    Attendance,
    EndReason,
    Enrolment,
    Helped,
    Respondent,
    Scale,
    Service,
    Stage,
)

DATE_HINT = "For example, 27 11 2026"


class Number(fields.Text):
    """A Decimal, or None when left out. `whole`: an int."""

    default_error_messages = {
        "not_a_number": "{subject} must be a number, like {example}",
        "out_of_bounds": "{subject} must be between {least} and {most}",
    }

    def __init__(
        self, label: str, *, least: int, most: int, whole: bool = True, **kwargs: Any
    ) -> None:
        self.least, self.most, self.whole = least, most, whole
        inputmode = "numeric" if whole else "decimal"
        super().__init__(
            label, max_length=12, inputmode=inputmode, spellcheck=False, width=5, **kwargs
        )

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        example = "12" if self.whole else "12.5"
        wrong = ValidationError(self.saying("not_a_number", example=example), code="not_a_number")
        try:
            number = Decimal(typed.replace(",", ""))
        except InvalidOperation:
            raise wrong from None
        if not number.is_finite() or (self.whole and number != number.to_integral_value()):
            raise wrong
        if not self.least <= number <= self.most:
            words = self.saying("out_of_bounds", least=self.least, most=f"{self.most:,}")
            raise ValidationError(words, code="out_of_bounds")
        return int(number) if self.whole else round(number, 2)


def _offer(form: Form, name: str, pairs: Iterable[tuple[Any, str]]) -> None:
    """Choose among records: cleaned, the answer is the record itself."""
    named = {str(record.pk): (record, words) for record, words in pairs}
    field: Any = form.fields[name]
    field.choices = [(key, words) for key, (_, words) in named.items()]
    field.coerce = lambda key: named[key][0]


class ServiceSays(Form):
    """What a service says of itself, when it is offered and when it is changed."""

    name = fields.Text(
        "Name of the service",
        max_length=120,
        width="two-thirds",
        missing="Enter the name of the service",
    )
    description = fields.TextArea(
        "What happens in it?",
        hint="For the family too: who meets whom, how often, for how long",
        max_length=2000,
        rows=4,
        missing="Say what happens in it",
    )
    youngest = Number("Youngest age", least=0, most=25, missing="Enter the youngest age")
    oldest = Number("Oldest age", least=0, most=25, missing="Enter the oldest age")
    capacity = Number(
        "Places at one time",
        hint="Leave out if there is no limit",
        least=1,
        most=9999,
        required=False,
    )
    unit_cost = Number(
        "Cost of one child’s whole course, in pounds",
        hint="Leave out if it is not known",
        least=0,
        most=999_999,
        whole=False,
        prefix="£",
        required=False,
    )


class OfferService(ServiceSays):
    provider = fields.Select("Who provides it?", missing="Choose who provides it")
    approach = fields.Select(
        "What kind of help is it?",
        hint="What is known of this kind stands beside the service. The nearest kind, if none fits",
        missing="Choose the kind of help",
    )
    field_order = ("provider", "name", "approach")

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = [
            (agency, agency.name)
            for agency in accounts.queries.agencies(viewer=viewer)
            if permissions.can_manage_services_of(agency, by=viewer)
        ]
        _offer(self, "provider", agencies)
        if len(agencies) == 1:
            self.initial.setdefault("provider", str(agencies[0][0].pk))
        kinds = queries.approaches(viewer=viewer)
        _offer(self, "approach", [(kind, kind.name) for kind in kinds if kind.is_for_one_child])


class ChangeService(ServiceSays):
    takes_children = fields.YesNo(
        "Does it take new children?",
        hint="If not, those who take part go on to the end of their course",
    )


class Enrol(Form):
    """`service` is cleaned to the service. Those that fit the child's age stand first."""

    service = fields.Radios("Which service?", missing="Choose a service")
    goal = fields.TextArea(
        "What is it for?",
        hint="The goal, as the child or young person would say it. Partners with whom the help is "
        "shared read it too",
        max_length=300,
        rows=2,
        count=True,
        missing="Say what the help is for",
    )
    starts_on = fields.Date("First day", hint=DATE_HINT, missing="Enter the first day")
    override_reason = fields.TextArea(
        "Why is this right all the same?",
        hint="Only where the evidence says that the help can do harm, or the child’s age is not "
        "known or outside the service’s. It is kept",
        max_length=300,
        rows=2,
        count=True,
        required=False,
    )

    def __init__(self, *args: Any, viewer: User, place: CaseChild, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = queries.services(viewer=viewer).filter(closed_at=None)
        against = {
            each.pk: queries.rules_against(place, each, on=clock.today(), viewer=viewer)
            for each in offered
        }
        in_order = sorted(offered, key=lambda each: len(against[each.pk]))
        _offer(self, "service", [(each, each.name) for each in in_order])
        drawn: Any = self.fields["service"].widget
        drawn.hints = {str(each.pk): _hint(each, against[each.pk]) for each in in_order}


def _hint(service: Service, against: list[str]) -> SafeString:
    """What one chooses by: any rule against it first, then what it is, who, for whom, how much room."""
    free = service.free_places
    few = {None: "No limit of places", 0: "No place free now", 1: "1 place free"}
    room = few.get(free, f"{free} places free")
    ages = f"ages {service.youngest} to {service.oldest}"
    rules = format_html_join("", "<strong>{}</strong><br>", ((rule,) for rule in against))
    who = f"{service.approach}. {service.provider}, {ages}. {room}"
    return format_html("{}{}", rules, who)


class LogSession(Form):
    held_at = fields.DateTime(
        "When was it?",
        subject="The session",
        latest=clock.now,
        missing="Enter the day and the time",
    )
    attendance = fields.Radios(
        "Was it kept?",
        choices=Attendance,
        missing="Choose whether it was kept",
    )
    minutes = Number(
        "How many minutes?",
        hint="Only if it was kept",
        subject="The minutes",
        least=1,
        most=720,
        required=False,
    )
    note = fields.TextArea(
        "Note",
        hint="What you did and what you noticed, in words that could be read to the child. "
        "No share shows it to a partner",
        rows=4,
        required=False,
    )


class RecordMeasure(Form):
    """`scale` is cleaned to the scale."""

    scale = fields.Radios("Which scale?", missing="Choose the scale")
    respondent = fields.Radios("Who answered?", choices=Respondent, missing="Choose who answered")
    stage = fields.Radios(
        "Which score is it?",
        choices=Stage,
        hints={Stage.FOLLOW_UP: "During the help, at its end or after it"},
        missing="Choose whether it is the score at the start or a later one",
    )
    taken_on = fields.Date(
        "On which day?",
        subject="The day",
        hint=DATE_HINT,
        latest=clock.today,
        missing="Enter the day",
    )
    score = Number("Score", least=-9999, most=9999, whole=False, missing="Enter the score")

    def __init__(self, *args: Any, viewer: User, enrolment: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scales = list(queries.scales(viewer=viewer))
        _offer(self, "scale", [(scale, scale.name) for scale in scales])
        drawn: Any = self.fields["scale"].widget
        drawn.hints = {str(scale.pk): _bounds(scale) for scale in scales}
        if not enrolment.is_live:
            stage: Any = self.fields["stage"]
            stage.choices = [(Stage.FOLLOW_UP.value, Stage.FOLLOW_UP.label)]
            self.initial.setdefault("stage", Stage.FOLLOW_UP.value)


def _bounds(scale: Scale) -> str:
    """Such as '0 to 40, lower is better. Answered by: a teacher', and whose scale it is if not ours."""
    better = "higher" if scale.higher_is_better else "lower"
    asked = ", ".join(Respondent(each).label.lower() for each in scale.respondents)
    bounds = f"{scale.lowest.normalize():f} to {scale.highest.normalize():f}"
    rights = "" if scale.rights == OURS else f". {scale.rights}"
    return f"{bounds}, {better} is better. Answered by: {asked}{rights}"


class RecordFeedback(Form):
    given_on = fields.Date(
        "On which day?",
        subject="The day",
        hint=DATE_HINT,
        latest=clock.today,
        missing="Enter the day",
    )
    helped = fields.Radios("Did it help?", choices=Helped, missing="Choose whether it helped")
    words = fields.TextArea(
        "What do they say?",
        hint="In their own words, or what they showed",
        max_length=2000,
        rows=3,
        required=False,
    )
    why_not_asked = fields.Text(
        "Why were they not asked?",
        hint="Only if they were not",
        max_length=300,
        required=False,
    )


class EndEnrolment(Form):
    reason = fields.Radios("Why does it end?", choices=EndReason, missing="Choose why it ends")
    ended_on = fields.Date("Last day", hint=DATE_HINT, missing="Enter the last day")
    note = fields.TextArea(
        "Note",
        hint="What was tried, and what comes next. No share shows it to a partner",
        max_length=300,
        rows=3,
        count=True,
        required=False,
    )
