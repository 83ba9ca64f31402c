"""What is typed to restrict a record, keep its list, decide on a hit, break the glass and review it."""

import re
from typing import Any

from django.core.exceptions import ValidationError

import accounts.queries
import cases.queries
import clock
from accounts.models import User
from cases.forms.described import earliest_birth
from cases.models import HitOutcome, Person, PrivateHit, RestrictionKind, ReviewOutcome
from govuk import fields
from govuk.forms import Form

REFERENCE = re.compile("(?:C-)?([0-9]{1,18})", re.IGNORECASE)


class _OfPeople(Form):
    """Fields in which people are named by their user names, cleaned to the users."""

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def _user(self, field: str) -> User:
        user = accounts.queries.user_named(self.cleaned_data[field], viewer=self.viewer)
        if user is None or not user.is_active:
            raise ValidationError("Nobody signs in under this user name")
        return user


def _user_name(label: str, *, hint: str, missing: str) -> fields.Text:
    return fields.Text(
        label, hint=hint, max_length=150, width=20, spellcheck=False, missing=missing
    )


class Restrict(_OfPeople):
    person = fields.Text(
        "Which record?",
        hint="Its reference, such as C-12",
        max_length=22,
        width=10,
        subject="The reference",
        missing="Enter the reference of the record",
    )
    kind = fields.Radios(
        "Restricted or sealed?",
        choices=RestrictionKind,
        hints={
            RestrictionKind.RESTRICTED: "Staff’s own families, witnesses. Break-glass opens it",
            RestrictionKind.SEALED: "Adoption, protected persons. Nothing opens it, and it is never "
            "matched or linked",
        },
        missing="Choose whether it is restricted or sealed",
    )
    why = fields.TextArea(
        "Why?",
        rows=3,
        max_length=500,
        count=True,
        missing="Say why this record is for a list alone",
    )
    owner = _user_name(
        "Who owns it?",
        hint="The user name of somebody in the lead agency. They are told whenever somebody comes "
        "near the record, and decide",
        missing="Enter the owner’s user name",
    )
    named = _user_name(
        "Who on its list is reachable at any hour?",
        hint="The user name of somebody who may answer flags: a flag of this child calls nobody "
        "outside the list",
        missing="Enter the user name of somebody reachable at any hour",
    )

    def clean_person(self) -> Person:
        found = REFERENCE.fullmatch(self.cleaned_data["person"])
        if found is None:
            raise ValidationError("Enter a reference such as C-12")
        person = cases.queries.to_restrict(int(found[1]), viewer=self.viewer)
        if person is None:
            raise ValidationError("There is no record with this reference")
        return person

    def clean_owner(self) -> User:
        return self._user("owner")

    def clean_named(self) -> User:
        return self._user("named")


class Why(Form):
    """Why a record is sealed, or open again."""

    why = fields.TextArea("Why?", rows=3, max_length=500, count=True, missing="Say why")


class NameOnList(_OfPeople):
    user = _user_name(
        "Who?", hint="Their user name. They see the full record", missing="Enter a user name"
    )
    reachable_at_any_hour = fields.Tick("They are reachable at any hour, and may answer flags")

    def clean_user(self) -> User:
        return self._user("user")


class HandOver(_OfPeople):
    user = _user_name(
        "Who owns it from now on?",
        hint="The user name of somebody in the lead agency. They are put on the list if they are not "
        "on it",
        missing="Enter the new owner’s user name",
    )
    reachable_at_any_hour = fields.Tick("They are reachable at any hour, and may answer flags")

    def clean_user(self) -> User:
        return self._user("user")


class HitDecision(Form):
    """`outcome`: of those that are open for this hit."""

    outcome = fields.Radios(
        "What have you decided?", choices=HitOutcome, missing="Choose what you have decided"
    )
    reason = fields.TextArea(
        "Why?", rows=3, max_length=500, count=True, missing="Say why, in a line"
    )

    def __init__(self, *args: Any, hit: PrivateHit, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decisions = cases.queries.decisions_open(hit, viewer=viewer)
        field: Any = self.fields["outcome"]
        field.choices = [(each, HitOutcome(each).label) for each in decisions]
        self.can_link = HitOutcome.LINKED in decisions


class Unlink(Form):
    """That a linked hit was somebody else after all."""

    why = fields.TextArea(
        "It was somebody else: how do you know?",
        hint="What was observed of that child is void in this record from then on",
        rows=3,
        max_length=300,
        count=True,
        missing="Say how you know",
    )


class BreakGlass(Form):
    """All of it is needed: the hit is exact."""

    surname = fields.Text(
        "Surname", max_length=80, width=20, autocomplete="off", spellcheck=False,
        missing="Enter the surname",
    )  # fmt: skip
    forenames = fields.Text(
        "First name", max_length=120, width=20, autocomplete="off", spellcheck=False,
        missing="Enter the first name",
    )  # fmt: skip
    date_of_birth = fields.Date(
        "Date of birth",
        hint="For example, 27 3 2012",
        earliest=earliest_birth,
        latest=clock.today,
        missing="Enter the date of birth",
    )
    reason = fields.TextArea(
        "Why do you need this record now?",
        hint="Name nobody. Information governance reads this within 5 working days",
        rows=3,
        max_length=500,
        count=True,
        missing="Say why you need this record now",
    )


class BreakGlassReview(Form):
    outcome = fields.Radios(
        "What did you find?", choices=ReviewOutcome, missing="Choose what you found"
    )
    words = fields.TextArea(
        "In words",
        hint="What you found, and what was done",
        rows=4,
        max_length=1000,
        missing="Say what you found, and what was done",
    )
