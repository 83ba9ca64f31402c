"""What is typed to sign an agreement, and to share under it. The field names are the commands' keywords."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

import accounts.queries
import cases.queries
import clock
from accounts.models import User
from cases.models import CaseChild, Contact, Person, Section
from cases.queries import WhoMayBeTold
from govuk import fields
from govuk.dates import date_in_words
from govuk.forms import Form
from partners import queries
from partners.forms.offering import SafeToTellRead, furthest, offer, offer_safe_to_tell
from partners.models import OF_A_CHILD, Condition, LawfulBasis, shareable
from partners.models import Agreement as Row


class Agreement(Form):
    """`purposes` is cleaned to a list; `ends_on` to the day after the last one."""

    title = fields.Text("Title", max_length=160, width="two-thirds")
    parties = fields.Checkboxes(
        "Which agencies sign it?",
        missing="Choose at least two agencies, the lead agency among them",
    )
    purposes = fields.TextArea(
        "Purposes", hint="One on each line", rows=4, missing="Enter at least one purpose"
    )
    lawful_bases = fields.Checkboxes(
        "Lawful bases", choices=LawfulBasis, missing="Choose at least one lawful basis"
    )
    conditions = fields.Checkboxes(
        "Conditions for special category data",
        hint="Leave all empty if none of it is shared under this agreement",
        choices=Condition,
        required=False,
    )
    sections = fields.Checkboxes(
        "What may be shared under it?", choices=shareable, missing="Choose at least one section"
    )
    starts_on = fields.Date("First day", latest=furthest)
    ends_on = fields.Date("Last day", latest=furthest)
    review_on = fields.Date("Review date", latest=furthest)
    impact_assessment = fields.Text(
        "Reference of the data protection impact assessment", max_length=60, width=20
    )
    signatories = fields.TextArea(
        "Who signed for each party?",
        hint="One on each line: the agency, the name and the post",
        rows=4,
        missing="Say who signed for each party",
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = accounts.queries.agencies(viewer=viewer)
        offer(self, "parties", [(agency, agency.name) for agency in agencies])

    def clean_purposes(self) -> list[str]:
        return self._lines("purposes", "Each purpose", 120)

    def clean_signatories(self) -> list[str]:
        return self._lines("signatories", "Each line", 160)

    def _lines(self, field: str, each: str, longest: int) -> list[str]:
        """What was typed a line each, every line once."""
        typed = (line.strip() for line in self.cleaned_data[field].splitlines())
        lines = list(dict.fromkeys(line for line in typed if line))
        if any(len(line) > longest for line in lines):
            raise ValidationError(f"{each} must be {longest} characters or fewer")
        return lines

    def clean_ends_on(self) -> date:
        return self.cleaned_data["ends_on"] + timedelta(days=1)


class ChooseAgreement(Form):
    """The first step of a share: cleaned, the agreement is the record itself."""

    agreement = fields.Radios(
        "Under which agreement do you share?", missing="Choose the agreement that you share under"
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            agreement
            for agreement in queries.agreements_in_force(viewer=viewer)
            if any(party.pk == viewer.agency_id for party in agreement.parties.all())
        ]
        offer(self, "agreement", [(each, each.title) for each in offered])
        asked: dict[str, Any] = self.fields
        asked["agreement"].widget.hints = {
            str(each.pk): f"For {'; '.join(each.purposes)}. Until {date_in_words(each.last_day)}"
            for each in offered
        }
        self.offered = offered


NONE_OF_IT = "none"


class Share(Form):
    """Share of a child with an agency: it offers what the agreement allows, and nothing else.

    `starts_at` is cleaned to the first moment of the day chosen, None for now; `until` to the moment
    after the last; `condition` to '' where no special category data is shared.
    """

    agency = fields.Select("Share with", missing="Choose who to share with")
    purpose = fields.Select("Purpose", missing="Choose the purpose")
    lawful_basis = fields.Radios("Lawful basis", missing="Choose the lawful basis")
    condition = fields.Radios(
        "What allows special category data to be shared?",
        hint="Such as health, ethnic origin, religion or sex life",
        missing="Choose what allows special category data to be shared, or that none of it is",
    )
    necessity = fields.TextArea(
        "Why is it necessary and proportionate?",
        hint="Why they need this, why no less would do, and why now",
        missing="Say why it is necessary and proportionate to share this",
    )
    is_safeguarding = fields.YesNo(
        "Is it shared for safeguarding?",
        hint="Then it goes on for up to 30 days if the agreement ends before a new one is signed",
        reveals={"yes": "safeguarding_reason"},
        missing="Say whether it is shared for safeguarding",
    )
    safeguarding_reason = fields.Text(
        "Why for safeguarding?", max_length=300, missing="Say why this is shared for safeguarding"
    )
    sections = fields.Checkboxes("What will they see?", missing="Choose at least one section")
    summary = fields.TextArea(
        "Summary for the partner",
        hint="In words that could be read to the child. Leave out names of others, addresses and "
        "who told us",
        missing="Write the summary that the partner will read",
    )
    starts_at = fields.Date(
        "First day of sharing",
        hint="Leave it empty to share from now",
        latest=furthest,
        required=False,
    )
    until = fields.Date(
        "Last day of sharing",
        earliest=clock.today,
        latest=furthest,
        missing="Enter the last day of sharing",
    )
    safe_to_tell_read = SafeToTellRead()

    def __init__(
        self,
        *args: Any,
        viewer: User,
        child: CaseChild | Person,
        agreement: Row,
        contact: Contact | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        asked: dict[str, Any] = self.fields
        partners = [
            party
            for party in agreement.parties.all()
            if not party.is_lead and party.pk != viewer.agency_id
        ]
        offer(self, "agency", [(partner, partner.name) for partner in partners])
        asked["purpose"].choices = [(purpose, purpose) for purpose in agreement.purposes]
        bases = [choice for choice in LawfulBasis.choices if choice[0] in agreement.lawful_bases]
        asked["lawful_basis"].choices = bases
        self._offer_conditions(agreement)
        there = OF_A_CHILD if isinstance(child, Person) else {key for key, _ in shareable()}
        if contact:
            there = {Section.SUMMARY}
        asked["sections"].choices = [
            choice for choice in shareable() if choice[0] in there & set(agreement.sections)
        ]
        self._say_the_rule(agreement)
        latest, later = (
            date_in_words(_last_day_before(agreement.latest_end(is_safeguarding=each)))
            for each in (False, True)
        )
        asked["until"].help_text = f"{latest} at the latest; for safeguarding, {later}"
        sight = queries.sight_of_child(child, viewer)
        offer_safe_to_tell(self, cases.queries.safe_to_tell(sight, viewer=viewer))

    def _say_the_rule(self, agreement: Row) -> None:
        """What was not offered and is sent all the same is refused with what the agreement allows."""
        asked: dict[str, Any] = self.fields
        sections = [words for _, words in asked["sections"].choices]
        for name, rule in {
            "agency": f"Choose a partner in this agreement: {_names(asked['agency'])}",
            "purpose": f"Choose a purpose of this agreement: {'; '.join(agreement.purposes)}",
            "lawful_basis": "Choose a lawful basis of this agreement: "
            f"{'; '.join(agreement.lawful_bases_in_words)}",
            "sections": f"Choose from the sections of this agreement: {', '.join(sections)}",
        }.items():
            # Django puts the answer in with '%': what the agreement's own words say stays as it is.
            asked[name].error_messages["invalid_choice"] = rule.replace("%", "%%")

    def _offer_conditions(self, agreement: Row) -> None:
        """Where the agreement names none, no special category data is shared under it."""
        asked: dict[str, Any] = self.fields
        if not agreement.conditions:
            del asked["condition"]
            return
        named = [choice for choice in Condition.choices if choice[0] in agreement.conditions]
        asked["condition"].choices = [(NONE_OF_IT, "None of it is shared"), *named]

    def clean_condition(self) -> str:
        chosen = str(self.cleaned_data["condition"])
        return "" if chosen == NONE_OF_IT else chosen

    def clean_is_safeguarding(self) -> bool:
        return bool(self.cleaned_data["is_safeguarding"])

    def clean_starts_at(self) -> datetime | None:
        day = self.cleaned_data["starts_at"]
        return clock.start_of(day) if day else None

    def clean_until(self) -> datetime:
        return clock.end_of(self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            asked = (
                "agency",
                "purpose",
                "lawful_basis",
                "sections",
                "starts_at",
                "until",
                "is_safeguarding",
            )
            said = {name: cleaned[name] for name in asked}
            refusals = self.agreement.refusals(condition=cleaned.get("condition", ""), **said)
            for name, words in refusals.items():
                self.add_error(name if name in self.fields else None, words)
        return cleaned


def _names(field: Any) -> str:
    return ", ".join(words for _, words in field.choices)


def _last_day_before(moment: datetime) -> date:
    return clock.london_date(moment - timedelta(microseconds=1))


class ExtendShare(Form):
    """`until` is cleaned to the moment after the day chosen."""

    until = fields.Date(
        "New last day", earliest=clock.today, latest=furthest, missing="Enter the new last day"
    )
    safe_to_tell_read = SafeToTellRead()

    def __init__(self, *args: Any, safe: WhoMayBeTold | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_safe_to_tell(self, safe)

    def clean_until(self) -> datetime:
        return clock.end_of(self.cleaned_data["until"])


class Suspend(Form):
    reason = fields.Text(
        "Why is it suspended?",
        hint="Name no child",
        max_length=300,
        missing="Say why this agreement is suspended",
    )


class Resume(Form):
    reason = fields.Text(
        "Why may it go on?",
        hint="Name no child",
        max_length=300,
        missing="Say why this agreement is resumed",
    )


class EndShare(Form):
    reason = fields.Text(
        "Why does this share end?", max_length=300, missing="Say why this share ends"
    )
