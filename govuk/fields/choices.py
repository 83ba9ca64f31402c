"""Fields that are chosen from."""

from collections.abc import Mapping
from typing import Any

from django import forms

from govuk import widgets
from govuk.fields.worded import Worded


class Choosing(Worded):
    """Choices are pairs of value and words, or a Choices class; `coerce` turns the value."""

    ask = "Choose"
    default_error_messages = {
        "invalid_choice": "Choose one of the answers listed",
        "invalid_list": "Choose from the answers listed",
    }


class Select(Choosing, forms.TypedChoiceField):
    """`prompt` is the first, empty line. None leaves it out."""

    def __init__(
        self,
        label: str,
        *,
        choices: Any = (),
        prompt: str | None = "Choose one",
        width: str = "",
        **kwargs: Any,
    ) -> None:
        drawn = widgets.Select({"class": f"govuk-!-width-{width}"} if width else {})
        drawn.prompt = prompt
        super().__init__(label, choices=choices, widget=drawn, **kwargs)


class Radios(Choosing, forms.TypedChoiceField):
    """`hints`: value to hint. `dividers`: value to the word that stands before it ('or').

    `reveals`: value to the name of the field that opens beneath it. That field's answer counts,
    and is required if it says so, only while the value is chosen.
    """

    def __init__(
        self,
        label: str,
        *,
        choices: Any = (),
        hints: Mapping[Any, str] | None = None,
        dividers: Mapping[Any, str] | None = None,
        reveals: Mapping[Any, str] | None = None,
        inline: bool = False,
        small: bool = False,
        **kwargs: Any,
    ) -> None:
        drawn = widgets.Radios()
        drawn.hints, drawn.dividers = _by_text(hints), _by_text(dividers)
        drawn.classes = " ".join(
            word
            for word, wanted in (("govuk-radios--small", small), ("govuk-radios--inline", inline))
            if wanted
        )
        self.reveals = _by_text(reveals)
        super().__init__(label, choices=choices, widget=drawn, **kwargs)


class YesNo(Radios):
    """True, False, or None when not answered. `reveals` takes 'yes' and 'no'."""

    def __init__(self, label: str, *, inline: bool = True, **kwargs: Any) -> None:
        choices = [("yes", "Yes"), ("no", "No")]
        # What opens beneath an answer needs the answers one above the other.
        inline = inline and "reveals" not in kwargs
        super().__init__(label, choices=choices, inline=inline, empty_value=None, **kwargs)

    def clean(self, value: Any) -> bool | None:
        answer = super().clean(value)
        return None if answer is None else answer == "yes"

    def prepare_value(self, value: Any) -> Any:
        return ("yes" if value else "no") if isinstance(value, bool) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class Checkboxes(Choosing, forms.TypedMultipleChoiceField):
    """A list of values. `exclusive`: the value that unticks all others ('none of these')."""

    def __init__(
        self,
        label: str,
        *,
        choices: Any = (),
        hints: Mapping[Any, str] | None = None,
        dividers: Mapping[Any, str] | None = None,
        reveals: Mapping[Any, str] | None = None,
        exclusive: str = "",
        small: bool = False,
        **kwargs: Any,
    ) -> None:
        drawn = widgets.Checkboxes()
        drawn.hints, drawn.exclusive = _by_text(hints), str(exclusive)
        drawn.dividers = _by_text(dividers) or ({str(exclusive): "or"} if exclusive else {})
        drawn.classes = "govuk-checkboxes--small" if small else ""
        self.reveals = _by_text(reveals)
        super().__init__(label, choices=choices, widget=drawn, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        """Each value once, however often it was sent: one tick is one thing."""
        return list(dict.fromkeys(super().to_python(value)))


class Tick(Worded, forms.BooleanField):
    """One checkbox: True or False. Required means that it must be ticked."""

    template_name = "govuk/forms/tick.html"

    def __init__(self, label: str, *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(
            label,
            required=required,
            widget=widgets.Tick(),
            template_name=self.template_name,
            **kwargs,
        )


def _by_text(mapping: Mapping[Any, str] | None) -> dict[str, str]:
    return {str(key): words for key, words in (mapping or {}).items()}
