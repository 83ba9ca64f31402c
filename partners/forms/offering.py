"""What several forms ask in one way: a choice among records, a day not too far off, safe to tell."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import clock
from cases.commands.safe_to_tell import NEWER
from cases.queries import WhoMayBeTold
from govuk import fields
from govuk.forms import Form


def furthest() -> date:
    """Ten years from now: what lies beyond is a slip of the keyboard (default by judgement)."""
    return clock.today() + timedelta(days=3653)


def offer(form: Form, name: str, pairs: Iterable[tuple[Any, str]]) -> None:
    """Choose among records: cleaned, the answer is the record itself."""
    named = {str(record.pk): (record, words) for record, words in pairs}
    field: Any = form.fields[name]
    field.choices = [(key, words) for key, (_, words) in named.items()]
    field.coerce = lambda key: named[key][0]


class SafeToTellRead(fields.Checkboxes):
    """A tick that carries which version was read: beneath an older one it counts for nothing.

    Cleaned to the version's id.
    """

    def __init__(self) -> None:
        super().__init__(
            "Safe to tell",
            coerce=int,
            missing="Read who may be told, and how, before you send anything",
            error_messages={"invalid_choice": NEWER},
        )

    def clean(self, value: Any) -> int | None:
        read = super().clean(value)
        return read[0] if read else None


def offer_safe_to_tell(form: Form, safe: WhoMayBeTold | None) -> None:
    """Ask for the tick beneath the version that is shown; ask nothing where nothing is recorded."""
    if safe is None:
        del form.fields["safe_to_tell_read"]
        return
    field: Any = form.fields["safe_to_tell_read"]
    field.choices = [(str(safe.version), "I have read who may be told, and how")]
