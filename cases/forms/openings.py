"""Why somebody opens a record that is nobody's task of theirs."""

from cases.models import ReasonKind
from govuk import fields
from govuk.forms import Form


class Opening(Form):
    kind = fields.Radios(
        "Why do you open this record?",
        choices=ReasonKind,
        missing="Choose why you open this record",
    )
    words = fields.TextArea(
        "What do you need to find out?",
        hint="In your own words, naming nobody. It is kept with your name and read by information "
        "governance",
        rows=3,
        max_length=300,
        missing="Say why you need to see more of this record",
    )
