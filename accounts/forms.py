"""What is typed to sign in, and what administrators type of people, teams and the rota.

Field names are the commands' keywords. Choices of people and places are cleaned to them.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

import accounts.queries
from accounts import permissions
from accounts.models import Role, Team, User
from govuk import fields
from govuk.forms import Form

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class SignIn(Form):
    username = fields.Text(
        "User name", max_length=150, width=20, autocomplete="username", spellcheck=False
    )
    password = fields.Password()


def offer(field: Any, found: Iterable[Any], *, words: Callable[[Any], str] = str) -> None:
    """Let one of these records be chosen; it is cleaned to the record, or to None where left out."""
    known = {str(each.pk): each for each in found}
    field.choices = [(key, words(each)) for key, each in known.items()]
    field.coerce, field.empty_value = known.__getitem__, None


def with_agency(user: User) -> str:
    return f"{user.name}, {user.agency}"


def in_words(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, role.value.capitalize()) for role in roles]


class PeopleFilter(Form):
    """Which people a list shows; whatever is left out shows all."""

    mark_optional = False
    agency = fields.Select("Agency", required=False, prompt="All agencies")
    team = fields.Select("Team", required=False, prompt="All teams")
    role = fields.Select("Role", required=False, prompt="All roles")

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["agency"], accounts.queries.managed_agencies(viewer=viewer))
        offer(self.fields["team"], accounts.queries.teams_managed(viewer=viewer))
        role: Any = self.fields["role"]
        role.choices = in_words(each for each in Role if each not in permissions.OF_MACHINES)


class Roles(Form):
    """The roles that the viewer may give."""

    roles = fields.Checkboxes(
        "What may they do?",
        hint="Without a role somebody can sign in and open nothing",
        required=False,
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["roles"]
        field.choices = in_words(permissions.roles_to_give(by=viewer))
        field.coerce = Role


class Invite(Roles):
    """A new user, with a first password, which is never shown again."""

    username = fields.Text(
        "User name",
        hint="What they sign in with. Letters, numbers, and the characters @ . + - _",
        max_length=150,
        width=20,
        spellcheck=False,
        autocomplete="off",
        validators=[User.username_validator],
    )
    name = fields.Text("Full name", max_length=120, autocomplete="off")
    agency = fields.Select("Agency")
    phone = fields.Text(
        "Telephone number",
        hint="Whoever stands on the duty rota is called on it",
        required=False,
        max_length=30,
        width=20,
        inputmode="tel",
        autocomplete="off",
    )
    password = fields.Password("First password", autocomplete="new-password")
    field_order = ("username", "name", "agency", "phone", "roles", "password")

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        offer(self.fields["agency"], accounts.queries.managed_agencies(viewer=viewer))
        self.fields[
            "password"
        ].help_text = "At least 12 characters. Tell it to them yourself: it is not shown again"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            # Asked of who it will be: it must not be their name again.
            who = User(username=cleaned.get("username", ""), name=cleaned.get("name", ""))
            try:
                validate_password(password, who)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class Training(Form):
    trained_until = fields.Date(
        "Training holds until",
        hint="The last day. Leave it empty where no training is asked of them",
        required=False,
    )


class NewTeam(Form):
    """A team of one agency; the lead agency's administrators may form those of several."""

    name = fields.Text("Name of the team", max_length=120)
    agency = fields.Select("Agency")
    area = fields.Select("Area", required=False, prompt="The whole force")
    kind = fields.Radios(
        "What kind of team?",
        choices=[("team", "A team of this agency"), ("hub", "The hub"), ("duty", "Emergency duty")],
        hints={
            "hub": "Takes members from any agency, and decides referrals",
            "duty": "Takes members from any agency, and sees what the hub sees out of working hours",
        },
        missing="Choose what kind of team it is",
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["agency"], accounts.queries.managed_agencies(viewer=viewer))
        offer(self.fields["area"], accounts.queries.areas(viewer=viewer))
        if not viewer.agency.is_lead:
            kind: Any = self.fields["kind"]
            kind.choices = kind.choices[:1]


class Join(Form):
    user = fields.Select("Who joins the team?", missing="Choose who joins the team")

    def __init__(self, *args: Any, team: Team, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = accounts.queries.may_join(team, viewer=viewer)
        offer(self.fields["user"], found, words=with_agency)


class Supervisor(Form):
    supervisor = fields.Select(
        "Who supervises the team?",
        hint="They take over what a member holds who leaves",
        missing="Choose who supervises the team",
    )

    def __init__(self, *args: Any, members: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["supervisor"], members, words=with_agency)


class Duty(Form):
    """A line of the rota. `steps`: pairs of a step and when it is called."""

    name = fields.Text("What is the post called?", hint="Such as ‘Duty sergeant’", max_length=80)
    step = fields.Radios("When is it called?", coerce=int, missing="Choose when it is called")
    user = fields.Select(
        "Who is on duty?",
        hint="People of the lead agency, the hub or an emergency duty team, with a telephone number",
        missing="Choose who is on duty",
    )
    area = fields.Select("Where?", required=False, prompt="The whole force")
    from_hour = fields.Select("From", choices=HOURS, coerce=int, prompt=None)
    until_hour = fields.Select(
        "Until",
        hint="A night runs over midnight. The same hour twice is a whole day",
        choices=HOURS,
        coerce=int,
        prompt=None,
    )
    weekdays = fields.Checkboxes(
        "On which days does it begin?",
        hint="Tick none for every day",
        choices=[(str(number), day) for number, day in enumerate(WEEKDAYS)],
        coerce=int,
        required=False,
    )

    def __init__(self, *args: Any, steps: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step: Any = self.fields["step"]
        step.choices = [(str(number), words) for number, words in steps]
        found = accounts.queries.may_be_on_duty(viewer=viewer)
        offer(self.fields["user"], found, words=with_agency)
        offer(self.fields["area"], accounts.queries.areas(viewer=viewer))
