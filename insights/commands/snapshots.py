"""Keep a day's figures: for the whole force and for each area, from one statement a section."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

import accounts.queries
import asking
import audit.commands
import clock
import risk.queries
from accounts.models import User
from audit.models import Kind
from insights import permissions, sql
from insights.models import Snapshot
from insights.models.snapshots import VERSION

# Whoever takes snapshots takes turns.
TAKING = 20261128
# In the order of the page. Readings come from risk.
SECTIONS = ("demand", "flow", "load", "timeliness", "outcomes")


@asking.command
def take_snapshot(*, on: date, by: User) -> list[Snapshot]:
    """Keep what had been recorded by the end of a London day; of today, what is recorded so far.

    Answers the day's snapshots, the whole force first. Taken again, a snapshot whose figures are
    the same stays as it is, and one whose figures are others is brought up to date: a past day may
    have changed where tables keep no history (a team, an area of a contact, an amended text). Two
    at once take turns. ValidationError for a day to come.
    """
    permissions.check_can_take_snapshot(by=by)
    if on > clock.today():
        raise ValidationError({"on": "The date must be today or in the past."})
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [TAKING])
    kept = {snapshot.area_id or sql.FORCE: snapshot for snapshot in Snapshot.objects.filter(on=on)}
    taken = [_keep(kept.get(area), on, area, found) for area, found in _figures(on, by).items()]
    records = {"snapshot": on.isoformat(), "areas": len(taken) - 1}
    audit.commands.record(Kind.ALTERATION, "take snapshot", records=records, by=by)
    return taken


def _keep(kept: Snapshot | None, on: date, area: int, figures: dict[str, Any]) -> Snapshot:
    if kept is not None and (kept.figures, kept.version) == (figures, VERSION):
        return kept
    snapshot = kept or Snapshot(on=on, area_id=area or None)
    snapshot.figures, snapshot.version, snapshot.taken_at = figures, VERSION, clock.now()
    snapshot.save()
    return snapshot


def _figures(on: date, by: User) -> dict[int, dict[str, Any]]:
    """What each snapshot keeps, by area id, the whole force first."""
    lead = {name: sql.section(name, sql.AsOf(on)) for name in SECTIONS}
    model, bands = risk.queries.bands_by_area(on, viewer=by)
    # Partners learn nothing from a reading, nor from what is police only.
    partners = {
        name: sql.section(name, sql.AsOf(on, police=False)).get(sql.FORCE, {})
        for name in SECTIONS
        if name != "load"
    }
    areas = [sql.FORCE, *(area.pk for area in accounts.queries.areas(viewer=by))]
    return {
        area: {
            "lead": {name: found.get(area, {}) for name, found in lead.items()}
            | {"readings": bands.get(area, {}), "model": model},
            "partners": partners if area == sql.FORCE else None,
        }
        for area in areas
    }
