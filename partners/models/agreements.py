"""Agreements, and shares of one child under them, section by section."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

import clock
from accounts.models import Agency, User
from cases.models import CaseChild, ChronologyEvent, Contact, Person, Section
from govuk.dates import date_in_words

# What is shared for safeguarding goes on for so long after its agreement has ended (design/access.md).
GOES_ON = timedelta(days=30)


class Regime(models.TextChoices):
    """The two laws under which the portal's agencies process: one share stands under one of them."""

    GENERAL = "UK GDPR"
    LAW_ENFORCEMENT = "Data Protection Act 2018 part 3"


class LawfulBasis(models.TextChoices):
    """UK GDPR article 6 bases and the law-enforcement basis that an agreement may name."""

    PUBLIC_TASK = "public task", "Public task (UK GDPR article 6(1)(e))"
    LEGAL_OBLIGATION = "legal obligation", "Legal obligation (UK GDPR article 6(1)(c))"
    VITAL_INTERESTS = "vital interests", "Vital interests (UK GDPR article 6(1)(d))"
    LAW_ENFORCEMENT = "law enforcement", "Law enforcement (Data Protection Act 2018 part 3)"

    @property
    def regime(self) -> Regime:
        return Regime.LAW_ENFORCEMENT if self == self.LAW_ENFORCEMENT else Regime.GENERAL


class Condition(models.TextChoices):
    """What allows special category data (such as health) to be shared: Data Protection Act 2018,
    schedule 1 beside the UK GDPR, schedule 8 for sensitive processing under part 3."""

    HEALTH_CARE = "health or social care", "Health or social care (schedule 1, paragraph 2)"
    STATUTORY = "statutory", "Statutory and government purposes (schedule 1, paragraph 6)"
    UNLAWFUL_ACTS = (
        "unlawful acts",
        "Preventing or detecting unlawful acts (schedule 1, paragraph 10)",
    )
    SAFEGUARDING = (
        "safeguarding",
        "Safeguarding of children and of individuals at risk (schedule 1, paragraph 18)",
    )
    STATUTORY_ENFORCEMENT = (
        "statutory, part 3",
        "Statutory purposes, law enforcement (schedule 8, paragraph 1)",
    )
    SAFEGUARDING_ENFORCEMENT = (
        "safeguarding, part 3",
        "Safeguarding of children and of individuals at risk, law enforcement "
        "(schedule 8, paragraph 4)",
    )

    @property
    def regime(self) -> Regime:
        return Regime.LAW_ENFORCEMENT if self.endswith(", part 3") else Regime.GENERAL


# What may be shared of a child before there is a case: the rest stands on a place.
OF_A_CHILD = frozenset({Section.SUMMARY, Section.CHRONOLOGY, Section.WATCH})


def shareable() -> list[tuple[str, str]]:
    """The sections that may be shared at all: never the full record, points, bands or models."""
    return [choice for choice in Section.choices if choice[0] != Section.FULL]


def in_words(sections: Collection[str]) -> list[str]:
    """Sections by their names, in the order of a child's page."""
    return [name for section, name in Section.choices if section in sections]


class Agreements(models.QuerySet["Agreement"]):
    def in_force(self) -> "Agreements":
        """Those under which something may be shared today."""
        runs = self.filter(starts_on__lte=clock.today(), ends_on__gt=clock.today())
        return runs.exclude(pk__in=_suspended())


def _suspended() -> "models.QuerySet[Suspension, int]":
    """The agreements that are suspended now, by id."""
    return Suspension.objects.filter(resumed_at=None).values_list("agreement", flat=True)


class Agreement(models.Model):
    """An information sharing agreement: executable policy, not paper. `ends_on` is exclusive."""

    title = models.CharField(max_length=160)
    parties = models.ManyToManyField(Agency, related_name="+")
    purposes = ArrayField(models.CharField(max_length=120))
    lawful_bases = ArrayField(models.CharField(max_length=20, choices=LawfulBasis))
    conditions = ArrayField(
        models.CharField(max_length=24, choices=Condition), default=list, blank=True
    )
    sections = ArrayField(models.CharField(max_length=16, choices=Section))
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField()
    impact_assessment = models.CharField(max_length=60)
    # Who signed on paper for the parties, in words; `signed_by` put it in the register.
    signatories = ArrayField(models.CharField(max_length=160), default=list, blank=True)
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
    def suspension(self) -> "Suspension | None":
        """The decision that suspends it now."""
        return next((each for each in self.suspensions.all() if each.resumed_at is None), None)

    @property
    def is_suspended(self) -> bool:
        return self.suspension is not None

    @property
    def is_in_force(self) -> bool:
        return self.starts_on <= clock.today() < self.ends_on and not self.is_suspended

    @property
    def has_ended(self) -> bool:
        return self.ends_on <= clock.today()

    @property
    def lawful_bases_in_words(self) -> list[str]:
        return [LawfulBasis(basis).label for basis in self.lawful_bases]

    @property
    def conditions_in_words(self) -> list[str]:
        return [Condition(condition).label for condition in self.conditions]

    @property
    def sections_in_words(self) -> list[str]:
        return in_words(self.sections)

    def latest_end(self, *, is_safeguarding: bool) -> datetime:
        """The moment (exclusive) at which whatever is shared under it shows nothing more."""
        return clock.start_of(self.ends_on + (GOES_ON if is_safeguarding else timedelta()))

    def refusals(
        self,
        *,
        agency: Agency,
        purpose: str,
        lawful_basis: str,
        sections: Collection[str],
        until: datetime,
        condition: str = "",
        starts_at: datetime | None = None,
        is_safeguarding: bool = False,
    ) -> dict[str, str]:
        """What of a share this agreement does not allow now: {field: what to do instead}.

        `condition` is '' where no special category data is shared; without `starts_at`: from now.
        """
        allowed = set(self.sections) & {section for section, _ in shareable()}
        refused = {
            "agreement": (
                not self.is_in_force,
                "Choose another agreement: this one is suspended."
                if self.is_suspended
                else f"Choose another agreement: this one runs from {date_in_words(self.starts_on)} "
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
        }
        found = {field: words for field, (is_refused, words) in refused.items() if is_refused}
        found |= self._condition_refused(condition, lawful_basis)
        return found | self._window_refused(starts_at, until, is_safeguarding)

    def _condition_refused(self, condition: str, lawful_basis: str) -> dict[str, str]:
        if not condition:
            return {}
        if condition not in self.conditions:
            known = "; ".join(self.conditions_in_words) or "it names none"
            return {"condition": f"Choose a condition of this agreement: {known}."}
        known_basis = lawful_basis in LawfulBasis.values
        if known_basis and Condition(condition).regime != LawfulBasis(lawful_basis).regime:
            regime = LawfulBasis(lawful_basis).regime.value
            return {"condition": f"Choose a condition of the same law as the basis: {regime}."}
        return {}

    def _window_refused(
        self, starts_at: datetime | None, until: datetime, is_safeguarding: bool
    ) -> dict[str, str]:
        """A share begins today or later, ends after it begins, and with its agreement at the latest.

        One for safeguarding may end up to 30 days later.
        """
        now = clock.now()
        begins = starts_at or now
        if begins < clock.start_of(clock.today()):
            return {"starts_at": "Choose a first day that is today or later."}
        if begins > now and begins >= clock.start_of(self.ends_on):
            return {
                "starts_at": "Choose a first day before this agreement ends, on "
                f"{date_in_words(self.last_day)}."
            }
        latest = self.latest_end(is_safeguarding=is_safeguarding)
        if now < until <= latest and until <= begins:
            return {"until": "Choose a last day that is not before the first day."}
        if not now < until <= latest:
            ends = date_in_words(clock.london_date(latest - timedelta(microseconds=1)))
            return {
                "until": f"Choose a day from today until 30 days after this agreement ends, {ends}."
                if is_safeguarding
                else f"Choose a day from today until this agreement ends, on {ends}."
            }
        return {}


class Suspension(models.Model):
    """A decision that an agreement opens nothing, safeguarding included, until it is resumed."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="suspensions")
    suspended_at = models.DateTimeField()
    suspended_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    resumed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(resumed_at=None), name="one_live_suspension"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at=None, resumed_by=None)
                | Q(resumed_at__gte=F("suspended_at"), resumed_by__isnull=False),
                name="resumed_by_somebody_after_suspension",
            ),
        ]

    def __str__(self) -> str:
        return f"Suspension of {self.agreement_id}"


class EndWarning(models.Model):
    """That an agreement's end was warned of, so many days before: each once."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    days_before = models.PositiveSmallIntegerField()
    warned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "days_before"], name="each_warning_once")
        ]

    def __str__(self) -> str:
        return f"{self.days_before} days before the end of {self.agreement_id}"


class Shares(models.QuerySet["Share"]):
    def standing(self) -> "Shares":
        """Those not ended and not run out: live, yet to begin, or under a suspended agreement."""
        return self.filter(ended_at=None, until__gt=clock.now())

    def live(self) -> "Shares":
        """Those that open something at this moment."""
        begun = self.standing().filter(starts_at__lte=clock.now())
        return begun.exclude(agreement__in=_suspended())

    def suspended(self) -> "Shares":
        """Those that would be open but for the suspension of their agreement."""
        return self.standing().filter(agreement__in=_suspended())


class Share(models.Model):
    """One child opened to one agency under one agreement, section by section.

    Of the child's `place` in a case; before there is a case, of the child (a referral is shared
    through its children) or, with `contact`, of the partner's text of that contact alone.
    `summary` is written for the partner by a person; the narrative is never shared as typed.
    `grant_ref` names the access rows of its present period: resumed, it is given a new one.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.ForeignKey(CaseChild, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="shares")
    purpose = models.CharField(max_length=120)
    lawful_basis = models.CharField(max_length=20, choices=LawfulBasis)
    # Of special category data; '': none of it is shared.
    condition = models.CharField(max_length=24, choices=Condition, blank=True)
    necessity = models.TextField()
    # '' unless whoever shares says that it is for safeguarding, and why.
    safeguarding_reason = models.CharField(max_length=300, blank=True)
    summary = models.TextField()
    sections = ArrayField(models.CharField(max_length=16, choices=Section))
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)
    grant_ref = models.UUIDField(unique=True)
    # The last day on which its owners were told that its agreement has ended.
    climbed_on = models.DateField(null=True, blank=True)

    goes_with = ("person", "place", "contact")
    objects = Shares.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="share_window"),
            models.CheckConstraint(
                condition=Q(place=None) | Q(contact=None), name="share_of_place_or_contact"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "until"]),
            models.Index(fields=["place", "agency"]),
            models.Index(fields=["person", "agency"]),
        ]

    def __str__(self) -> str:
        return f"Share {self.pk}"

    @property
    def reference(self) -> str:
        return f"S-{self.pk}"

    @property
    def subject(self) -> CaseChild | Person:
        """What the access rows stand on."""
        return self.place or self.person

    @property
    def answers(self) -> User:
        """Whom the receiver calls about it: the lead worker, or, without a case, who decided it."""
        return self.place.case.lead_worker if self.place else self.decided_by

    @property
    def is_safeguarding(self) -> bool:
        return bool(self.safeguarding_reason)

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None and clock.now() < self.until

    @property
    def is_live(self) -> bool:
        begun = self.is_standing and self.starts_at <= clock.now()
        return begun and not self.agreement.is_suspended

    @property
    def last_day(self) -> date:
        """The last London day on which something of it is open; `until` is exclusive."""
        return clock.london_date(self.until - timedelta(microseconds=1))

    @property
    def closes_at(self) -> datetime:
        """The moment (exclusive) at which it shows nothing more: its own end or its agreement's."""
        latest = self.agreement.latest_end(is_safeguarding=self.is_safeguarding)
        return min(self.until, latest)

    @property
    def sections_in_words(self) -> list[str]:
        return in_words(self.sections)


class PartnerText(models.Model):
    """What partners read of one line of a chronology, or of a contact, written by a person.

    For one share, or (`share` None) for every partner to whom the line is open. The newest counts;
    an empty text takes back the one before, and the heading alone is left.
    """

    event = models.ForeignKey(ChronologyEvent, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    share = models.ForeignKey(Share, models.PROTECT, null=True, related_name="texts")
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    goes_with = ("event", "contact", "share")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, contact=None)
                | Q(event=None, contact__isnull=False),
                name="text_of_an_event_or_a_contact",
            )
        ]
        indexes = [models.Index(fields=["event", "-id"]), models.Index(fields=["contact", "-id"])]

    def __str__(self) -> str:
        return f"Partner text {self.pk}"
