"""A case is a family's; each child has a place of their own in it, and access hangs on the place."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import Team, User
from cases.models.access import PERMISSIONS
from cases.models.kept import Kept
from cases.models.people import Person
from govuk.dates import date_in_words

# A case is looked back at every six weeks, and never later than twelve weeks after the last review
# (defaults by judgement; local practice found in England runs from 6 to 12 weeks, design/domain.md 2.3).
REVIEW_EVERY = timedelta(weeks=6)
REVIEW_AT_THE_LATEST = timedelta(weeks=12)


class ClosingReason(models.TextChoices):
    """Why a case closes (defaults by judgement)."""

    NEEDS_MET = "needs met", "Needs met, and likely to stay so"
    STEPPED_UP = "stepped up", "Needs more than early help: stepped up"
    REFERRED_ON = "referred on", "Passed on to another service"
    MOVED = "moved away", "Moved away"
    FAMILY_STOPPED = "family stopped", "The family withdrew their agreement"
    NOT_ENGAGED = "not engaged", "Not engaged, after at least three tries and a check on safety"


class NeedsMet(models.TextChoices):
    """How many of the needs that help began with are met, child by child."""

    ALL = "all", "All of them"
    MOST = "most", "Most of them"
    SOME = "some", "Some of them"
    NONE = "none", "None of them"
    NOT_KNOWN = "not known", "Not known"


class Case(Kept):
    """Help for one family, run by a team with a lead worker."""

    family_name = models.CharField(max_length=80)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    lead_worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closing_reason = models.CharField(max_length=20, choices=ClosingReason, blank=True)
    outcome = models.TextField(blank=True)

    people = "places__person"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closing_reason="")
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(closing_reason="")
                    & ~Q(outcome="")
                ),
                name="closed_by_somebody_with_an_outcome",
            )
        ]
        indexes = [models.Index(fields=["team", "closed_at"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"EI-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def refuse_if_closed(self) -> None:
        """ValidationError once it has closed: nothing new comes into it. Asked with the case or a
        place of it locked, or what is asked may close in the same second."""
        if self.closed_at is not None:
            closed_on = date_in_words(clock.london_date(self.closed_at))
            raise ValidationError(
                f"Case {self.reference} closed on {closed_on}: nothing new can be added to it."
            )


class CaseChild(models.Model):
    """One child's place in a family's case: what access, shares, plan and voice attach to."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="places")
    person = models.ForeignKey(Person, models.PROTECT, related_name="places")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    goal = models.CharField(max_length=300, blank=True)
    # Said at closure, for this child.
    needs_met = models.CharField(max_length=10, choices=NeedsMet, blank=True)
    stays_in_place = models.CharField(max_length=500, blank=True)

    goes_with = ("case", "person")

    class Meta:
        verbose_name_plural = "case children"
        default_permissions = ()
        permissions = PERMISSIONS
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="one_place_a_child"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")), name="left_after_joined"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.case_id}"

    @property
    def is_open(self) -> bool:
        """Whether the child is still in the case, and the case open."""
        return self.left_at is None and self.case.is_open

    def refuse_if_left(self, *, field: str) -> None:
        """ValidationError at the field once the child has left the case: nobody is given anything of them
        by it any more. Asked with the place locked."""
        if self.left_at is not None:
            left_on = date_in_words(clock.london_date(self.left_at))
            raise ValidationError(
                {field: f"{self.person} left {self.case.reference} on {left_on}: refer them again."}
            )


class Review(models.Model):
    """A look back at a case with those round the table, every six weeks, and when the next is due."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews")
    held_on = models.DateField()
    attended = models.CharField(max_length=300)
    next_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    goes_with = ("case",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "held_on"], name="one_review_a_day"),
            models.CheckConstraint(condition=Q(next_on__gt=F("held_on")), name="next_review_later"),
        ]

    def __str__(self) -> str:
        return f"Review of {self.case_id} on {self.held_on}"


class ReviewedPlace(models.Model):
    """What a review found for one child: what has changed, what they say, or why they were not asked."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="places")
    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="reviews")
    progress = models.TextField()
    voice = models.TextField(blank=True)
    voice_why_not = models.CharField(max_length=300, blank=True)

    goes_with = ("review", "place")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "place"], name="a_place_once_a_review"),
            models.CheckConstraint(
                condition=~Q(progress="") & (~Q(voice="") | ~Q(voice_why_not="")),
                name="reviewed_with_the_childs_voice_or_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} in review {self.review_id}"


class TeamPlace(models.Model):
    """Somebody's place on the team around a child: what opens the child's plan to them."""

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="team_places")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    grant_ref = models.UUIDField(unique=True)

    goes_with = ("place",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "user"], condition=Q(until=None), name="one_live_team_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.place}"


class Action(models.Model):
    """A step of one child's plan: who does what by when. Its owner may see the plan until it is done."""

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="actions")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    came_of_it = models.CharField(max_length=300, blank=True)
    grant_ref = models.UUIDField(unique=True)

    goes_with = ("place",)

    class Meta:
        indexes = [models.Index(fields=["owner", "done_at", "due_on"])]

    def __str__(self) -> str:
        return f"Action {self.pk}"
