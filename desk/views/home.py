"""My work: what needs the viewer today, most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import accounts.commands
import accounts.queries
import cases.commands
import cases.queries
import insights.queries
import partners.queries
import referrals.permissions
import referrals.queries
import risk.permissions
import risk.queries
from accounts import permissions
from accounts.models import User
from cases.models import Action, Case, CaseChild
from desk.looks import looked_at_names
from desk.requests import Request

# Of each list; the rest stands on its own page.
MOST = 10


@dataclass(frozen=True)
class Due:
    """An action of the viewer's own."""

    action: Action
    is_late: bool


@dataclass(frozen=True)
class CaseOpen:
    """A case of the viewer's, with the children of it that they see."""

    case: Case
    places: list[CaseChild]


@dataclass(frozen=True)
class Queue:
    """The hub's queue: how many referrals wait, how many of them late."""

    waiting: int
    late: int


@require_safe
def home(request: Request) -> HttpResponse:
    """One page for everybody; each section stands only where the viewer's role has it."""
    viewer = request.user
    if accounts.queries.is_in_lead_agency(viewer=viewer):
        _climb_if_late(viewer)
    work = _work(viewer)
    if persons := _persons(work):
        cases_shown = [each.case.pk for each in work["cases"]]
        looked_at_names(request, persons, records={"case": cases_shown})
    return render(request, "desk/home/home.html", work)


@require_http_methods(["GET", "POST"])
def notification(request: Request, notification_id: int) -> HttpResponse:
    """Follow a line: it leaves the page, and leads to what it is about."""
    found = accounts.queries.notification(notification_id, viewer=request.user)
    if request.method != "POST":
        return redirect("home")
    accounts.commands.mark_seen(found, by=request.user)
    return redirect(found.url)


def evaluations_for_home(viewer: User) -> dict[str, Any]:
    """Reports without a decision, and what is being written."""
    return {"evaluations": insights.queries.of_my_work(viewer=viewer)[:MOST]}


def _climb_if_late(viewer: User) -> None:
    """A flag whose next step is due must not wait for the clock process alone."""
    if cases.queries.climb_is_late(viewer=viewer):
        cases.commands.climb(by=accounts.commands.system())


def _work(viewer: User) -> dict[str, Any]:
    may = {
        "can_log": permissions.can(permissions.RECORD_CONTACT, by=viewer),
        "can_act": permissions.can(permissions.SET_ACTION, by=viewer),
        "can_refer": referrals.permissions.can_make_referral(by=viewer),
        "can_triage": referrals.permissions.can_triage(by=viewer),
        "can_lead": permissions.can(permissions.LEAD_CASE, by=viewer),
        "can_review": permissions.can(permissions.REVIEW_PROMPTS, by=viewer),
        "can_see_shared": permissions.can(permissions.SEE_SHARED, by=viewer),
        "can_see_runs": risk.permissions.can_see_runs(by=viewer),
    }
    flags = list(cases.queries.flags(viewer=viewer)[: MOST + 1])
    actions = cases.queries.actions(viewer=viewer)[:MOST]
    shares = partners.queries.shared_with_us(viewer=viewer)[:MOST]
    work = may | {
        "flags": flags[:MOST],
        "more_flags": len(flags) > MOST,
        "notifications": accounts.queries.notifications(viewer=viewer)[:MOST],
        "captures": _captures(viewer) if may["can_log"] else [],
        "drafts": cases.queries.drafts(viewer=viewer).filter(form="contact")[:MOST],
        "actions": [Due(a, cases.queries.is_late(a, viewer=viewer)) for a in actions],
        "referrals": referrals.queries.outbox(viewer=viewer)[:MOST],
        "queue": _queue(viewer) if may["can_triage"] else None,
        "prompts": cases.queries.prompts_waiting(viewer=viewer) if may["can_review"] else None,
        "cases": _cases(viewer) if may["can_lead"] else [],
        "shares": shares,
        "run": risk.queries.runs(viewer=viewer).first() if may["can_see_runs"] else None,
    }
    work |= evaluations_for_home(viewer)
    return work | {"nothing_waits": not _waits(work)}


def _waits(work: dict[str, Any]) -> bool:
    """Whether anything here is for today."""
    return bool(
        work["flags"]
        or work["notifications"]
        or work["captures"]
        or work["evaluations"]
        or work["drafts"]
        or work["actions"]
        or (work["queue"] and work["queue"].waiting)
        or (work["prompts"] and work["prompts"].words)
    )


def _captures(viewer: User) -> Iterable[Any]:
    return cases.queries.to_complete(viewer=viewer)[:MOST]


def _queue(viewer: User) -> Queue:
    waiting = list(referrals.queries.inbox(viewer=viewer))
    clocks = [referrals.queries.clock_of(referral, viewer=viewer) for referral in waiting]
    return Queue(len(waiting), sum(each.late for each in clocks))


def _cases(viewer: User) -> list[CaseOpen]:
    found = list(cases.queries.caseload(viewer=viewer)[:MOST])
    places = cases.queries.places_in(found, viewer=viewer)
    return [CaseOpen(case, places.get(case.pk, [])) for case in found]


def _persons(work: dict[str, Any]) -> set[int]:
    """Whose names stand on the page."""
    return {
        *(flag.person_id for flag in work["flags"]),
        *(due.action.place.person_id for due in work["actions"]),
        *(place.person_id for each in work["cases"] for place in each.places),
        *(share.place.person_id for share in work["shares"]),
    }
