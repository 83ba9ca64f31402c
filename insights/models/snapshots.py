"""The night's figures of an area, or of the whole force, as they were kept."""

from django.db import models

from accounts.models import Area

# Of the shape of `figures`: a page shows no snapshot of another shape.
VERSION = 1


class Snapshot(models.Model):
    """What had been recorded by the end of a London day, counted. `area` None: the whole force.

    `figures` is {"lead": {section: {what: {key: number}}}, "partners": the same or None}: exact, so
    no page shows them as they are (insights.queries). What partners see is counted without what is
    police only, and for the whole force alone. Keys are words, dates of first days of months, or ''.
    """

    on = models.DateField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    version = models.PositiveSmallIntegerField(default=VERSION)
    figures = models.JSONField()
    taken_at = models.DateTimeField()

    kept_apart = "counts alone"

    class Meta:
        ordering = ["-on", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "area"], nulls_distinct=False, name="one_snapshot_a_day"
            )
        ]
        indexes = [models.Index(fields=["area", "-on"])]

    def __str__(self) -> str:
        return f"Figures of {self.area or 'the whole force'} on {self.on}"
