"""The controls of the design system. Each has the markup of its GOV.UK component."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django import forms

from govuk.characters import showable
from govuk.dates import LONDON


class DateParts(NamedTuple):
    """A date as typed."""

    day: str = ""
    month: str = ""
    year: str = ""


class MomentParts(NamedTuple):
    """A date and a time of day as typed."""

    day: str = ""
    month: str = ""
    year: str = ""
    time: str = ""


class Showing:
    """What was typed goes back to the page, whatever it was."""

    def format_value(self, value: Any) -> str | None:
        shown = super().format_value(value)  # type: ignore[misc]
        return None if shown is None else showable(shown)


class Hidden(Showing, forms.HiddenInput):
    """Not seen."""


class Text(Showing, forms.TextInput):
    """`width`: 2, 3, 4, 5, 10, 20 or 30 characters, or a fraction such as 'one-half'."""

    template_name = "govuk/widgets/input.html"
    css_class = "govuk-input"

    def __init__(
        self,
        *,
        input_type: str = "text",
        width: int | str = "",
        prefix: str = "",
        suffix: str = "",
        attrs: dict[str, Any] | None = None,
    ) -> None:
        attrs = {key: value for key, value in (attrs or {}).items() if value not in (None, "")}
        if width:
            size = (
                f"govuk-input--width-{width}"
                if isinstance(width, int)
                else f"govuk-!-width-{width}"
            )
            attrs["class"] = size
        super().__init__(attrs)
        self.input_type, self.prefix, self.suffix = input_type, prefix, suffix

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"prefix": self.prefix, "suffix": self.suffix}
        return context


class Password(Text):
    """With a Show button. What was typed is never sent back to the page."""

    template_name = "govuk/widgets/password.html"
    group_classes = ("govuk-password-input",)
    group_attrs = {"data-module": "govuk-password-input"}

    def __init__(self, *, autocomplete: str) -> None:
        attrs = {"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(input_type="password", attrs=attrs)
        self.attrs["class"] = "govuk-password-input__input govuk-js-password-input-input"

    def format_value(self, value: Any) -> None:
        return None


class TextArea(Showing, forms.Textarea):
    """`count_to`: show how many characters are left of this many."""

    template_name = "govuk/widgets/textarea.html"
    css_class = "govuk-textarea"

    def __init__(self, *, rows: int, spellcheck: str | None, count_to: int | None) -> None:
        super().__init__({"rows": rows} | ({"spellcheck": spellcheck} if spellcheck else {}))
        del self.attrs["cols"]
        self.count_to = count_to
        if count_to:
            self.attrs["class"] = "govuk-js-character-count"
            self.described_by = "info"
            self.group_classes = ("govuk-character-count",)
            self.group_attrs = {
                "data-module": "govuk-character-count",
                "data-maxlength": str(count_to),
            }

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["count_to"] = self.count_to
        return context


class Select(forms.Select):
    template_name = "govuk/widgets/select.html"
    css_class = "govuk-select"
    # The first line, which stands for no answer; None leaves it out.
    prompt: str | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["prompt"] = self.prompt
        return context


class Options:
    """What radios and checkboxes share: ids, hints, dividers and what an option reveals."""

    use_fieldset = True
    classes = ""
    hints: Mapping[str, str] = {}
    # Values before which a word such as 'or' stands.
    dividers: Mapping[str, str] = {}
    # The one value that excludes all others (checkboxes), such as 'none of these'.
    exclusive = ""
    # Value to drawn field; set by the bound field at the moment of drawing.
    revealed: Mapping[str, str] = {}

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The first option has the field's own id, so that the error summary can link to it."""
        return id_ if index in (None, "0") or not id_ else f"{id_}-{int(str(index)) + 1}"

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        key, attrs = str(value), option["attrs"]
        option["hint"] = self.hints.get(key, "")
        option["divider"] = self.dividers.get(key, "")
        option["revealed"] = self.revealed.get(key, "")
        if option["hint"]:
            attrs["aria-describedby"] = f"{attrs.get('id')}-item-hint"
        if self.exclusive and key == self.exclusive:
            attrs["data-behaviour"] = "exclusive"
        return option

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)  # type: ignore[misc]
        context["widget"]["classes"] = self.classes
        return context


class Radios(Options, forms.RadioSelect):
    template_name = "govuk/widgets/radios.html"


class Checkboxes(Options, forms.CheckboxSelectMultiple):
    template_name = "govuk/widgets/checkboxes.html"


class Tick(forms.CheckboxInput):
    """One checkbox that stands for itself. Its label is drawn by the field's template."""

    template_name = "govuk/widgets/tick.html"


class Parts(forms.Widget):
    """Several inputs of one answer, each named NAME-PART with its own id ID-PART."""

    template_name = "govuk/widgets/parts.html"
    use_fieldset = True
    kind: type[DateParts] | type[MomentParts] = DateParts
    parts: tuple[str, ...] = DateParts._fields
    labels = {"day": "Day", "month": "Month", "year": "Year", "time": "Time"}
    widths = {"day": 2, "month": 2, "year": 4, "time": 4}
    # The parts to mark as wrong; set by the bound field at the moment of drawing.
    in_error: tuple[str, ...] = ()

    def __init__(self, autocomplete: str = "") -> None:
        super().__init__()
        # 'bday' asks the browser for bday-day, bday-month and bday-year.
        self.autocomplete = autocomplete

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-{self.parts[0]}" if id_ else ""

    def first_in_error(self, id_: str, parts: tuple[str, ...]) -> str:
        first = next((part for part in self.parts if part in parts), self.parts[0])
        return f"{id_}-{first}"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return self.kind(*(str(data.get(f"{name}-{part}") or "") for part in self.parts))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}-{part}" not in data for part in self.parts)

    def format_value(self, value: Any) -> Any:
        if isinstance(value, self.kind):
            return self.kind(*(showable(part) for part in value))
        if isinstance(value, date):
            return self.kind(str(value.day), str(value.month), str(value.year))
        return self.kind()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        id_ = context["widget"]["attrs"].get("id", "")
        context["widget"]["inputs"] = [
            self._input(name, id_, part, typed)
            for part, typed in zip(self.parts, context["widget"]["value"], strict=True)
        ]
        return context

    def _input(self, name: str, id_: str, part: str, typed: str) -> dict[str, str]:
        return {
            "part": part,
            "label": self.labels[part],
            "name": f"{name}-{part}",
            "id": f"{id_ or name}-{part}",
            "value": typed,
            "width": str(self.widths[part]),
            "inputmode": "" if part == "time" else "numeric",
            "autocomplete": f"{self.autocomplete}-{part}" if self.autocomplete else "",
            "error": "yes" if part in self.in_error else "",
        }


class Date(Parts):
    """Day, month and year."""


class Moment(Parts):
    """Day, month, year and the time of day in London, as hh:mm."""

    kind = MomentParts
    parts = MomentParts._fields

    def format_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            there = value.astimezone(LONDON)
            return MomentParts(
                str(there.day), str(there.month), str(there.year), there.strftime("%H:%M")
            )
        return super().format_value(value)
