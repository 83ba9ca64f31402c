"""One child's page, seen through the sections that are the viewer's; the readings explained; who looked."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import accounts.permissions
import audit.queries
import cases.permissions
import cases.queries
import clock
import oversight.permissions
import partners.permissions
import partners.queries
import referrals.queries
import risk.queries
from accounts.models import User
from audit.denied import NotVisible
from cases.access.scope import Sight
from cases.models import CaseChild, EventKind, IndicatorKind, Section
from desk import paging, seen_by
from desk.help import Help, help_in
from desk.looks import looked, looked_at
from desk.requests import Request
from partners.models import Share, WithdrawalDecision
from partners.queries import PlaceSeen

EVENTS_ON_A_PAGE = 20
VOICES = 5


@dataclass(frozen=True)
class Place:
    """A child's place in a case, with what the viewer sees of it and may do there."""

    place: CaseChild
    seen: PlaceSeen
    share: Share | None
    can_contribute: bool
    can_share: bool
    can_set_action: bool
    can_ask: bool
    help: Help | None
    undecided: WithdrawalDecision | None

    late: frozenset[int]

    @property
    def shows_plan(self) -> bool:
        return bool(self.seen.sections & {Section.FULL, Section.PLAN})


@require_safe
def child(request: Request, person_id: int) -> HttpResponse:
    """A child's page: the full record, or the sections that were shared and nothing else."""
    sight = cases.queries.record(person_id, viewer=request.user)
    looked_at(request, sight)
    context = {
        **_head(sight, request.user),
        "safe": cases.queries.safe_to_tell(sight, viewer=request.user),
        "can_keep_standing": cases.permissions.can_keep_standing(sight, by=request.user),
        "places": _places(sight, request.user),
        **_chronology(request, sight),
    }
    if sight.everything:
        context |= _full(sight, request.user)
        return render(request, "desk/children/child.html", context)
    context["watch_for"] = risk.queries.watch_for(sight, viewer=request.user)
    context["statuses"] = cases.queries.statuses([sight.person], viewer=request.user).get(person_id)
    context["can_open"] = cases.permissions.can_open(sight.person, by=request.user)
    context["child_shares"] = [
        (share, partners.queries.contact_seen(share, viewer=request.user))
        for share in partners.queries.shares_of_child(sight.person, viewer=request.user)
    ]
    context["shows"] = {section.value: sight.shows(section) for section in Section}
    return render(request, "desk/children/shared.html", context)


@require_safe
def readings(request: Request, person_id: int) -> HttpResponse:
    """Why the child reads as they do, for lead agency and hub with the full record."""
    sight = cases.queries.record(person_id, viewer=request.user)
    if not sight.readings:
        raise NotVisible("child", person_id)
    looked_at(request, sight)
    context = {
        **_head(sight, request.user),
        "explanation": risk.queries.explanation(sight, viewer=request.user),
        "flag_held_back": cases.queries.flag_held_back(sight, viewer=request.user),
    }
    return render(request, "desk/children/readings.html", context)


@require_safe
def looks(request: Request, person_id: int) -> HttpResponse:
    """Who has seen this record: for its full holders in the lead agency, and for governance.

    Information governance has no ground on the child: it reads the reference, never the name, and
    no answer tells it whether there is such a record. It alone sees who was refused.
    """
    governs = oversight.permissions.can_read(by=request.user)
    if governs:
        looked(request, persons=[person_id], ground="audit")
    else:
        sight = cases.queries.record(person_id, viewer=request.user)
        if not (sight.everything and sight.police):
            raise NotVisible("child", person_id)
        looked_at(request, sight)
    before = seen_by.day_of(request.GET.get("before", ""))
    found = audit.queries.seen(person_id, viewer=request.user, before=before, refused=governs)
    context = {
        "reference": f"C-{person_id}",
        "person": None if governs else sight.person,
        "days": seen_by.by_day(found.rows, viewer=request.user),
        "before": before,
        "earlier": found.earliest if found.more else None,
    }
    return render(request, "desk/children/looks.html", context)


def _head(sight: Sight, viewer: User) -> dict[str, Any]:
    """What stands above every page of a child: who it is, and what must be answered first."""
    return {
        "sight": sight,
        "person": sight.person,
        "flags": cases.queries.open_flags(sight, viewer=viewer),
        "can_answer": accounts.permissions.can(accounts.permissions.ANSWER_FLAG, by=viewer),
    }


def _full(sight: Sight, viewer: User) -> dict[str, Any]:
    """What only the full record has."""
    observations = cases.queries.observations(sight, viewer=viewer)
    shares = list(partners.queries.disclosures(sight.person, viewer=viewer))
    return {
        "restriction": cases.queries.restriction_of(sight, viewer=viewer),
        "pointer": cases.queries.pointers([sight.person], viewer=viewer)[0],
        "age": cases.queries.age(sight.person, viewer=viewer),
        "opening": cases.queries.opening(sight.person, viewer=viewer),
        "can_keep": cases.permissions.can_keep_record(sight, by=viewer),
        "strengths": observations.filter(indicator__kind=IndicatorKind.STRENGTH),
        "explanation": risk.queries.explanation(sight, viewer=viewer),
        "watch_for": [] if sight.readings else risk.queries.watch_for(sight, viewer=viewer),
        "voices": cases.queries.voices(sight, viewer=viewer)[:VOICES],
        "referrals": referrals.queries.about(sight, viewer=viewer),
        "notices": partners.queries.notices_about(sight.person, viewer=viewer),
        "can_send_notice": partners.permissions.can_send_notice(sight.person, by=viewer),
        "not_shared": list(partners.queries.decisions_not_to_share(sight.person, viewer=viewer)),
        "can_decide_not_to_share": partners.permissions.can_decide_not_to_share(
            sight.person, by=viewer
        ),
        "now": clock.now(),
        "live_shares": [share for share in shares if share.is_standing],
        "past_shares": [share for share in shares if not share.is_standing],
        "kept_shares": {
            share.pk for share in shares if partners.permissions.can_keep(share, by=viewer)
        },
        "can_share_child": partners.permissions.can_share_child(sight, by=viewer),
        "likely": cases.queries.likely_matches(sight, viewer=viewer),
        "police_hold_more": cases.queries.police_hold_more(sight, viewer=viewer),
        "flag_held_back": cases.queries.flag_held_back(sight, viewer=viewer),
    }


def _places(sight: Sight, viewer: User) -> list[Place]:
    return [_place(place, viewer) for place in cases.queries.places_of(sight, viewer=viewer)]


def _place(place: CaseChild, viewer: User) -> Place:
    seen = partners.queries.as_shared(place, viewer=viewer)
    return Place(
        place=place,
        seen=seen,
        share=partners.queries.share_of(place, viewer=viewer),
        can_contribute=partners.permissions.can_contribute(place, by=viewer),
        can_share=partners.permissions.can_share(place, by=viewer),
        can_set_action=cases.permissions.can_set_action(place, by=viewer),
        can_ask=partners.permissions.can_ask(place, by=viewer),
        help=help_in(place, viewer=viewer),
        undecided=partners.queries.undecided([place], viewer=viewer).get(place.pk),
        late=frozenset(a.pk for a in seen.actions if cases.queries.is_late(a, viewer=viewer)),
    )


def _chronology(request: Request, sight: Sight) -> dict[str, Any]:
    """A page of the child's one line of time, of one kind where the address names one."""
    events = cases.queries.chronology(sight, viewer=request.user)
    if not sight.everything:
        events = partners.queries.with_partner_texts(events, viewer=request.user)
    kind = request.GET.get("kind", "")
    if kind in EventKind.values:
        events = events.filter(kind=kind)
    return {
        "events": paging.by_moment(
            request, events, at="occurred_at", size=EVENTS_ON_A_PAGE, fragment="#chronology"
        ),
        "kinds": EventKind.choices,
        "kind": kind if kind in EventKind.values else "",
    }
