"""Fields that are typed into."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from govuk import widgets
from govuk.characters import keepable, with_plain_line_breaks
from govuk.fields.worded import Worded


class Text(Worded, forms.CharField):
    """One line. White space at the ends is dropped. Too long a text is refused, never cut."""

    default_error_messages = {
        "too_long": "{subject} must be {limit:,} characters or fewer",
        "unkeepable": "{subject} has a character that cannot be kept. Delete it and type it again",
    }

    def __init__(
        self,
        label: str,
        *,
        max_length: int = 200,
        width: int | str = "",
        autocomplete: str = "",
        inputmode: str = "",
        spellcheck: bool | None = None,
        prefix: str = "",
        suffix: str = "",
        widget: forms.Widget | None = None,
        **kwargs: Any,
    ) -> None:
        self.longest = max_length
        attrs = {
            "autocomplete": autocomplete,
            "inputmode": inputmode,
            "spellcheck": _word(spellcheck),
        }
        drawn = widget or widgets.Text(width=width, prefix=prefix, suffix=suffix, attrs=attrs)
        super().__init__(label, widget=drawn, **kwargs)

    def to_python(self, value: Any) -> str:
        tidy = self.tidy(value) if isinstance(value, str) else value
        text = super().to_python(tidy) or ""
        if not keepable(text):
            raise ValidationError(self.saying("unkeepable"), code="unkeepable")
        if len(text) > self.longest:
            raise ValidationError(self.saying("too_long", limit=self.longest), code="too_long")
        return text

    def tidy(self, value: str) -> str:
        """One line: a pasted line break or tab is a space."""
        return with_plain_line_breaks(value).replace("\n", " ").replace("\t", " ")


class TextArea(Text):
    """Several lines. `count=True` shows how many characters are left."""

    def __init__(
        self,
        label: str,
        *,
        max_length: int = 4000,
        rows: int = 5,
        count: bool = False,
        spellcheck: bool | None = None,
        **kwargs: Any,
    ) -> None:
        drawn = widgets.TextArea(
            rows=rows, spellcheck=_word(spellcheck), count_to=max_length if count else None
        )
        super().__init__(label, max_length=max_length, widget=drawn, **kwargs)

    def tidy(self, value: str) -> str:
        return with_plain_line_breaks(value)


class Password(Text):
    """Never shown again after sending. White space counts."""

    def __init__(
        self, label: str = "Password", *, autocomplete: str = "current-password", **kwargs: Any
    ) -> None:
        drawn = widgets.Password(autocomplete=autocomplete)
        super().__init__(label, max_length=1000, widget=drawn, strip=False, **kwargs)

    def tidy(self, value: str) -> str:
        return value


class Hidden(Text):
    """Carried by the form and not seen. Its errors stand in the summary without a link."""

    def __init__(self, label: str = "A hidden value", **kwargs: Any) -> None:
        super().__init__(label, widget=widgets.Hidden(), **kwargs)


def _word(truth: bool | None) -> str:
    return "" if truth is None else str(truth).lower()
