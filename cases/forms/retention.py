"""What is typed to hold a record, to release it, and to keep it longer."""

import re
from datetime import date, timedelta

from django.core.exceptions import ValidationError

import clock
from cases.commands.retention import AT_THE_LATEST
from govuk import fields
from govuk.forms import Form

REFERENCE = re.compile("(?:C-)?([0-9]{1,18})", re.IGNORECASE)


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def at_the_latest() -> date:
    return clock.today() + AT_THE_LATEST


class Hold(Form):
    """`child` is cleaned to the number of the record."""

    child = fields.Text(
        "Which child’s record?",
        hint="Its reference, such as C-12. All that hangs on it is held too",
        width=10,
        max_length=20,
        spellcheck=False,
        missing="Enter the reference of the child’s record",
    )
    reason = fields.Text(
        "Why must it be kept?",
        hint="Such as an inquiry, a claim or a complaint. Name its reference, not the child",
        max_length=300,
        missing="Say why the record must be kept",
    )
    until = fields.Date(
        "Until when?",
        subject="The end of the hold",
        hint="Leave this empty if you do not know. The hold then stands until somebody releases it",
        earliest=tomorrow,
        required=False,
    )

    def clean_child(self) -> int:
        found = REFERENCE.fullmatch(self.cleaned_data["child"])
        if found is None:
            raise ValidationError("Enter a reference like C-12.")
        return int(found[1])


class Release(Form):
    reason = fields.Text(
        "Why need it not be held any more?",
        hint="Name no child",
        max_length=300,
        missing="Say why the record need not be held any more",
    )


class KeepLonger(Form):
    reason = fields.TextArea(
        "Why is it still needed?",
        hint="What it is needed for now: a danger to somebody, a pattern, a claim. Name no child",
        rows=4,
        max_length=2000,
        missing="Say why the record is still needed",
    )
    review_on = fields.Date(
        "When is it reviewed again?",
        subject="The next review",
        hint="Ten years from today at the latest",
        earliest=tomorrow,
        latest=at_the_latest,
        missing="Enter the day of the next review",
    )
