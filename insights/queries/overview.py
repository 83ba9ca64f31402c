"""The figures of an area, or of the whole force, for one viewer."""

from dataclasses import dataclass
from datetime import date, datetime

import asking
import clock
from accounts.models import User
from insights import permissions, sql
from insights.models import Snapshot
from insights.models.snapshots import VERSION
from insights.queries import parts
from insights.queries.parts import Demand, Flow, Outcomes
from insights.queries.remits import Remit
from insights.queries.tables import Table, exact, published


@dataclass(frozen=True)
class Work:
    """What is in hand and what is late at this moment, counted exactly."""

    flags_unanswered: int
    referrals_waiting: int
    referrals_late: int
    actions_late: int
    reviews_late: int
    captures_late: int
    cases_open: int

    @property
    def is_late(self) -> bool:
        """Whether somebody waits for an answer, or something is late."""
        return bool(
            self.flags_unanswered
            or self.referrals_late
            or self.actions_late
            or self.reviews_late
            or self.captures_late
        )


@dataclass(frozen=True)
class Load:
    """One lead worker's open cases in one team. In the order of names: this is no ranking."""

    team: str
    lead_worker: str
    cases: int


@dataclass(frozen=True)
class Published:
    """What the newest snapshot says, as the viewer may see it. `readings` None: not theirs to see."""

    on: date
    taken_at: datetime
    model: int | None
    is_old: bool
    demand: Demand
    readings: Table | None
    flow: Flow
    timeliness: Table
    outcomes: Outcomes


@dataclass(frozen=True)
class Overview:
    """`work` and `load` are for who answers for the area; `night` None: no figures were kept yet.

    `with_police_only`: whether what is police only is counted. It is not for another agency, so
    that no figure tells them of it.
    """

    remit: Remit
    work: Work | None
    load: list[Load]
    night: Published | None
    with_police_only: bool


def overview(remit: Remit, *, viewer: User) -> Overview:
    """The dashboard of one of the viewer's remits. Work is of this moment, the rest of the night.

    NotAllowed (403) without the role.
    """
    permissions.check_can_see_dashboard(by=viewer)
    area = remit.area.pk if remit.area else sql.FORCE
    return Overview(
        remit=remit,
        work=work(remit, viewer=viewer),
        load=_load(area) if remit.is_exact else [],
        night=_night(remit, viewer),
        with_police_only=viewer.agency.is_lead,
    )


def work(remit: Remit, *, viewer: User) -> Work | None:
    """What is in hand at this moment; None for who does not answer for it."""
    permissions.check_can_see_dashboard(by=viewer)
    if not remit.is_exact:
        return None
    area = remit.area.pk if remit.area else sql.FORCE
    # Counted with the portal's eyes, as at night: a count that fell as a record was restricted would tell
    # of it, and would lose the other children of its contact.
    with asking.task("work in hand"):
        found = sql.section("load", sql.AsOf(clock.today())).get(area, {})

    def number(what: str) -> int:
        return int(found.get(what, {}).get("", 0))

    return Work(
        flags_unanswered=number("flags unanswered"),
        referrals_waiting=number("referrals waiting"),
        referrals_late=number("referrals late"),
        actions_late=number("actions late"),
        reviews_late=number("reviews late"),
        captures_late=number("captures late"),
        cases_open=number("cases open"),
    )


def is_taken(on: date, *, viewer: User) -> bool:
    """Whether a day's figures have been kept."""
    permissions.check_can_take_snapshot(by=viewer)
    return Snapshot.objects.filter(on=on, area=None, version=VERSION).exists()


def _load(area: int) -> list[Load]:
    with asking.task("load"):
        return [Load(*line) for line in sql.caseload(area, clock.today())]


def _night(remit: Remit, viewer: User) -> Published | None:
    kept = Snapshot.objects.filter(area=remit.area, version=VERSION, on__lte=clock.today())
    snapshot = kept.order_by("-on").first()
    if snapshot is None:
        return None
    figures = snapshot.figures["lead" if viewer.agency.is_lead else "partners"]
    months = [month.isoformat() for month in sql.months(snapshot.on)]
    show = exact if remit.is_exact else published
    return Published(
        on=snapshot.on,
        taken_at=snapshot.taken_at,
        model=figures.get("model"),
        is_old=(clock.today() - snapshot.on).days > 1,
        demand=parts.demand(figures["demand"], months, show),
        readings=parts.readings(figures["readings"]) if "readings" in figures else None,
        flow=parts.flow(figures["flow"], months, show),
        timeliness=parts.timeliness(figures["timeliness"], figures.get("load", {}), show),
        outcomes=parts.outcomes(figures["outcomes"]),
    )
