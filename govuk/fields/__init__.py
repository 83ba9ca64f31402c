"""Form fields that draw themselves with the GOV.UK design system and say errors its way.

    class Child(govuk.forms.Form):
        first_name = fields.Text("First name", width=20, autocomplete="off")
        born_on = fields.Date("Date of birth", hint="For example, 27 3 2012", latest=clock.today)
        is_safe = fields.Radios("Is the child safe now?", choices=Safe, reveals={"no": "why"})

Every field takes `label` first, then by keyword `hint`, `label_size` (s, m, l, xl),
`label_is_page_heading`, `subject` (what errors call it, the label unless said), `missing` (the
error when a required answer is left out), `group_class`, and what Django's fields take.
Whatever is typed, clean() returns a value or raises ValidationError, never anything else.
"""

from govuk.fields.choices import Checkboxes, Radios, Select, Tick, YesNo
from govuk.fields.dates import Date
from govuk.fields.moments import DateTime
from govuk.fields.texts import Hidden, Password, Text, TextArea

__all__ = [
    "Checkboxes",
    "Date",
    "DateTime",
    "Hidden",
    "Password",
    "Radios",
    "Select",
    "Text",
    "TextArea",
    "Tick",
    "YesNo",
]
