"""What is typed to put somebody on a team, to set an action of a plan and say what came of it."""

from datetime import date, timedelta
from typing import Any

import cases.queries
import clock
from accounts.models import User
from cases.commands.safe_to_tell import NEWER
from cases.models import CaseChild
from cases.queries import WhoMayBeTold
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


class GiveSeat(Form):
    """`user` is cleaned to the user; `safe_to_tell_read` to the versions that were read."""

    user = fields.Select("Who joins the team?", missing="Choose who joins the team")
    role = fields.Text(
        "What are they to the child?",
        hint="For example, form tutor, youth worker, school nurse",
        subject="What they are",
        max_length=60,
        missing="Say what they are to the child",
    )
    safe_to_tell_read = fields.Checkboxes(
        "Safe to tell",
        coerce=int,
        missing="Read who may be told, and how, before you send anything",
        error_messages={"invalid_choice": NEWER},
    )

    def __init__(
        self, *args: Any, viewer: User, place: CaseChild, safe: WhoMayBeTold | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = {str(user.pk): user for user in cases.queries.to_seat(place, viewer=viewer)}
        field: Any = self.fields["user"]
        field.choices = [(key, f"{user.agency}: {user.name}") for key, user in people.items()]
        field.coerce = people.__getitem__
        if safe is None:
            del self.fields["safe_to_tell_read"]
            return
        read: Any = self.fields["safe_to_tell_read"]
        read.choices = [(str(safe.version), "I have read who may be told, and how")]


class CompleteAction(Form):
    came_of_it = fields.TextArea(
        "What came of it?",
        hint="What was done, and what changed for the child",
        max_length=300,
        rows=3,
        count=True,
        missing="Say what came of it",
    )
