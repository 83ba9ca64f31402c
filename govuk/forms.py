"""The base of every form of the portal.

    <form method="post" novalidate>{% csrf_token %}{{ form }}{% button "Save" %}</form>

`{{ form }}` draws all fields, `{{ form.surname.as_field_group }}` one. Errors are said by the
server in GOV.UK's words, never by the browser: hence `novalidate` on every form tag.
"""

from functools import cached_property

from django import forms

from govuk.renderer import Renderer


class Form(forms.Form):
    default_renderer = Renderer
    use_required_attribute = False
    # Whether labels of fields that may be left out say '(optional)'. A search form sets False.
    mark_optional = True

    @cached_property
    def revealers(self) -> dict[str, str]:
        """Field that opens beneath a choice -> field that has the choice."""
        return {
            revealed: name
            for name, field in self.fields.items()
            for revealed in getattr(field, "reveals", {}).values()
        }

    def groups(self) -> list[forms.BoundField]:
        """The visible fields that stand by themselves, in order."""
        return [field for field in self.visible_fields() if field.name not in self.revealers]

    def unplaced_errors(self) -> list[str]:
        """Errors of the whole form and of hidden fields: they belong to no visible input."""
        hidden = [error for field in self.hidden_fields() for error in field.errors]
        return [*self.non_field_errors(), *hidden]

    @property
    def errors_id(self) -> str:
        return f"{self.prefix}-form-errors" if self.prefix else "form-errors"

    def _clean_fields(self) -> None:
        """What stands beneath a choice that was not made does not count, wrong or right."""
        super()._clean_fields()  # type: ignore[misc]
        for name in self._closed():
            self.errors.pop(name, None)
            self.fields[name].required = False
            self.cleaned_data[name] = self.fields[name].clean(None)

    def _closed(self) -> list[str]:
        closed = []
        for revealed, name in self.revealers.items():
            chosen = self[name].data
            values = {str(v) for v in (chosen if isinstance(chosen, list) else [chosen])}
            reveals = getattr(self.fields[name], "reveals", {})
            if not any(reveals.get(value) == revealed for value in values):
                closed.append(revealed)
        return closed
