"""Figures, evaluations, and the nightly run."""

import insights.permissions
import insights.queries
import risk.queries
from accounts.models import User
from desk.my_work.sections.section import MOST, Section


def figures(viewer: User) -> Section | None:
    """What is in hand now where the viewer answers for it; of the whole force, that alone.

    Whoever reads published figures only has no work in hand: for them it is the way to the page.
    """
    remits = insights.queries.remits(viewer=viewer)
    own = [remit for remit in remits if remit.is_exact] or remits
    shown = own[:1] if own and own[0].area is None else own
    work = [(remit, insights.queries.work(remit, viewer=viewer)) for remit in shown]
    waits = any(in_hand and in_hand.is_late for _, in_hand in work)
    return Section("figures", work, waits=waits) if work else None


def evaluations(viewer: User) -> Section | None:
    """Reports being written, and those on which nothing is decided yet; for who plans, the way to it."""
    found = insights.queries.of_my_work(viewer=viewer)[:MOST]
    can_plan = insights.permissions.can_plan_evaluation(by=viewer)
    if not found and not can_plan:
        return None
    return Section("evaluations", {"found": found, "can_plan": can_plan}, waits=bool(found))


def runs(viewer: User) -> Section | None:
    return Section("runs", risk.queries.runs(viewer=viewer).first())
