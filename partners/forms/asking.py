"""What is typed to add what one knows, to agree to help, not to share, and to ask."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

import accounts.queries
import cases.queries
import clock
from accounts.models import User
from cases.models import CaseChild
from cases.queries import WhoMayBeTold
from govuk import fields
from govuk.forms import Form
from partners import queries
from partners.forms.offering import SafeToTellRead, furthest, offer, offer_safe_to_tell
from partners.models import (
    AGREES_ALONE_FROM,
    NOT_TO_BE_ASKED,
    PRESUMED_ABLE_FROM,
    Answer,
    Audience,
    Outcome,
    Who,
)
from partners.models import Consent as Said
from partners.models import Contribution as Added
from partners.models import RequestAnswer as Answered


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
        offer(self, "named", [(agency, agency.name) for agency in nameable])
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
    safe_to_tell_read = SafeToTellRead()

    def __init__(
        self,
        *args: Any,
        viewer: User,
        contribution: Added,
        safe: WhoMayBeTold | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_safe_to_tell(self, safe)
        offered = queries.agencies_to_pass_on_to(contribution, viewer=viewer)
        offer(self, "agencies", [(agency, agency.name) for agency in offered])


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
        offer(self, "agency", [(agency, agency.name) for agency in others])

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
    safe_to_tell_read = SafeToTellRead()

    def __init__(
        self,
        *args: Any,
        viewer: User,
        place: CaseChild,
        safe: WhoMayBeTold | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_safe_to_tell(self, safe)
        offered = queries.agencies_to_ask(place, viewer=viewer)
        offer(self, "agency", [(agency, agency.name) for agency in offered])


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
    reason = fields.TextArea(
        "Why do you decline?",
        hint="The agency that asks reads it. Leave it empty where they must not be told, and call the hub",
        rows=3,
        required=False,
    )
    safe_to_tell_read = SafeToTellRead()

    def __init__(self, *args: Any, safe: WhoMayBeTold | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_safe_to_tell(self, safe)
