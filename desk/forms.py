"""What is typed to answer a flag, decide a prompt, start a run, and look into the record of use."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField

import clock
from cases import retention
from cases.forms import REFERENCE
from cases.models import Confidence, Flag, Indicator, Severity
from govuk import fields
from govuk.forms import Form

Choices = Iterable[tuple[str, str]]


class FlagAnswer(Form):
    """`also`: the other open flags of this child that the same answer closes, cleaned to the flags."""

    action = fields.TextArea(
        "What was done to make the child safe?",
        hint="Who did what, and when. Whoever reads the child's record reads this",
        missing="Say what was done to make the child safe",
    )
    also = fields.Checkboxes(
        "Does this answer close these flags too?",
        hint="Each one stays open unless you tick it",
        required=False,
    )

    def __init__(self, *args: Any, others: Iterable[Flag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_flags = {str(flag.pk): flag for flag in others}
        field: Any = self.fields["also"]
        field.choices = [(key, f"F-{key}: {flag.says}") for key, flag in open_flags.items()]
        field.coerce = open_flags.__getitem__
        if not open_flags:
            del self.fields["also"]


class ConfirmPrompt(Form):
    """`nearest` are offered first; `allowed` is all that the word may stand for."""

    indicator = fields.Select(
        "What was seen?", width="full", missing="Choose what this word stands for"
    )
    severity = fields.Select("How serious is it?", choices=Severity, prompt=None, coerce=int)
    confidence = fields.Select("How sure is it?", choices=Confidence, prompt=None)

    def __init__(
        self,
        *args: Any,
        nearest: Sequence[Indicator],
        allowed: Sequence[Indicator] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        known = {indicator.code: indicator for indicator in (*nearest, *allowed)}
        field: Any = self.fields["indicator"]
        field.choices = _grouped(nearest, allowed)
        field.coerce = known.__getitem__


def _grouped(nearest: Sequence[Indicator], allowed: Sequence[Indicator]) -> list[Any]:
    """The nearest alone; where more is allowed, the others under their domains."""
    close = [(indicator.code, indicator.name) for indicator in nearest]
    others: dict[str, list[tuple[str, str]]] = {}
    for indicator in allowed:
        if indicator not in nearest:
            others.setdefault(indicator.domain.capitalize(), []).append(
                (indicator.code, indicator.name)
            )
    return [("Nearest", close), *others.items()] if others else close


class DropPrompt(Form):
    reason = fields.Text(
        "Why does this word not stand for this child?",
        max_length=300,
        missing="Say why this word is dropped",
    )


class Run(Form):
    """Read everybody as of a day."""

    as_of = fields.Date(
        "Read everybody as of which day?",
        hint="For example, 23 11 2026. Today brings the readings up to date; an earlier day only "
        "counts them",
        subject="The day",
        missing="Enter the day",
        latest=clock.today,
    )


class RecordOfUse(Form):
    """Which entries to show. Nothing typed: all of them.

    `agencies`, `grounds` and `verbs` are the words that entries use; verbs come with their own.
    """

    user = fields.Text("User name", max_length=150, width=20, required=False, spellcheck=False)
    record = fields.Text(
        "Record of a child", hint="Its reference, such as C-12", width=10, required=False
    )
    day = fields.Date("Day", hint="London time", required=False, latest=clock.today)
    kind = fields.Select("Kind of use", prompt="Any", required=False)
    ground = fields.Select("Ground", prompt="Any", required=False)
    agency = fields.Select("Agency", prompt="Any", required=False)
    verb = fields.Select("What was done or opened", prompt="Any", required=False)
    mark_optional = False
    FURTHER = ("kind", "ground", "agency", "verb")

    def __init__(
        self,
        *args: Any,
        kinds: Choices = (),
        grounds: Choices = (),
        agencies: Choices = (),
        verbs: Choices = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = {"kind": kinds, "ground": grounds, "agency": agencies, "verb": verbs}
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = list(choices)

    @property
    def first(self) -> list[BoundField]:
        """What is asked most; the others stand beneath them, folded until one is used."""
        return [self[name] for name in ("user", "record", "day")]

    @property
    def further(self) -> list[BoundField]:
        return [self[name] for name in self.FURTHER]

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.FURTHER)

    def clean_record(self) -> int | None:
        typed = self.cleaned_data["record"]
        if not typed:
            return None
        found = REFERENCE.fullmatch(typed)
        if found is None:
            raise ValidationError("Enter a reference such as C-12")
        return int(found[1])


class RecordsDue(Form):
    """Which records that are due for review to show. Nothing chosen: all of them."""

    record = fields.Select(
        "Records",
        choices=[
            ("person", "Children’s records"),
            ("contact", "Contacts"),
            ("referral", "Referrals"),
            ("case", "Cases"),
        ],
        prompt="Of every kind",
        required=False,
    )
    category = fields.Select("Category", prompt="Every category", required=False)
    mark_optional = False

    def __init__(self, *args: Any, rules: Iterable[retention.Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.choices = [(rule.name, rule.label) for rule in rules]

    @property
    def asked(self) -> dict[str, str]:
        """The columns that were chosen, with their values."""
        return {name: value for name, value in self.cleaned_data.items() if value}
