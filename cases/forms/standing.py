"""What everybody must know of a child: cautions, statuses, whom it is safe to tell, when it was born.

The field names are the commands' keywords; `until` is cleaned to the day after the last one.
"""

from datetime import date, timedelta
from typing import Any

import accounts.queries
import clock
from accounts.models import User
from cases.forms.described import earliest_birth
from cases.models import Person, StatusKind
from cases.queries import WhoMayBeTold
from govuk import fields
from govuk.forms import Form


def _today() -> date:
    return clock.today()


class Lasting(Form):
    """From which day, and until which where that is known already."""

    def clean_until(self) -> date | None:
        last = self.cleaned_data["until"]
        return last + timedelta(days=1) if last else None


class Caution(Lasting):
    says = fields.Text(
        "What must somebody at the door beware of?",
        hint="For example: a dog in the yard. It is read at every match, by police and the hub",
        max_length=200,
        missing="Say what to beware of",
    )
    since = fields.Date("Since", latest=clock.today, initial=_today)
    until = fields.Date("Last day, if it is known", earliest=clock.today, required=False)


class Status(Lasting):
    kind = fields.Radios("Which status?", choices=StatusKind, missing="Choose the status")
    since = fields.Date("Since", latest=clock.today)
    until = fields.Date("Last day, if it is known", earliest=clock.today, required=False)
    social_worker = fields.Text("Social worker’s name", max_length=120, required=False)
    social_worker_phone = fields.Text(
        "Social worker’s phone", max_length=30, width=20, inputmode="tel", required=False
    )
    source = fields.Text(
        "Who told you, or where did you read it?",
        max_length=200,
        missing="Say who told you, or where you read it",
    )


class SafeToTell(Form):
    """`shown` is the version that is written over, None where there is none yet."""

    safe_ways = fields.TextArea(
        "How is it safe to make contact?",
        hint="With whom, by which number, at what time of day; never by letter",
        missing="Say how it is safe to make contact",
    )
    people_not_told = fields.TextArea("Who must not be told?", rows=3, required=False)
    agencies_not_told = fields.Checkboxes(
        "Which agencies must not be told?",
        hint="Nothing about this child is sent to these",
        small=True,
        required=False,
    )
    parental_responsibility = fields.TextArea(
        "Who holds parental responsibility?", rows=3, required=False
    )
    court_orders = fields.TextArea(
        "Court orders",
        hint="Read with the full record and by whoever runs the case",
        rows=3,
        required=False,
    )
    shown = fields.Hidden(required=False)

    def __init__(self, sent: Any = None, *, current: WhoMayBeTold | None, viewer: User) -> None:
        super().__init__(sent, initial=_as_written(current))
        offered = {
            str(agency.pk): agency
            for agency in accounts.queries.agencies(viewer=viewer)
            if not agency.is_lead
        }
        field: Any = self.fields["agencies_not_told"]
        field.choices = [(key, agency.name) for key, agency in offered.items()]
        field.coerce = offered.__getitem__

    def write_over(self, current: WhoMayBeTold | None) -> None:
        """The next send is about this version."""
        sent: Any = self.data.copy()  # type: ignore[attr-defined]
        sent["shown"] = str(current.version) if current else ""
        self.data = sent

    def clean_shown(self) -> int | None:
        typed = self.cleaned_data["shown"]
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


def _as_written(current: WhoMayBeTold | None) -> dict[str, Any]:
    if current is None:
        return {}
    names = ("safe_ways", "people_not_told", "parental_responsibility", "court_orders")
    written: dict[str, Any] = {name: getattr(current, name) for name in names}
    written["agencies_not_told"] = [str(agency.pk) for agency in current.agencies_not_told]
    written["shown"] = str(current.version)
    return written


class BirthDate(Form):
    born = fields.Date("Date of birth", earliest=earliest_birth, latest=clock.today)
    estimated = fields.Tick("This is an estimate")
    reason = fields.TextArea("How do you know?", rows=3, max_length=300, missing="Say how you know")

    def __init__(self, sent: Any = None, *, child: Person) -> None:
        known = {"born": child.date_of_birth, "estimated": child.birth_date_estimated}
        super().__init__(sent, initial=known)
