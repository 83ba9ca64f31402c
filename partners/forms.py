"""What is typed to sign, share, end, add, agree and ask. The field names are the commands' keywords."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

import accounts.queries
import cases.queries
import clock
from accounts.models import Agency, User
from cases.commands.safe_to_tell import NEWER, UNREAD
from cases.models import CaseChild, Contact, Person
from cases.queries import WhoMayBeTold
from govuk import fields
from govuk.dates import moment_in_words
from govuk.forms import Form
from partners import models, queries
from partners.models import (
    AGREES_ALONE_FROM,
    NOT_TO_BE_ASKED,
    PRESUMED_ABLE_FROM,
    Answer,
    Audience,
    Caution,
    LawfulBasis,
    NoticeKind,
    Outcome,
    Who,
    shareable,
    usual_kind,
)
from partners.models import Consent as Said
from partners.models import Contribution as Added
from partners.models import RequestAnswer as Answered


def furthest() -> date:
    """Ten years from now: what lies beyond is a slip of the keyboard (default by judgement)."""
    return clock.today() + timedelta(days=3653)


def _offer(form: Form, name: str, pairs: Iterable[tuple[Any, str]]) -> None:
    """Choose among records: cleaned, the answer is the record itself."""
    named = {str(record.pk): (record, words) for record, words in pairs}
    field: Any = form.fields[name]
    field.choices = [(key, words) for key, (_, words) in named.items()]
    field.coerce = lambda key: named[key][0]


class SafeToTellRead(fields.Checkboxes):
    """A tick that carries which version was read: beneath an older one it counts for nothing.

    Cleaned to the version's id.
    """

    def __init__(self) -> None:
        super().__init__(
            "Safe to tell",
            coerce=int,
            missing="Read who may be told, and how, before you send anything",
            error_messages={"invalid_choice": NEWER},
        )

    def clean(self, value: Any) -> int | None:
        read = super().clean(value)
        return read[0] if read else None


def offer_safe_to_tell(form: Form, safe: WhoMayBeTold | None) -> None:
    """Ask for the tick beneath the version that is shown; ask nothing where nothing is recorded."""
    if safe is None:
        del form.fields["safe_to_tell_read"]
        return
    field: Any = form.fields["safe_to_tell_read"]
    field.choices = [(str(safe.version), "I have read who may be told, and how")]


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
    safe_to_tell_read = SafeToTellRead()

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
        sight = cases.queries.sight_of(place, viewer=viewer)
        offer_safe_to_tell(self, cases.queries.safe_to_tell(sight, viewer=viewer))

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
    """`named` is asked of who sits at the child's table, and cleaned to the agencies."""

    text = fields.TextArea(
        "What do you know?",
        hint="What you have seen and heard, what worries you, and what is going well",
        missing="Write what you know",
    )
    voice = fields.TextArea(
        "What does the child say?", hint="In their own words", rows=3, required=False
    )
    audience = fields.Checkboxes(
        "Who may read it?",
        hint="Your own agency always does. Passing it on further needs your agreement, or a reason "
        "that is recorded",
        choices=Audience,
        required=False,
    )
    named = fields.Checkboxes("Which other agencies on the team may read it?", required=False)
    mark_optional = False

    def __init__(self, *args: Any, viewer: User, place: CaseChild, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"audience": [Audience.CASE_TEAM, Audience.LEAD_AGENCY]}
        nameable = list(queries.agencies_to_name(place, viewer=viewer))
        _offer(self, "named", [(agency, agency.name) for agency in nameable])
        if not nameable:
            del self.fields["named"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("audience") or cleaned.get("named")
        if not chosen and not {"audience", "named"} & set(self.errors):
            self.add_error("audience", "Choose who may read it")
        return cleaned


class PassOn(Form):
    """Cleaned to the command's keywords: the agencies, and whether the author agreed or why not."""

    agencies = fields.Checkboxes("Pass it on to", missing="Choose who it is passed on to")
    agreed_by_author = fields.YesNo(
        "Has the author agreed?",
        reveals={"no": "override_reason"},
        missing="Say whether the author has agreed",
    )
    override_reason = fields.TextArea(
        "Why is it passed on without their agreement?",
        hint="What could happen to the child if it is not. The author is told that it was passed on",
        rows=3,
        missing="Say why it is passed on without the author’s agreement",
    )

    def __init__(self, *args: Any, viewer: User, contribution: Added, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = queries.agencies_to_pass_on_to(contribution, viewer=viewer)
        _offer(self, "agencies", [(agency, agency.name) for agency in offered])


class Consent(Form):
    """What a family says to help. `said` is the command's: `until` the day after the last one.

    What is asked of competence depends on the child's age: nothing under 10 and from 16.
    """

    answer = fields.Radios(
        "Did they agree to early help?",
        choices=Answer,
        reveals={Answer.NOT_ASKED: "why_not"},
        missing="Choose whether they agreed",
    )
    why_not = fields.Text(
        "Why were they not asked?", max_length=300, missing="Say why they were not asked"
    )
    who = fields.Radios("Who answered?", choices=Who, required=False)
    competence = fields.TextArea(
        "How do you know that the child understands what they agree to?",
        hint="Gillick competence: what the help is, what it is for, what may come of it, and that "
        "they can say no. Needed if the young person agrees",
        rows=3,
        required=False,
        subject="What shows that the child understands",
    )
    competence_judged_by = fields.Text(
        "Who judged that?", max_length=120, required=False, hint="Name and role"
    )
    said_to = fields.Text(
        "To whom did they say it?", max_length=120, required=False, hint="Name and role"
    )
    said_on = fields.Date(
        "When?",
        subject="The day",
        latest=clock.today,
        required=False,
        hint="For example, 24 11 2026",
    )
    in_writing = fields.Tick("It is in writing")
    lasts = fields.Radios(
        "How long does the agreement last?",
        choices=[("until", "Until a day"), ("again", "We ask again on a day")],
        reveals={"until": "until", "again": "ask_again_on"},
        required=False,
    )
    until = fields.Date("Last day", latest=furthest, missing="Enter the last day")
    ask_again_on = fields.Date(
        "Ask again on", latest=furthest, missing="Enter the day on which you ask again"
    )
    mark_optional = False

    def __init__(self, *args: Any, viewer: User, place: CaseChild, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.age = cases.queries.age(place.person, viewer=viewer)
        if self.age is not None and not AGREES_ALONE_FROM <= self.age < PRESUMED_ABLE_FROM:
            del self.fields["competence"], self.fields["competence_judged_by"]

    def clean_until(self) -> date | None:
        last = self.cleaned_data["until"]
        return last + timedelta(days=1) if last else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        for name, words in Said(**self.said).refusals(age=self.age).items():
            is_unbounded = name == "until" and not cleaned.get("until")
            self.add_error("lasts" if is_unbounded else name, words)
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """The answers as the command takes them: what is not asked of this answer left out."""
        said = {name: answer for name, answer in self.cleaned_data.items() if name != "lasts"}
        if said["answer"] == Answer.NOT_ASKED:
            return {"answer": said["answer"], "why_not": said["why_not"]}
        if said["answer"] == Answer.SAID_NO:
            said |= {"until": None, "ask_again_on": None}
        if said["answer"] == Answer.SAID_NO or said["who"] == Who.PARENT:
            said |= {"competence": "", "competence_judged_by": ""}
        return said


class Withdrawal(Form):
    who = fields.Radios("Who took it back?", choices=Who, missing="Choose who took it back")
    how = fields.TextArea(
        "How do you know?",
        hint="Whom they told, when, and what they said",
        rows=3,
        missing="Say how you know: whom they told, and what",
    )


class WithdrawalDecision(Form):
    danger = fields.TextArea(
        "What is the danger to the child?",
        hint="If help ends, and if it goes on against their wish: what could happen, how likely, who "
        "would notice",
        missing="Weigh the danger to the child, in words",
    )
    outcome = fields.Radios(
        "What follows?",
        choices=Outcome,
        hints={
            Outcome.END: "What is shared of this child with partners ends in that second",
            Outcome.REFER: "A child at risk of harm is referred whether or not the family agrees",
        },
        reveals={Outcome.GO_ON: "basis"},
        missing="Choose what follows",
    )
    basis = fields.TextArea(
        "On which other basis?",
        hint="A duty or an order, and who decided it",
        rows=3,
        missing="Say on which other basis help goes on",
    )


class DecisionNotToShare(Form):
    agency = fields.Select("Not to share with", missing="Choose whom it is not shared with")
    considered = fields.TextArea(
        "What was asked for, or considered?",
        rows=3,
        missing="Say what was asked for, or considered",
    )
    detriment = fields.TextArea(
        "What harm could come of sharing, and of not sharing?",
        hint="To the child and to others: why not sharing is the lesser harm",
        missing="Weigh what harm could come of sharing, and of not sharing",
    )
    review_on = fields.Date(
        "When is this looked at again?",
        subject="The review",
        hint="For example, 24 2 2027. After today",
        latest=furthest,
        missing="Enter the day of the review",
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = accounts.queries.agencies(viewer=viewer).filter(is_lead=False)
        others = offered.exclude(pk=viewer.agency_id)
        _offer(self, "agency", [(agency, agency.name) for agency in others])

    def clean_review_on(self) -> date:
        return _after_today(self.cleaned_data["review_on"])


class NotSharingReview(Form):
    still_not = fields.Radios(
        "Do we still not share it?",
        choices=[("still not", "Still not"), ("share", "Share it now")],
        coerce=lambda answer: answer == "still not",
        reveals={"still not": "next_on"},
        missing="Choose whether it is still not shared",
    )
    next_on = fields.Date(
        "When is it looked at again?",
        subject="The next review",
        hint="For example, 24 2 2027. After today",
        latest=furthest,
        missing="Enter the day of the next review",
    )
    reason = fields.TextArea("Why?", rows=3, missing="Say why")

    def clean_next_on(self) -> date | None:
        day = self.cleaned_data["next_on"]
        return _after_today(day) if day else None


def _after_today(day: date) -> date:
    if day <= clock.today():
        raise ValidationError("The review must be after today")
    return day


class InformationRequest(Form):
    agency = fields.Select(
        "Who do you ask?",
        missing="Choose who you ask",
        error_messages={"invalid_choice": NOT_TO_BE_ASKED},
    )
    what = fields.TextArea(
        "What do you ask for?",
        hint="They read this as you type it. Say nothing of other people or agencies, and nothing of "
        "the child that they do not know",
        rows=3,
        missing="Say what you ask for",
    )
    why = fields.TextArea("Why do you need to know?", rows=3, missing="Say why you need to know")
    needed_by = fields.Date(
        "By when?",
        subject="The date",
        hint="For example, 27 11 2026",
        earliest=clock.today,
        latest=furthest,
        missing="Enter the date by which you need it",
    )

    def __init__(self, *args: Any, viewer: User, place: CaseChild, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = queries.agencies_to_ask(place, viewer=viewer)
        _offer(self, "agency", [(agency, agency.name) for agency in offered])


class RequestAnswer(Form):
    answer = fields.Radios(
        "Your answer",
        choices=Answered,
        reveals={Answered.GIVEN: "text", Answered.DECLINED: "reason"},
        missing="Choose an answer",
    )
    text = fields.TextArea(
        "What do you know?",
        hint="The agency that asks reads it, and yours. Leave out names of others and addresses",
        missing="Write what you know",
    )
    reason = fields.TextArea("Why do you decline?", rows=3, missing="Say why you decline")


# --- notices

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
        _offer(self, "agency", [(each, each.name) for each in queries.receivers(viewer=viewer)])
        _offer(self, "child", [(person, person.name) for person in people])
        self._offer_contacts(contacts)
        asked: dict[str, Any] = self.fields
        self._offer_safe_to_tell()
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
        if not self.errors:
            self.notice = self._notice()
            refused = self.notice.refusals()
            if self.notice.person in self.safe and self.said["safe_to_tell_read"] is None:
                refused["safe_to_tell_read"] = UNREAD
            for field, words in refused.items():
                self.add_error(field if field in self.fields else None, words)
        return cleaned

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
