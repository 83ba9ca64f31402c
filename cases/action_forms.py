"""What is typed to set an action of a child's plan, and to say what came of it."""

from datetime import date, timedelta
from typing import Any

import cases.queries
import clock
from accounts.models import User
from cases.models import CaseChild
from govuk import fields
from govuk.forms import Form


def furthest() -> date:
    """A year from now: a plan is reviewed long before (default by judgement)."""
    return clock.today() + timedelta(days=366)


class SetAction(Form):
    """`owner` is cleaned to the user."""

    what = fields.Text("What will be done?", max_length=300, missing="Say what will be done")
    owner = fields.Select("Who will do it?", missing="Choose who will do it")
    due_on = fields.Date(
        "By when?",
        subject="The date",
        hint="For example, 27 11 2026",
        earliest=clock.today,
        latest=furthest,
        missing="Enter the date by which it will be done",
    )

    def __init__(self, *args: Any, viewer: User, place: CaseChild, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = {str(user.pk): user for user in cases.queries.action_owners(place, viewer=viewer)}
        field: Any = self.fields["owner"]
        field.choices = [(key, f"{user.name}, {user.agency}") for key, user in owners.items()]
        field.coerce = owners.__getitem__


class CompleteAction(Form):
    came_of_it = fields.TextArea(
        "What came of it?",
        hint="What was done, and what changed for the child",
        max_length=300,
        rows=3,
        count=True,
        missing="Say what came of it",
    )
