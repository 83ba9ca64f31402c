"""Why a partner may see: agreements, shares under them, what partners add and ask; agreement to help."""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import Agency, AgencyKind, User
from cases.models import CaseChild, ChronologyEvent, Contact, ContactType, Person, Section
from govuk.dates import date_in_words, moment_in_words


class LawfulBasis(models.TextChoices):
    """UK GDPR article 6 bases and the law-enforcement basis that an agreement may name."""

    PUBLIC_TASK = "public task", "Public task (UK GDPR article 6(1)(e))"
    LEGAL_OBLIGATION = "legal obligation", "Legal obligation (UK GDPR article 6(1)(c))"
    VITAL_INTERESTS = "vital interests", "Vital interests (UK GDPR article 6(1)(d))"
    LAW_ENFORCEMENT = "law enforcement", "Law enforcement (Data Protection Act 2018 part 3)"


def shareable() -> list[tuple[str, str]]:
    """The sections that may be shared at all: never the full record, points, bands or models."""
    return [choice for choice in Section.choices if choice[0] != Section.FULL]


def in_words(sections: Collection[str]) -> list[str]:
    """Sections by their names, in the order of a child's page."""
    return [name for section, name in Section.choices if section in sections]


class Agreements(models.QuerySet["Agreement"]):
    def in_force(self) -> "Agreements":
        """Those under which something may be shared today."""
        return self.filter(starts_on__lte=clock.today(), ends_on__gt=clock.today())


class Agreement(models.Model):
    """An information sharing agreement: executable policy, not paper. `ends_on` is exclusive."""

    title = models.CharField(max_length=160)
    parties = models.ManyToManyField(Agency, related_name="+")
    purposes = ArrayField(models.CharField(max_length=120))
    lawful_bases = ArrayField(models.CharField(max_length=20, choices=LawfulBasis))
    sections = ArrayField(models.CharField(max_length=16, choices=Section))
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField()
    impact_assessment = models.CharField(max_length=60)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = Agreements.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="agreement_window")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)

    @property
    def is_in_force(self) -> bool:
        return self.starts_on <= clock.today() < self.ends_on

    @property
    def has_ended(self) -> bool:
        return self.ends_on <= clock.today()

    @property
    def lawful_bases_in_words(self) -> list[str]:
        return [LawfulBasis(basis).label for basis in self.lawful_bases]

    @property
    def sections_in_words(self) -> list[str]:
        return in_words(self.sections)

    def refusals(
        self,
        *,
        agency: Agency,
        purpose: str,
        lawful_basis: str,
        sections: Collection[str],
        until: datetime,
    ) -> dict[str, str]:
        """What of a share this agreement does not allow now: {field: what to do instead}."""
        allowed = set(self.sections) & {section for section, _ in shareable()}
        refused = {
            "agreement": (
                not self.is_in_force,
                f"Choose another agreement: this one runs from {date_in_words(self.starts_on)} "
                f"to {date_in_words(self.last_day)}.",
            ),
            "agency": (
                agency.is_lead or not self.parties.filter(pk=agency.pk).exists(),
                f"Choose a partner in this agreement: {agency} is not one.",
            ),
            "purpose": (
                purpose not in self.purposes,
                f"Choose a purpose of this agreement: {'; '.join(self.purposes)}.",
            ),
            "lawful_basis": (
                lawful_basis not in self.lawful_bases,
                "Choose a lawful basis of this agreement: "
                f"{'; '.join(self.lawful_bases_in_words)}.",
            ),
            "sections": (
                not sections or not set(sections) <= allowed,
                f"Choose from the sections of this agreement: {', '.join(in_words(allowed))}.",
            ),
            "until": (
                not clock.now() < until <= clock.start_of(self.ends_on),
                "Choose a day from today until this agreement ends, on "
                f"{date_in_words(self.last_day)}.",
            ),
        }
        return {field: words for field, (is_refused, words) in refused.items() if is_refused}


class Shares(models.QuerySet["Share"]):
    def live(self) -> "Shares":
        """Those that open something at this moment."""
        now = clock.now()
        return self.filter(ended_at=None, starts_at__lte=now, until__gt=now)


class Share(models.Model):
    """One child's place in a case, opened to one agency under one agreement, section by section.

    `summary` is written for the partner by a person; the narrative is never shared as typed.
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="shares")
    purpose = models.CharField(max_length=120)
    lawful_basis = models.CharField(max_length=20, choices=LawfulBasis)
    necessity = models.TextField()
    summary = models.TextField()
    sections = ArrayField(models.CharField(max_length=16, choices=Section))
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)
    grant_ref = models.UUIDField(unique=True)

    goes_with = ("place",)
    objects = Shares.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="share_window")
        ]
        indexes = [
            models.Index(fields=["agency", "until"]),
            models.Index(fields=["place", "agency"]),
        ]

    def __str__(self) -> str:
        return f"Share {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.starts_at <= clock.now() < self.until

    @property
    def last_day(self) -> date:
        """The last London day on which something of it is open; `until` is exclusive."""
        return clock.london_date(self.until - timedelta(microseconds=1))

    @property
    def sections_in_words(self) -> list[str]:
        return in_words(self.sections)


class Audience(models.TextChoices):
    """Whom an author means beside their own agency: groups, whose members change by themselves."""

    CASE_TEAM = "case team", "The team around the child and the team that runs the case"
    LEAD_AGENCY = "lead agency", "The lead agency"
    HUB = "hub", "The hub"


class Contribution(models.Model):
    """What an agency knows about a child, for the audience that its author chose.

    The author's agency reads it wherever the place is open to it. `audience`: groups of `Audience`.
    `named`: ids of agencies that the author named, or that it was passed on to (`PassedOn`).
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    # The child's own words, where the partner has them.
    voice = models.TextField(blank=True)
    audience = ArrayField(models.CharField(max_length=12, choices=Audience), default=list)
    named = ArrayField(models.BigIntegerField(), default=list)

    goes_with = ("place",)

    class Meta:
        indexes = [models.Index(fields=["place", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience=[]) | ~Q(named=[]), name="contribution_is_for_somebody"
            )
        ]

    def __str__(self) -> str:
        return f"Contribution {self.pk}"

    @property
    def is_for_the_full_record(self) -> bool:
        """Whether everybody who may read the full record is meant."""
        return {Audience.LEAD_AGENCY, Audience.HUB} <= set(self.audience)

    @property
    def audience_in_words(self) -> str:
        """Groups alone: no reader learns by it which other agencies are told."""
        groups = [label for group, label in Audience.choices if group in self.audience]
        words = [label[0].lower() + label[1:] for label in groups]
        return "; ".join([*words, "agencies that were named"] if self.named else words)


class PassedOn(models.Model):
    """A contribution shown to more agencies than its author chose: agreed by the author, or why not."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="passed_on")
    agencies = ArrayField(models.BigIntegerField())
    agreed_by_author = models.BooleanField()
    override_reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("contribution",)

    class Meta:
        verbose_name_plural = "passed on"
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by_author=True, override_reason="")
                | (Q(agreed_by_author=False) & ~Q(override_reason="")),
                name="passed_on_agreed_or_overridden",
            )
        ]

    def __str__(self) -> str:
        return f"Passing on of {self.contribution_id}"


# Default by judgement: younger than this nobody is asked to agree alone.
AGREES_ALONE_FROM = 10
# Mental Capacity Act 2005: from 16 presumed able; Family Law Reform Act 1969: of full age at 18.
PRESUMED_ABLE_FROM, OF_FULL_AGE = 16, 18


class Answer(models.TextChoices):
    """What a family said when help was offered."""

    AGREED = "agreed", "Yes, they agreed"
    SAID_NO = "said no", "They were asked and said no"
    NOT_ASKED = "not asked", "They were not asked"


class Who(models.TextChoices):
    """Who agrees to help for a child, or takes it back."""

    YOUNG_PERSON = "young person", "The young person"
    PARENT = "parent", "Whoever holds parental responsibility"
    BOTH = "both", "Both of them"


class Consent(models.Model):
    """An agreement to early help for one child's place: who agreed, how it is known, until when.

    Or that they said no, or why they were not asked. Never the lawful basis of sharing. `until` is
    exclusive. `withdrawn_how` says whom they told, and what.
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer)
    who = models.CharField(max_length=12, choices=Who, blank=True)
    competence = models.TextField(blank=True)
    competence_judged_by = models.CharField(max_length=120, blank=True)
    said_to = models.CharField(max_length=120, blank=True)
    said_on = models.DateField(null=True)
    in_writing = models.BooleanField(default=False)
    until = models.DateField(null=True)
    ask_again_on = models.DateField(null=True)
    why_not = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_who = models.CharField(max_length=12, choices=Who, blank=True)
    withdrawn_how = models.TextField(blank=True)

    goes_with = ("place",)

    class Meta:
        indexes = [models.Index(fields=["place", "-recorded_at"])]
        constraints = [
            models.CheckConstraint(
                condition=(Q(answer="not asked") & ~Q(why_not=""))
                | (~Q(answer="not asked") & ~Q(who="") & ~Q(said_to="") & Q(said_on__isnull=False)),
                name="consent_says_who_and_how_or_why_not",
            ),
            models.CheckConstraint(
                condition=~Q(answer="agreed")
                | Q(until=None, ask_again_on__isnull=False)
                | Q(until__isnull=False, ask_again_on=None),
                name="consent_until_or_asked_again",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_who="", withdrawn_how="")
                | (
                    Q(answer="agreed", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_who="")
                    & ~Q(withdrawn_how="")
                ),
                name="consent_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}"

    @property
    def last_day(self) -> date | None:
        return self.until - timedelta(days=1) if self.until else None

    @property
    def is_agreed(self) -> bool:
        """Whether it is an agreement that nobody has withdrawn."""
        return self.answer == Answer.AGREED and self.withdrawn_at is None

    @property
    def is_to_be_asked_again(self) -> bool:
        """Whether it has run out, or its day to ask again has come."""
        ends = self.until or self.ask_again_on
        return self.is_agreed and ends is not None and ends <= clock.today()

    def refusals(self, *, age: int | None) -> dict[str, str]:
        """What it lacks, for a child of this age (None: not known): {field: what to do}."""
        if self.answer not in Answer.values:
            return {"answer": "Choose whether they agreed."}
        if self.answer == Answer.NOT_ASKED:
            return {} if self.why_not.strip() else {"why_not": "Say why they were not asked."}
        refused = self._unknown()
        if self.answer == Answer.AGREED:
            refused |= self._unbounded() | self._not_theirs_to_give(age)
        return refused

    def _unknown(self) -> dict[str, str]:
        """How it is known, of a yes or a no."""
        refused = {}
        if self.who not in Who.values:
            refused["who"] = "Choose who answered."
        if not self.said_to.strip():
            refused["said_to"] = "Say to whom they said it."
        if self.said_on is None or self.said_on > clock.today():
            refused["said_on"] = "Enter the day on which they said it, today or earlier."
        return refused

    def _unbounded(self) -> dict[str, str]:
        ends = [day for day in (self.until, self.ask_again_on) if day is not None]
        if len(ends) != 1:
            return {"until": "Enter until when they agreed, or when to ask them again."}
        if ends[0] <= clock.today():
            field = "until" if self.until else "ask_again_on"
            return {field: "The day must not be over."}
        return {}

    def _not_theirs_to_give(self, age: int | None) -> dict[str, str]:
        """Whose agreement counts at this age; an age that is not known counts as under 16."""
        if age is not None and age >= OF_FULL_AGE:
            adult = "From 18 nobody else agrees for them: choose the young person."
            return {} if self.who == Who.YOUNG_PERSON else {"who": adult}
        if self.who not in {Who.YOUNG_PERSON, Who.BOTH}:
            return {}
        if age is not None and age < AGREES_ALONE_FROM:
            alone = (
                f"A child under {AGREES_ALONE_FROM} cannot agree alone: ask who holds parental "
                "responsibility."
            )
            return {"who": alone} if self.who == Who.YOUNG_PERSON else {}
        if age is not None and age >= PRESUMED_ABLE_FROM:
            return {}
        return self._without_competence()

    def _without_competence(self) -> dict[str, str]:
        refused = {}
        if not self.competence.strip():
            refused["competence"] = (
                "Say how you know that the child understands what they agree to (Gillick "
                f"competence): under {PRESUMED_ABLE_FROM} no agreement is kept without it."
            )
        if not self.competence_judged_by.strip():
            refused["competence_judged_by"] = "Say who judged that they understand it."
        return refused


class Outcome(models.TextChoices):
    """What follows when a family takes their agreement to help back."""

    END = "end", "Help ends"
    GO_ON = "go on", "Help goes on, on another basis"
    REFER = "refer", "Refer to safeguarding"


class WithdrawalDecision(models.Model):
    """What is to be decided, the same day, once a family has withdrawn or said no to help.

    `danger`: what could happen to the child either way, weighed in words. `basis`: of going on.
    """

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="decision")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    danger = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reminded_on = models.DateField(null=True)

    goes_with = ("consent",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="")
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(danger="")
                    & (~Q(outcome="go on") | ~Q(basis=""))
                ),
                name="withdrawal_decided_with_the_danger_weighed",
            )
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(decided_at=None), name="undecided")]

    def __str__(self) -> str:
        return f"Decision on consent {self.consent_id}"

    @property
    def is_late(self) -> bool:
        return self.decided_at is None and self.due_on < clock.today()


class DecisionsNotToShare(models.QuerySet["DecisionNotToShare"]):
    def standing(self) -> "DecisionsNotToShare":
        return self.filter(ended_at=None)


class DecisionNotToShare(models.Model):
    """That a child's record, or one place of it, is not shared with an agency, and why.

    `considered`: what was asked or thought of. `detriment`: what harm could come of sharing, and of
    not sharing, weighed. It stands until a review says to share (`ended_at`).
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.ForeignKey(CaseChild, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    considered = models.TextField()
    detriment = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    review_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    objects = DecisionsNotToShare.as_manager()

    goes_with = ("person", "place")

    class Meta:
        verbose_name_plural = "decisions not to share"
        indexes = [models.Index(fields=["person"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "place", "agency"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_standing_decision_not_to_share",
            ),
            models.CheckConstraint(
                condition=~Q(considered="") & ~Q(detriment=""), name="not_sharing_is_weighed"
            ),
        ]

    def __str__(self) -> str:
        return f"Decision not to share {self.pk}"

    @property
    def is_due(self) -> bool:
        return self.ended_at is None and self.review_on <= clock.today()


class NotSharingReview(models.Model):
    """A look back at a decision not to share: it stands until the next review, or sharing follows."""

    decision = models.ForeignKey(DecisionNotToShare, models.PROTECT, related_name="reviews")
    still_not = models.BooleanField()
    reason = models.TextField()
    next_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("decision",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="")
                & (Q(still_not=True, next_on__isnull=False) | Q(still_not=False, next_on=None)),
                name="not_sharing_stands_until_the_next_review",
            )
        ]

    def __str__(self) -> str:
        return f"Review of {self.decision_id}"


# Why an agency may not be asked by name.
NOT_TO_BE_ASKED = (
    "Choose an agency to which this child’s place is open, and that you know of: asking another by name "
    "would tell it of the child. Ask the hub to ask for you."
)


class RequestAnswer(models.TextChoices):
    """How an agency answers when it is asked what it knows."""

    GIVEN = "given", "We know something: it is written here"
    NOTHING_HELD = "nothing held", "We hold nothing about this"
    DECLINED = "declined", "We decline to say"


class InformationRequest(models.Model):
    """One agency asks another, to which the child's place is open too, what it knows.

    `what` and `why` are read by the agency asked. `needed_by` inclusive. `reason`: of declining.
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    what = models.TextField()
    why = models.TextField()
    needed_by = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, choices=RequestAnswer, blank=True)
    reason = models.TextField(blank=True)
    contribution = models.OneToOneField(Contribution, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    goes_with = ("place", "contribution")

    class Meta:
        indexes = [models.Index(fields=["to_agency", "answered_at", "needed_by"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")), name="request_between_two_agencies"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", contribution=None)
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & (
                        Q(answer="given", contribution__isnull=False)
                        | Q(answer="nothing held", contribution=None)
                        | (Q(answer="declined", contribution=None) & ~Q(reason=""))
                    )
                ),
                name="request_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"

    @property
    def is_late(self) -> bool:
        return self.answered_at is None and self.needed_by < clock.today()


# --- notices: one-off disclosures with a life of their own ---------------------------------------


class NoticeKind(models.TextChoices):
    ENCOMPASS = "Operation Encompass", "Operation Encompass, to a school"
    HEALTH = "police notification to health", "Police notification to health"
    CHILDRENS_SERVICES = (
        "police notification to children's services",
        "Police notification to children’s services",
    )
    OTHER = "other", "Another notice"


# Whom a kind may go to; any partner where nothing is said.
RECEIVERS = {
    NoticeKind.ENCOMPASS: AgencyKind.SCHOOL,
    NoticeKind.HEALTH: AgencyKind.HEALTH,
    NoticeKind.CHILDRENS_SERVICES: AgencyKind.CHILDRENS_SERVICES,
}


class Caution(models.TextChoices):
    """What the receiver must not do. A default by judgement; the sender adds words of their own."""

    DO_NOT_APPROACH = (
        "do not approach",
        "Do not approach the person who is thought to have done it",
    )
    DO_NOT_SPEAK = "do not speak to the family", "Do not speak to the family about it"
    DO_NOT_QUESTION = (
        "do not question the child",
        "Do not question the child: be there, listen, and write down what they say",
    )
    CHECK_WHO_COLLECTS = "check who collects", "Check who may collect the child, and ring us first"


# How many words of a text are no turn of phrase that anybody would use (default by judgement).
A_SENTENCE = 4
# How long after a late notice its answer is due (default by judgement).
LATE_ANSWER = timedelta(hours=1)


class Notices(models.QuerySet["Notice"]):
    def standing(self) -> "Notices":
        """Those that were not recalled."""
        return self.filter(recalled_at=None)

    def to_see_to(self) -> "Notices":
        """Those that nobody of the receiving agency sees to yet."""
        return self.standing().filter(acknowledged_at=None)


class Notice(models.Model):
    """One child, one incident, one receiving agency: what its staff are told, and what they do.

    It opens nothing else: `child_name` and `child_born` are as they were told, like the rest of it.
    `due_at`: when it should be there; `answer_due_at`: when somebody should see to it.
    """

    kind = models.CharField(max_length=50, choices=NoticeKind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField()
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    child_name = models.CharField(max_length=201)
    child_born = models.DateField(null=True, blank=True)
    content = models.TextField()
    cautions = ArrayField(models.CharField(max_length=40, choices=Caution), default=list)
    caution_words = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=120)
    lawful_basis = models.CharField(max_length=20, choices=LawfulBasis)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    late_why = models.CharField(max_length=300, blank=True)
    # Its line in the chronology, which a recall narrows.
    event = models.ForeignKey(ChronologyEvent, models.PROTECT, null=True, related_name="+")
    # The first of the receiving agency's people who opened it; a machine that fetches it reads nothing.
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    seen_to_by = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recall_reason = models.CharField(max_length=300, blank=True)
    # When the receiver's managers, and when the sender and the hub, were told that it waits.
    managers_told_at = models.DateTimeField(null=True, blank=True)
    climbed_at = models.DateTimeField(null=True, blank=True)

    goes_with = ("person", "contact", "event")
    objects = Notices.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "person", "agency", "kind"],
                condition=Q(recalled_at=None, contact__isnull=False),
                name="one_notice_of_a_contact",
            ),
            models.UniqueConstraint(
                fields=["person", "agency", "kind", "happened_at"],
                condition=Q(recalled_at=None, contact=None),
                name="one_notice_of_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-sent_at"]),
            models.Index(fields=["person", "-sent_at"]),
            models.Index(fields=["sent_by", "acknowledged_at"]),
            # What is chased, every five minutes.
            models.Index(
                fields=["answer_due_at"],
                condition=Q(acknowledged_at=None, recalled_at=None),
                name="partners_notice_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"N-{self.pk}"

    @property
    def was_late(self) -> bool:
        return self.sent_at > self.due_at

    @property
    def is_overdue(self) -> bool:
        """Whether nobody sees to it, though somebody should by now."""
        return self.acknowledged_at is None and clock.now() >= self.answer_due_at

    @property
    def answered_late(self) -> bool:
        return self.acknowledged_at is not None and self.acknowledged_at > self.answer_due_at

    @property
    def cautions_in_words(self) -> list[str]:
        chosen = [label for value, label in Caution.choices if value in self.cautions]
        return [*chosen, self.caution_words] if self.caution_words else chosen

    def fix_times(self) -> None:
        """Set what follows from when it happened and when it is sent."""
        self.due_at = notice_due(self.kind, self.happened_at, sent_at=self.sent_at)
        late_answer = clock.add_working_days(self.sent_at + LATE_ANSWER, 0)
        self.answer_due_at = late_answer if self.was_late else self.due_at

    def refusals(self) -> dict[str, str]:
        """What of the notice itself keeps it from being sent: {field: what to do instead}."""
        contact, receiver = self.contact, RECEIVERS.get(NoticeKind(self.kind))
        refused = {
            "contact": (
                contact is not None and contact.is_police_only,
                "Choose another contact: a contact marked police only never crosses to a partner.",
            ),
            "child": (
                contact is not None and not contact.children.filter(person=self.person).exists(),
                "Choose a child who was in this contact.",
            ),
            "happened_at": (
                self.happened_at > self.sent_at,
                "Enter when it happened: a moment that has passed.",
            ),
            "agency": (
                self.agency.is_lead or (receiver is not None and self.agency.kind != receiver),
                f"Choose {_RECEIVER_WORDS[NoticeKind(self.kind)]} to receive this notice.",
            ),
            "cautions": (
                not set(self.cautions) <= set(Caution.values),
                "Choose from the cautions listed.",
            ),
            "purpose": (not self.purpose.strip(), "Say what this is for, in a word or two."),
            "lawful_basis": (
                self.lawful_basis not in LawfulBasis.values,
                "Choose a lawful basis of those listed.",
            ),
            "late_why": (
                self.was_late and not self.late_why.strip(),
                f"Say why it is late: it was due before {moment_in_words(self.due_at)}.",
            ),
        }
        found = {field: words for field, (is_refused, words) in refused.items() if is_refused}
        if wrong := not_to_be_sent(self.content, self.person, contact):
            found["content"] = wrong
        return found


_RECEIVER_WORDS = {
    NoticeKind.ENCOMPASS: "a school",
    NoticeKind.HEALTH: "a health agency",
    NoticeKind.CHILDRENS_SERVICES: "children’s services",
    NoticeKind.OTHER: "a partner",
}


def notice_due(kind: str, happened_at: datetime, *, sent_at: datetime) -> datetime:
    """When a notice should be there.

    Operation Encompass: before the next school day starts (found: design/domain.md 2.2 and 5.5).
    The others: by the end of the working day after they are sent (default by judgement).
    """
    if kind == NoticeKind.ENCOMPASS:
        return clock.next_school_start(happened_at)
    return clock.end_of_next_working_day(sent_at)


def usual_kind(contact: Contact | None) -> NoticeKind | None:
    """The kind that a contact calls for; None where nothing speaks for one."""
    is_abuse = contact is not None and contact.contact_type == ContactType.DOMESTIC_ABUSE
    return NoticeKind.ENCOMPASS if is_abuse else None


def not_to_be_sent(content: str, person: Person, contact: Contact | None) -> str:
    """What in the words for a receiver must come out, and what to do; '' where nothing was found.

    It finds what the portal holds of this child and contact: the text as typed, the other children,
    the addresses. Whoever else is named, only a person can see.
    """
    if not content.strip():
        return "Write what the receiver should know."
    typed = contact.narrative.strip() if contact else ""
    if len(typed.split()) >= A_SENTENCE and typed in content:
        return "Write it in words of your own: the text of a contact is never passed on as typed."
    others = _others(person, contact)
    for other in others:
        first = other.forenames.split()[0] if other.forenames.split() else ""
        if first and re.search(rf"\b({re.escape(first)}|{re.escape(first.upper())})\b", content):
            return f"Leave out the name of anybody else: {first} was in this contact too."
    for address in _addresses([person, *others], contact):
        if address in _plain(content):
            return "Leave out addresses and postcodes: the receiver does not need them from here."
    return ""


def _others(person: Person, contact: Contact | None) -> list[Person]:
    """The other children of the contact; a namesake of the child cannot be told from them."""
    if contact is None:
        return []
    children = contact.children.exclude(person=person).select_related("person")
    return [each.person for each in children if each.person.forenames != person.forenames]


def _addresses(people: list[Person], contact: Contact | None) -> Iterator[str]:
    """Postcodes, and lines with a number and a street: 'at home' is no address."""
    lines = [person.address for person in people] + ([contact.location] if contact else [])
    first = (line.partition(",")[0] for line in lines)
    yield from (_plain(line) for line in first if re.search("[0-9].*[A-Za-z]{3}", line))
    yield from (plain for person in people if (plain := _plain(person.postcode)))


def _plain(words: str) -> str:
    return re.sub(r"[\s,]+", "", words).casefold()
