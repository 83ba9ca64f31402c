"""What is typed to review a dip sample, and where a user lives."""

from govuk import fields
from govuk.forms import Form
from oversight.models import Outcome


class Review(Form):
    outcome = fields.Radios(
        "What did you find?",
        choices=Outcome.choices,
        hints={
            Outcome.IN_ORDER: "There was a reason, and it is known",
            Outcome.SPOKEN_TO: "You asked, and it is cleared up",
            Outcome.LEARNING: "Nobody did wrong, and something could be clearer",
            Outcome.MISUSE: "Passed on to professional standards, or the agency’s own process",
        },
        coerce=Outcome,
        missing="Choose what you found",
    )
    words = fields.TextArea(
        "What stands behind it?",
        hint="Whom you asked, what they said, what follows. Use references, never a child’s name",
        missing="Say what stands behind it",
    )


class Home(Form):
    postcode = fields.Text(
        "Home postcode",
        hint="For example, NB1 4QR",
        max_length=10,
        width=10,
        autocomplete="off",
        spellcheck=False,
        missing="Enter the whole postcode, such as NB1 4QR",
    )
