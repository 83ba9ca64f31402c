"""Why a partner may see: agreements, shares under them, what partners add and ask; agreement to help."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import Agency, User
from cases.models import CaseChild, Person, Section
from govuk.dates import date_in_words


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
