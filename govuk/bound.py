"""A field with its data: what the templates ask when they draw it as a GOV.UK form group."""

from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from govuk import widgets


class BoundField(forms.BoundField):
    @property
    def label_text(self) -> str:
        """The label, saying 'optional' where an answer may be left out."""
        label = str(self.label)
        optional = not self.field.required and getattr(self.form, "mark_optional", False)
        return f"{label} (optional)" if optional and not self._is_revealed else label

    @property
    def label_size(self) -> str:
        size = getattr(self.field, "label_size", "")
        return size or ("l" if self.is_page_heading else "")

    @property
    def is_page_heading(self) -> bool:
        return getattr(self.field, "label_is_page_heading", False)

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error"

    @property
    def anchor(self) -> str:
        """The id that a link in the error summary leads to: the first input to put right."""
        widget = self.field.widget
        if isinstance(widget, widgets.Parts):
            return widget.first_in_error(self.auto_id, self._parts)
        return self.id_for_label

    @property
    def group_attrs(self) -> dict[str, str]:
        """Attributes of the form group: its classes, and the script that serves it, if any."""
        classes = ["govuk-form-group", *getattr(self.field.widget, "group_classes", ())]
        if self.errors:
            classes.append("govuk-form-group--error")
        if more := getattr(self.field, "group_class", ""):
            classes.append(more)
        return {"class": " ".join(classes)} | getattr(self.field.widget, "group_attrs", {})

    @property
    def error_lines(self) -> SafeString:
        return format_html_join(mark_safe("<br>"), "{}", [(error,) for error in self.errors])

    @property
    def aria_describedby(self) -> str:
        if self.is_hidden:
            return ""
        extra = getattr(self.field.widget, "described_by", "")
        ids = [f"{self.auto_id}-{extra}"] if extra else []
        if self.help_text:
            ids.append(self.hint_id)
        if self.errors:
            ids.append(self.error_id)
        return " ".join(ids)

    def as_widget(
        self,
        widget: forms.Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> SafeString:
        drawn = widget or self.field.widget
        if isinstance(drawn, widgets.Parts):
            drawn.in_error = self._parts
        elif isinstance(drawn, widgets.Options):
            drawn.revealed = {
                value: self.form[name].as_field_group()
                for value, name in getattr(self.field, "reveals", {}).items()
            }
        return super().as_widget(widget, attrs, only_initial)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        drawn = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, drawn)
        # GOV.UK leaves aria-invalid out: it is read before anything has been typed.
        attrs.pop("aria-invalid", None)
        if base := getattr(drawn, "css_class", ""):
            given = drawn.attrs.get("class", "")
            error = f"{base}--error" if self.errors else ""
            attrs["class"] = " ".join(filter(None, [base, given, error]))
        return attrs

    @property
    def _parts(self) -> tuple[str, ...]:
        """Of a date: which of its inputs the errors are about; none said means all."""
        if not self.errors:
            return ()
        errors = self.form.errors[self.name].as_data()
        named = tuple(part for error in errors for part in getattr(error, "parts", ()))
        return named or getattr(self.field.widget, "parts", ())

    @property
    def _is_revealed(self) -> bool:
        return self.name in getattr(self.form, "revealers", {})
