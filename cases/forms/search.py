"""Looking for a child."""

from typing import Any

from django.core.exceptions import ValidationError

from cases.forms.described import birth_date_field
from cases.matching.keys import Described
from govuk import fields
from govuk.forms import Form


class Search(Form):
    """Who is looked for: at least two of the three, or too many would answer."""

    forenames = fields.Text(
        "First names",
        max_length=120,
        width=20,
        autocomplete="off",
        spellcheck=False,
        required=False,
    )
    surname = fields.Text(
        "Surname", max_length=80, width=20, autocomplete="off", spellcheck=False, required=False
    )
    date_of_birth = birth_date_field()
    mark_optional = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and sum(bool(value) for value in cleaned.values()) < 2:
            raise ValidationError("Enter at least two of first names, surname and date of birth")
        return cleaned

    @property
    def described(self) -> Described:
        return Described(**self.cleaned_data)
