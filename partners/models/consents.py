"""Agreement to help, which is no basis of sharing, and what follows when it is taken back."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

import clock
from accounts.models import User
from cases.models import CaseChild

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
