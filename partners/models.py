"""Why a partner may see: agreements, shares under them, and what the partner adds."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import Agency, User
from cases.models import CaseChild, Section
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


class Contribution(models.Model):
    """What a partner knows about a child that was shared with them, with their own audience.

    The author's agency and the full record see it. `for_partners`: so do other partners to whom
    this child's contributions are open.
    """

    place = models.ForeignKey(CaseChild, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    # The child's own words, where the partner has them.
    voice = models.TextField(blank=True)
    for_partners = models.BooleanField(default=False)

    goes_with = ("place",)

    class Meta:
        indexes = [models.Index(fields=["place", "-at"])]

    def __str__(self) -> str:
        return f"Contribution {self.pk}"
