"""What every field has: its words, and how they stand in an error."""

from collections.abc import Mapping
from typing import Any

from django import forms


class Worded(forms.Field):
    """What every field has: its words, and where they stand."""

    ask = "Enter"

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        label_size: str = "",
        label_is_page_heading: bool = False,
        subject: str = "",
        missing: str = "",
        group_class: str = "",
        error_messages: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.label_size, self.label_is_page_heading = label_size, label_is_page_heading
        self.group_class = group_class
        self.subject = subject or label.rstrip("?")
        required = missing or (
            f"Answer ‘{label}’" if label.endswith("?") else f"{self.ask} {_inside(self.subject)}"
        )
        messages = {"required": required} | dict(error_messages or {})
        super().__init__(label=label, help_text=hint, error_messages=messages, **kwargs)

    def saying(self, code: str, **words: object) -> str:
        """The error of this code, in the field's own words."""
        return str(self.error_messages[code]).format(subject=self.subject, **words)


def _inside(words: str) -> str:
    """The words as they stand inside a sentence: 'Date of birth' -> 'date of birth', not 'NHS'."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
