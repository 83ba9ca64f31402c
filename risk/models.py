"""What the facts weigh: published models, the current reading of each child, its history, the runs."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from cases.models import Indicator, IndicatorKind, Lens, Person
from risk import scoring

# {"0-6": "weight_0_6", ...}
WEIGHT_COLUMNS = {band: f"weight_{band.replace('-', '_')}" for band in scoring.AGE_BANDS}


class Band(models.TextChoices):
    """The words of a reading, lowest first."""

    NOTHING = "nothing recorded"
    EARLY = "early conversation"
    COORDINATED = "coordinated help"
    HUB = "consult the hub"


class Model(models.Model):
    """A published set of weights. Old ones are kept; the live one is the newest published.

    `bands` is {lens: [early, coordinated, hub]}: lower limits, the first exclusive of 0.
    `factors` keeps the numbers of the formula itself, so that an old model can be read again: those
    of severity and confidence, the caps of an indicator and of a domain, the strengths' share.
    """

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=120)
    bands = models.JSONField()
    factors = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField()

    kept_apart = "nothing of children"

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Model {self.number}"

    def rules(self) -> scoring.Model:
        """The same model in plain values, for the pure rules."""
        rows = self.indicators.select_related("indicator")
        return scoring.Model(
            number=self.number,
            indicators={row.indicator.code: row.rule() for row in rows},
            bands={lens: tuple(limits) for lens, limits in self.bands.items()},
            severity={int(level): factor for level, factor in self.factors["severity"].items()},
            confidence=self.factors["confidence"],
            indicator_cap=self.factors["indicator_cap"],
            domain_cap=self.factors["domain_cap"],
            strength_share=self.factors["strength_share"],
        )


class ModelIndicator(models.Model):
    """What one indicator weighs in one model, by age band, and how long it lasts.

    Decay days are None for an enduring indicator; `review_days` is for enduring strengths.
    """

    model = models.ForeignKey(Model, models.CASCADE, related_name="indicators")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=IndicatorKind)
    lens = models.CharField(max_length=16, choices=Lens, blank=True)
    domain = models.CharField(max_length=20)
    weight_0_6 = models.FloatField(default=0)
    weight_7_9 = models.FloatField(default=0)
    weight_10_12 = models.FloatField(default=0)
    weight_13_15 = models.FloatField(default=0)
    weight_16_25 = models.FloatField(default=0)
    full_days = models.PositiveIntegerField(null=True)
    half_life_days = models.PositiveIntegerField(null=True)
    expires_days = models.PositiveIntegerField(null=True)
    review_days = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "indicator"], name="one_weight_a_model")
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} in model {self.model_id}"

    def rule(self) -> scoring.IndicatorRule:
        """The same in plain values; age bands without a weight are left out."""
        weights = {band: getattr(self, column) for band, column in WEIGHT_COLUMNS.items()}
        return scoring.IndicatorRule(
            code=self.indicator.code,
            kind=self.kind,
            lens=self.lens or None,
            domain=self.domain,
            weights={band: weight for band, weight in weights.items() if weight},
            full_days=self.full_days,
            half_life_days=self.half_life_days,
            expires_days=self.expires_days,
            review_days=self.review_days,
            enduring=self.full_days is None,
        )


class Figures(models.Model):
    """The three readings of one child, never added together; unrounded, bands decided unrounded."""

    harm_to_child = models.FloatField()
    harm_by_child = models.FloatField()
    need = models.FloatField()
    harm_to_child_band = models.CharField(max_length=20, choices=Band)
    harm_by_child_band = models.CharField(max_length=20, choices=Band)
    need_band = models.CharField(max_length=20, choices=Band)
    strengths = models.FloatField()
    breadth = models.PositiveSmallIntegerField()
    model = models.ForeignKey(Model, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Reading(Figures):
    """The current reading: a cache of the facts, one row a child. No index on what moves nightly.

    `facts_version` is the version of the facts that were read: an older one never overwrites.
    """

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="+")
    facts_version = models.BigIntegerField()
    read_at = models.DateTimeField()

    goes_with = ("person",)

    def __str__(self) -> str:
        return f"Reading of {self.person_id}"


class ReadingHistory(Figures):
    """How a reading stood when a band changed or a reading had moved by 1.0 since the last row."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    goes_with = ("person",)

    class Meta:
        verbose_name_plural = "reading history"
        indexes = [models.Index(fields=["person", "-read_at"])]

    def __str__(self) -> str:
        return f"Reading of {self.person_id} at {self.read_at:%Y-%m-%d}"


class RunState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Run(models.Model):
    """One reading of everybody, as of a London day: who asked, how far it is, what it found.

    It is read in chunks. While it is under way `people` are all who are known, `done` those of the
    chunks that are done; then both are the people read. `figures` is kept when it has ended: people
    read, rows changed and removed, history rows, people by lens and band, seconds. A day has one
    nightly run at most.
    """

    as_of = models.DateField()
    is_nightly = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)

    kept_apart = "counts alone"

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["as_of"], condition=Q(is_nightly=True), name="one_nightly_run_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} as of {self.as_of}"


class Chunk(models.Model):
    """The people of a run whose ids are `first` to `last`: read in one transaction, by one worker.

    `people` are who was known when the run began; `figures` are the run's, of these people. `error`
    is the first line of what went wrong when it was tried for the last time.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="chunks")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    people = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=RunState, default=RunState.WAITING)
    ended_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)

    kept_apart = "counts, and bounds of ids that need not be anybody's"

    class Meta:
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(fields=["run", "first"], name="a_chunk_once_a_run"),
        ]

    def __str__(self) -> str:
        return f"People {self.first} to {self.last} of run {self.run_id}"
