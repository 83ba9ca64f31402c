"""The parts of the dashboard, each made of one snapshot's section."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import ClosingReason, Lens, NeedsMet
from insights.queries.tables import (
    Cell,
    Row,
    Show,
    Table,
    by_month,
    days,
    month_name,
    published,
    share,
)
from risk.scoring import BANDS, LENSES, NOTHING

STEPS = (
    ("referred", "Contact to referral"),
    ("accepted", "Referral to acceptance"),
    ("helped", "Acceptance to first help"),
    ("whole way", "Contact to first help, the whole way"),
)
MOVES = ("better", "no clear change", "worse")
SHOWN_MONTHS = 12


@dataclass(frozen=True)
class Demand:
    contacts: Table
    kinds: Table
    often: Table


@dataclass(frozen=True)
class Flow:
    referred: Table
    times: Table
    months: Table


@dataclass(frozen=True)
class Outcomes:
    closed: Table
    needs: Table
    returned: Table
    measures: Table


def demand(found: Mapping[str, Any], months: list[str], show: Show) -> Demand:
    """Contacts as they may be shown; children who were met often are always rounded."""
    now, before = found.get("kinds", {}), found.get("kinds before", {})
    kinds = sorted({*now, *before}, key=lambda kind: (-now.get(kind, 0), kind))
    seen = found.get("children seen", {}).get("", 0)
    often = found.get("children seen often", {}).get("", 0)
    return Demand(
        contacts=by_month(
            "contacts", "Contacts by month", "Contacts", months, found.get("contacts", {}), show
        ),
        kinds=Table(
            "kinds",
            "Contacts by kind",
            "Kind",
            ("Last 12 months", "12 months before"),
            tuple(Row(kind, (show(now.get(kind, 0)), show(before.get(kind, 0)))) for kind in kinds),
            "bars",
            "contacts",
        ),
        often=Table(
            "often",
            "Children met three times or more in 12 months",
            "In 12 months",
            ("Children",),
            (
                Row("Met at least once", (published(seen),)),
                Row("Met three times or more", (published(often),)),
                Row("Share of them", (share(often, seen, published),)),
            ),
        ),
    )


def readings(found: Mapping[str, Any]) -> Table:
    """Children by band under each lens, always rounded; the lowest band is not drawn beside the rest."""
    rows = [
        Row(
            band.capitalize(),
            tuple(published(found.get(lens, {}).get(band, 0)) for lens in LENSES),
            drawn=band != NOTHING,
        )
        for band in reversed(BANDS)
    ]
    heads = tuple(Lens(lens).label.capitalize() for lens in LENSES)
    return Table(
        "readings", "Children by reading and band", "Band", heads, tuple(rows), "bars", "children"
    )


def flow(found: Mapping[str, Any], months: list[str], show: Show) -> Flow:
    """Each step by the month in which it was reached; its days only where 5 or more children have any."""
    return Flow(
        referred=by_month(
            "referred",
            "Children referred by month",
            "Children referred",
            months,
            found.get("referred", {}),
            show,
        ),
        times=Table(
            "times",
            "Working days of each step, last 12 months",
            "Step",
            ("Children", "Half within", "Nine in ten within"),
            tuple(Row(name, _step(found, step, "year", show)) for step, name in STEPS),
            "bars",
            unit="working days",
            drawn_from=1,
        ),
        months=Table(
            "steps",
            "Children at each step by month",
            "Month",
            ("Referred", "Accepted", "First helped"),
            tuple(
                Row(
                    month_name(month),
                    tuple(show(found.get(step, {}).get(month, 0)) for step, _ in STEPS[:3]),
                )
                for month in months[-SHOWN_MONTHS:]
            ),
            "lines",
            "children",
        ),
    )


def _step(found: Mapping[str, Any], step: str, key: str, show: Show) -> tuple[Cell, Cell, Cell]:
    timed = found.get(f"{step} timed", {}).get(key, 0)
    return (
        show(found.get(step, {}).get(key, 0)),
        days(found.get(f"{step} median", {}).get(key), timed),
        days(found.get(f"{step} ninetieth", {}).get(key), timed),
    )


def timeliness(found: Mapping[str, Any], load: Mapping[str, Any], show: Show) -> Table:
    """What was due in thirteen weeks, what of it was in time, and the share."""

    def number(what: str) -> float:
        return found.get(what, {}).get("", 0)

    lines = [
        ("Referrals decided by their time", number("decided"), number("decided in time")),
        ("Flags answered in 15 minutes", number("flags"), number("flags in 15 minutes")),
        ("Flags answered in 1 hour", number("flags"), number("flags in 1 hour")),
        ("Flags answered in 4 hours", number("flags"), number("flags in 4 hours")),
        ("Contacts completed by the next day", number("captures"), number("captures in time")),
    ]
    if load:
        cases, late = (load.get(what, {}).get("", 0) for what in ("cases open", "reviews late"))
        lines.append(("Open cases with no review late", cases, cases - late))
    rows = [Row(name, (show(due), show(kept), share(kept, due, show))) for name, due, kept in lines]
    heads = ("All", "In time", "Share in time")
    return Table(
        "timeliness",
        "Done in time, last 13 weeks",
        "What",
        heads,
        tuple(rows),
        "bars",
        unit="per cent",
        drawn_from=2,
    )


def outcomes(found: Mapping[str, Any]) -> Outcomes:
    """What came of the help, always rounded."""
    cohort, back = (found.get(what, {}).get("", 0) for what in ("cohort", "came back"))
    return Outcomes(
        closed=_counted("closed", "Why cases closed", "Reason", found, ClosingReason.choices),
        needs=_counted("needs met", "Needs met at closure", "Needs met", found, NeedsMet.choices),
        returned=Table(
            "returned",
            "Referred again within 12 months of closure",
            "Closed one to two years ago",
            ("Children",),
            (
                Row("All", (published(cohort),)),
                Row("Referred again", (published(back),)),
                Row("Share of them", (share(back, cohort, published),)),
            ),
        ),
        measures=_counted(
            "measures",
            "Measures at the start and later",
            "Change",
            found,
            [(move, move.capitalize()) for move in MOVES],
        ),
    )


def _counted(
    what: str,
    title: str,
    first: str,
    found: Mapping[str, Any],
    words: Iterable[tuple[Any, Any]],
) -> Table:
    counted = found.get(what, {})
    rows = [Row(str(label), (published(counted.get(key, 0)),)) for key, label in words]
    column = "Measures" if what == "measures" else "Children"
    return Table(
        what.replace(" ", "-"), title, first, (column,), tuple(rows), "bars", column.lower()
    )
