"""What is typed to sign, share, end and add. The field names are the commands' keywords."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

import accounts.queries
import clock
from accounts.models import Agency, User
from cases.models import CaseChild
from govuk import fields
from govuk.forms import Form
from partners import queries
from partners.models import LawfulBasis, shareable


def furthest() -> date:
    """Ten years from now: what lies beyond is a slip of the keyboard (default by judgement)."""
    return clock.today() + timedelta(days=3653)


def _offer(form: Form, name: str, pairs: Iterable[tuple[Any, str]]) -> None:
    """Choose among records: cleaned, the answer is the record itself."""
    named = {str(record.pk): (record, words) for record, words in pairs}
    field: Any = form.fields[name]
    field.choices = [(key, words) for key, (_, words) in named.items()]
    field.coerce = lambda key: named[key][0]


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
    sections = fields.Checkboxes(
        "What may be shared under it?", choices=shareable, missing="Choose at least one section"
    )
    starts_on = fields.Date("First day", latest=furthest)
    ends_on = fields.Date("Last day", latest=furthest)
    review_on = fields.Date("Review date", latest=furthest)
    impact_assessment = fields.Text(
        "Reference of the data protection impact assessment", max_length=60, width=20
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = accounts.queries.agencies(viewer=viewer)
        _offer(self, "parties", [(agency, agency.name) for agency in agencies])

    def clean_purposes(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["purposes"].splitlines())
        purposes = list(dict.fromkeys(line for line in lines if line))
        if any(len(purpose) > 120 for purpose in purposes):
            raise ValidationError("Each purpose must be 120 characters or fewer")
        return purposes

    def clean_ends_on(self) -> date:
        return self.cleaned_data["ends_on"] + timedelta(days=1)


class Share(Form):
    """Share a place with an agency. `until` is cleaned to the moment after the day chosen.

    It offers what any agreement in force allows, and holds the answers against the one chosen.
    """

    agreement = fields.Select("Agreement", missing="Choose the agreement that you share under")
    agency = fields.Select("Share with", missing="Choose who to share with")
    purpose = fields.Select("Purpose", missing="Choose the purpose")
    lawful_basis = fields.Radios("Lawful basis", missing="Choose the lawful basis")
    necessity = fields.TextArea(
        "Why is it necessary and proportionate?",
        hint="Why they need this, why no less would do, and why now",
        missing="Say why it is necessary and proportionate to share this",
    )
    sections = fields.Checkboxes("What will they see?", missing="Choose at least one section")
    summary = fields.TextArea(
        "Summary for the partner",
        hint="In words that could be read to the child. Leave out names of others, addresses and "
        "who told us",
        missing="Write the summary that the partner will read",
    )
    until = fields.Date(
        "Last day of sharing",
        earliest=clock.today,
        latest=furthest,
        missing="Enter the last day of sharing",
    )
    safe_to_tell_read = fields.Tick(
        "I have read who may be told, and how",
        required=True,
        missing="Read who may be told, and how, before you share",
    )

    def __init__(self, *args: Any, viewer: User, place: CaseChild, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked: dict[str, Any] = self.fields
        agreements = list(queries.agreements_in_force(viewer=viewer))
        _offer(self, "agreement", [(a, f"{a.title}: {'; '.join(a.purposes)}") for a in agreements])
        _offer(self, "agency", [(agency, agency.name) for agency in _partners(agreements)])
        purposes = dict.fromkeys(p for agreement in agreements for p in agreement.purposes)
        asked["purpose"].choices = [(purpose, purpose) for purpose in purposes]
        bases = {basis for agreement in agreements for basis in agreement.lawful_bases}
        asked["lawful_basis"].choices = [c for c in LawfulBasis.choices if c[0] in bases]
        sections = {section for agreement in agreements for section in agreement.sections}
        asked["sections"].choices = [c for c in shareable() if c[0] in sections]
        if not place.person.safe_to_tell:
            del asked["safe_to_tell_read"]

    def clean_until(self) -> datetime:
        return clock.end_of(self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            asked = ("agency", "purpose", "lawful_basis", "sections", "until")
            refusals = cleaned["agreement"].refusals(**{name: cleaned[name] for name in asked})
            for name, words in refusals.items():
                self.add_error(name, words)
        return cleaned


def _partners(agreements: Iterable[Any]) -> list[Agency]:
    parties = {party for agreement in agreements for party in agreement.parties.all()}
    return sorted((a for a in parties if not a.is_lead), key=lambda agency: agency.name)


class EndShare(Form):
    reason = fields.Text(
        "Why does this share end?", max_length=300, missing="Say why this share ends"
    )


class Contribution(Form):
    text = fields.TextArea(
        "What do you know?",
        hint="What you have seen and heard, what worries you, and what is going well",
        missing="Write what you know",
    )
    voice = fields.TextArea(
        "What does the child say?", hint="In their own words", rows=3, required=False
    )
    for_partners = fields.Tick("Other agencies that help this child may read this too")
