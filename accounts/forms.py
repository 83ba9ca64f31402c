"""What is typed to sign in."""

from govuk import fields
from govuk.forms import Form


class SignIn(Form):
    username = fields.Text(
        "User name", max_length=150, width=20, autocomplete="username", spellcheck=False
    )
    password = fields.Password()
