"""What is typed to register a client. The field names are the command's keywords."""

from typing import Any

import accounts.queries
from accounts.models import User
from govuk import fields
from govuk.forms import Form
from rest import permissions, queries


class Client(Form):
    """A program of an agency; `agency` is cleaned to the agency."""

    name = fields.Text(
        "What is the program called?",
        hint="As its agency knows it, such as ‘Command and control’",
        subject="The name",
        max_length=80,
        missing="Enter the name of the program",
    )
    agency = fields.Select("Which agency is it of?", missing="Choose the agency")
    scopes = fields.Checkboxes("What may it do?", missing="Choose what the client may do")

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = {
            str(each.pk): each
            for each in accounts.queries.agencies(viewer=viewer)
            if permissions.can_manage_clients_of(each, by=viewer)
        }
        agency: Any = self.fields["agency"]
        agency.choices = [(key, each.name) for key, each in agencies.items()]
        agency.coerce = agencies.__getitem__
        scopes: Any = self.fields["scopes"]
        scopes.choices = list(queries.scopes(viewer=viewer).items())
