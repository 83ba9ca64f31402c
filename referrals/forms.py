"""What is typed to make a referral and to decide one. Fields are the commands' keywords."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import Agency, User
from cases.commands.safe_to_tell import NEWER
from cases.models import Person
from cases.queries import WhoMayBeTold
from govuk import fields
from govuk.forms import Form
from referrals import queries
from referrals.models import Agreed


class AnswerInPerson(Form):
    """What the owner of a hidden record decided of a referral, and told whoever made it."""

    reason = fields.TextArea(
        "What have you decided, and why?", rows=3, missing="Give the reason for your decision"
    )
    answer = fields.TextArea(
        "What did you tell whoever made the referral?",
        hint="Ring or meet them first. The portal tells them nothing",
        rows=3,
        missing="Write what you told whoever made the referral",
    )


class Referral(Form):
    """`children`: those to choose from; cleaned, the people themselves."""

    children = fields.Checkboxes(
        "Which children is this about?", missing="Choose at least one child"
    )
    reason = fields.TextArea(
        "Why are you making this referral?",
        hint="What worries you, what is going well, and what the child says",
        missing="Say why you are making this referral",
    )
    wanted = fields.Text(
        "What help do you think is needed?", max_length=300, width="three-quarters", required=False
    )
    agreed = fields.Radios(
        "Did the family agree to early help?",
        hint="This is about being helped. It is not what allows us to share",
        choices=Agreed,
        missing="Say whether the family agreed to early help",
    )
    agreed_why_not = fields.Text(
        "If they did not agree or were not asked, why?",
        max_length=300,
        width="three-quarters",
        required=False,
        subject="The reason",
    )

    def __init__(self, *args: Any, children: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {str(child.pk): child for child in children}
        field: Any = self.fields["children"]
        field.choices = [(key, child.name) for key, child in people.items()]
        field.coerce = people.__getitem__

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        answered = cleaned.get("agreed") in {None, "", Agreed.YES}
        if (
            not answered
            and not cleaned.get("agreed_why_not")
            and "agreed_why_not" not in self.errors
        ):
            self.add_error(
                "agreed_why_not", "Say why the family did not agree, or why they were not asked"
            )
        return cleaned


class Decision(Form):
    """Accept, decline or return. `team` and `lead_worker` are cleaned to the team and the user.

    `safe`: whom it is safe to tell about each child. No answer is written to a `referrer` whose agency
    must not be told.
    """

    DECISIONS = (
        ("accept", "Accept: open a case"),
        ("decline", "Decline"),
        ("return", "Return for information"),
    )
    # What an accepted referral needs besides, and what is said where it is missing.
    TO_ACCEPT = {
        "family_name": "Enter the name that the family's case goes by",
        "team": "Choose the team that will run the case",
        "lead_worker": "Choose the lead worker",
    }

    decision = fields.Radios(
        "What is your decision?", choices=DECISIONS, missing="Choose a decision"
    )
    reason = fields.TextArea(
        "Why?",
        hint="What you know, the threat and risk, the powers and policy, the options",
        missing="Give the reason for your decision",
    )
    answer = fields.TextArea(
        "Your answer to the referrer",
        hint="They read this at once, so write it for them",
        missing="Write an answer to whoever made the referral",
    )
    safe_to_tell_read = fields.Checkboxes(
        "Safe to tell",
        coerce=int,
        missing="Read who may be told, and how, before you answer",
        error_messages={"invalid_choice": NEWER},
    )
    family_name = fields.Text("Family name, if you accept", max_length=80, width=20, required=False)
    team = fields.Select("Team, if you accept", required=False, empty_value=None)
    lead_worker = fields.Select("Lead worker, if you accept", required=False, empty_value=None)
    mark_optional = False

    def __init__(
        self,
        *args: Any,
        viewer: User,
        referrer: Agency,
        safe: Mapping[Person, WhoMayBeTold],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer_safe_to_tell(safe)
        if any(referrer in each.agencies_not_told for each in safe.values()):
            field: Any = self.fields["answer"]
            field.required = False
            field.help_text = f"{referrer} must not be told: leave this empty, and answer in person"
        teams = {str(team.pk): team for team in queries.teams_to_run(viewer=viewer)}
        workers = {str(user.pk): user for user in queries.lead_workers(viewer=viewer)}
        self._offer("team", teams, [(key, team.name) for key, team in teams.items()])
        self._offer("lead_worker", workers, [(key, _with_teams(u)) for key, u in workers.items()])

    def _offer_safe_to_tell(self, safe: Mapping[Person, WhoMayBeTold]) -> None:
        """A tick for each child of whom somebody has said who may be told; it carries the version."""
        if not safe:
            del self.fields["safe_to_tell_read"]
            return
        field: Any = self.fields["safe_to_tell_read"]
        field.choices = [
            (str(each.version), f"I have read who may be told about {person.name}, and how")
            for person, each in safe.items()
        ]

    def _offer(self, name: str, found: dict[str, Any], choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices, field.coerce = choices, found.__getitem__

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == "accept":
            for name, missing in self.TO_ACCEPT.items():
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, missing)
        return cleaned


def _with_teams(user: User) -> str:
    return f"{user.name} ({', '.join(m.team.name for m in user.memberships.all())})"
