"""What is typed to send a notice, to see to one and to recall one."""

from collections.abc import Iterable
from typing import Any

import cases.queries
import clock
from accounts.models import User
from cases.commands.safe_to_tell import NEWER, UNREAD
from cases.models import Contact, Person
from govuk import fields
from govuk.dates import moment_in_words
from govuk.forms import Form
from partners import models, queries
from partners.forms.offering import offer
from partners.models import (
    Caution,
    LawfulBasis,
    NoticeKind,
    usual_kind,
)

ELSE = "something else"


class Notice(Form):
    """Tell an agency of one child and one incident.

    `people`: whom it may be about; `contacts`: which contacts it may be about, or None where it is
    about the only contact of `about`. Once valid, `notice` is what would be sent.
    """

    safe_to_tell_read = fields.Checkboxes(
        "Safe to tell",
        coerce=int,
        required=False,
        error_messages={"invalid_choice": NEWER},
    )
    child = fields.Radios("Which child is it about?", missing="Choose the child")
    contact = fields.Radios(
        "What is it about?", reveals={ELSE: "happened_at"}, missing="Choose what it is about"
    )
    happened_at = fields.DateTime("When did it happen?", latest=clock.now)
    kind = fields.Radios("What kind of notice is it?", choices=NoticeKind)
    agency = fields.Select("Who is told?", missing="Choose who is told")
    despite_decision = fields.Tick(
        "It cannot wait: without this notice the child is at risk now",
        hint="It is recorded with your name, and whoever runs the case reads that it was sent",
        required=False,
    )
    content = fields.TextArea(
        "What should they know?",
        hint="In your own words: what happened, whether the child was there, what the child said. "
        "Leave out names of others, addresses and who told us",
        max_length=2000,
        missing="Write what the receiver should know",
    )
    cautions = fields.Checkboxes("What must they not do?", choices=Caution, required=False)
    caution_words = fields.Text("Anything else to be careful about", max_length=300, required=False)
    purpose = fields.Text(
        "What is it for, in a word or two?",
        subject="What it is for",
        max_length=120,
        missing="Say what this is for, in a word or two",
    )
    lawful_basis = fields.Radios(
        "Lawful basis", choices=LawfulBasis, missing="Choose the lawful basis"
    )
    late_why = fields.Text(
        "Why is it late?",
        hint="Only where the time by which it was due has passed",
        subject="Why it is late",
        max_length=300,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        viewer: User,
        people: list[Person],
        about: Contact | None = None,
        contacts: Iterable[Contact] = (),
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _proposed(about) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.viewer, self.people, self.about = viewer, people, about
        self.notice: models.Notice | None = None
        offer(self, "agency", [(each, each.name) for each in queries.receivers(viewer=viewer)])
        offer(self, "child", [(person, person.name) for person in people])
        self._offer_contacts(contacts)
        asked: dict[str, Any] = self.fields
        self._offer_safe_to_tell()
        if not self.is_bound:
            del asked["despite_decision"]
        if len(people) == 1:
            del asked["child"]
        if about:
            del asked["contact"], asked["happened_at"]
            # Where a school should know in time, and would, nobody is asked why not.
            if not self._may_be_late(about):
                del asked["late_why"]

    def _may_be_late(self, about: Contact) -> bool:
        due = models.notice_due(NoticeKind.ENCOMPASS, about.occurred_at, sent_at=clock.now())
        return clock.now() > due

    def _offer_safe_to_tell(self) -> None:
        """A tick for each child of whom somebody has said who may be told; it carries the version."""
        sights = [cases.queries.record(p.pk, viewer=self.viewer) for p in self.people]
        read = {s.person: cases.queries.safe_to_tell(s, viewer=self.viewer) for s in sights}
        self.safe = {person: safe for person, safe in read.items() if safe}
        field: Any = self.fields["safe_to_tell_read"]
        field.choices = [
            (str(safe.version), f"I have read who may be told about {person.name}, and how")
            for person, safe in self.safe.items()
        ]
        if not self.safe:
            del self.fields["safe_to_tell_read"]

    def _offer_contacts(self, contacts: Iterable[Contact]) -> None:
        named = {str(contact.pk): contact for contact in contacts}
        field: Any = self.fields["contact"]
        choices = [(key, _in_words(contact)) for key, contact in named.items()]
        field.choices = [*choices, (ELSE, "Something else")]
        field.coerce = lambda key: named.get(key, ELSE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._ask_of_decisions()
        if not self.errors:
            self.notice = self._notice()
            refused = self.notice.refusals()
            if self.notice.person in self.safe and self.said["safe_to_tell_read"] is None:
                refused["safe_to_tell_read"] = UNREAD
            for field, words in refused.items():
                self.add_error(field if field in self.fields else None, words)
        return cleaned

    def _ask_of_decisions(self) -> None:
        """Where it was decided not to share the child with who is told: the way round it, and only there."""
        agency = self.cleaned_data.get("agency")
        person = self.cleaned_data.get("child") or self.people[0]
        if "child" in self.errors or not agency:
            refused = ""
        else:
            refused = queries.refusal_to_share(person, None, agency, viewer=self.viewer)
        if not refused:
            del self.fields["despite_decision"]
            self.cleaned_data.pop("despite_decision", None)
        elif not self.cleaned_data.get("despite_decision"):
            self.add_error(
                "agency", f"{refused.removesuffix('.')}, or say below that it cannot wait."
            )

    def _notice(self) -> models.Notice:
        said = self.said
        person: Person = said.pop("person")
        said.pop("safe_to_tell_read")
        notice = models.Notice(
            **said,
            person=person,
            child_name=person.name,
            child_born=person.date_of_birth,
            sent_at=clock.now(),
            sent_by=self.viewer,
        )
        notice.fix_times()
        return notice

    @property
    def said(self) -> dict[str, Any]:
        """What the command is told."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "child"}
        person = self.cleaned_data.get("child") or self.people[0]
        safe, read = self.safe.get(person), said.get("safe_to_tell_read", [])
        contact = self.about or said.get("contact")
        if not isinstance(contact, Contact):
            contact = None
        return said | {
            "person": person,
            "contact": contact,
            "happened_at": contact.occurred_at if contact else said["happened_at"],
            "late_why": said.get("late_why", ""),
            "safe_to_tell_read": safe.version if safe and safe.version in read else None,
        }


def _in_words(contact: Contact) -> str:
    handling = " (police only)" if contact.is_police_only else ""
    return f"{contact.contact_type}, {moment_in_words(contact.occurred_at)}{handling}"


def _proposed(about: Contact | None) -> dict[str, Any]:
    """When, and what kind of incident: never the text as it was typed."""
    proposed: dict[str, Any] = {"purpose": "Keeping the child safe"}
    if about is None:
        return proposed
    proposed["content"] = f"{about.contact_type}, {moment_in_words(about.occurred_at)}.\n"
    if kind := usual_kind(about):
        # The duty is one in law (found: design/domain.md 0.3).
        proposed |= {"kind": kind.value, "lawful_basis": LawfulBasis.LEGAL_OBLIGATION.value}
    return proposed


class Acknowledgement(Form):
    seen_to_by = fields.Text(
        "Who will see to it?",
        subject="The name",
        max_length=120,
        missing="Enter the name of who will see to it",
    )
    answer = fields.Text(
        "A word back to the sender",
        hint="Such as what you noticed, or when they may ring",
        max_length=500,
        required=False,
    )


class Recall(Form):
    reason = fields.Text(
        "Why do you recall this notice?",
        subject="The reason",
        max_length=300,
        missing="Say why you recall this notice",
    )
