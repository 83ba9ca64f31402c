"""The partner's text of each line: the heading alone, or words that a person has written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from cases.queries import WhoMayBeTold
from govuk import fields
from govuk.forms import Form
from partners import redaction
from partners.forms.offering import SafeToTellRead, offer_safe_to_tell
from partners.queries import LineToWrite

HEADING, WORDS = "heading", "text"


@dataclass(frozen=True)
class Asked:
    """A line with the fields that are asked about it."""

    line: LineToWrite
    fields: list[forms.BoundField]


class Texts(Form):
    """`texts` are what was written, by the line's id. The heading alone is what is meant unless said.

    `must_write`: of a contact that is shared by itself there is always a text. The text to begin with
    is the narrative. What in the text as sent is still marked must be taken out, or be said to be fit
    to share; a protected address is refused. `safe`: whom it is safe to tell, where that is asked here.
    """

    mark_optional = False

    def __init__(
        self,
        *args: Any,
        lines: Sequence[LineToWrite],
        first_name: str,
        must_write: bool = False,
        safe: WhoMayBeTold | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if safe:
            self.fields["safe_to_tell_read"] = SafeToTellRead()
            offer_safe_to_tell(self, safe)
        self.lines, self.first_name, self.must_write = lines, first_name, must_write
        for line in lines:
            self._ask(line)

    def _ask(self, line: LineToWrite) -> None:
        choice, text, read = _names(line)
        if not self.must_write:
            self.fields[choice] = fields.Radios(
                "What will they read?",
                choices=[(HEADING, "The heading alone"), (WORDS, "The heading and this text")],
                reveals={WORDS: text},
                initial=WORDS if line.written else HEADING,
                required=False,
                label_size="s",
            )
        self.fields[text] = fields.TextArea(
            "Text for the partner",
            initial=line.written or line.proposal,
            missing="Write the text, or choose the heading alone",
        )
        found = self._still_marked(line)
        if found:
            self.fields[read] = fields.Tick(
                "What is marked may be shared",
                required=True,
                missing=f"Still in the text: {', '.join(found)}. Take it out, or say that it may "
                "be shared",
            )

    def _still_marked(self, line: LineToWrite) -> list[str]:
        """What is marked in the text as it was sent, where it is to be shared."""
        choice, text, _ = _names(line)
        chosen = self.must_write or self.data.get(choice) == WORDS
        if not self.is_bound or not chosen:
            return []
        return redaction.found(str(self.data.get(text, "")), first_name=self.first_name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for line in self.lines:
            _, text, _ = _names(line)
            if redaction.holds(cleaned.get(text) or "", line.protected):
                self.add_error(text, redaction.NEVER_SHARED)
        return cleaned

    @property
    def version_read(self) -> int | None:
        """The version of whom it is safe to tell that was read; None where it was not asked."""
        return self.cleaned_data.get("safe_to_tell_read")

    @property
    def texts(self) -> dict[int, str]:
        chosen = ((line.of, *_names(line)[:2]) for line in self.lines)
        return {
            of: self.cleaned_data[text]
            for of, choice, text in chosen
            if self.must_write or self.cleaned_data.get(choice) == WORDS
        }

    def asked(self) -> Iterator[Asked]:
        for line in self.lines:
            choice, text, read = _names(line)
            asked = (text, read) if self.must_write else (choice, read)
            names = [name for name in asked if name in self.fields]
            yield Asked(line, [self[name] for name in names])


def _names(line: LineToWrite) -> tuple[str, str, str]:
    return f"line_{line.of}", f"text_{line.of}", f"read_{line.of}"
