"""Refer children to the hub, the hub's queue, and the page on which a referral is decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import accounts.permissions
import accounts.queries
import cases.queries
import risk.queries
from accounts.models import User
from audit.denied import NotVisible
from cases.access.scope import Sight
from cases.models import (
    ChronologyEvent,
    ContactChild,
    EventKind,
    Flag,
    IndicatorKind,
    Observation,
    Person,
    Section,
)
from cases.queries import Pointer, WhoMayBeTold
from desk import paging, refusals
from desk.looks import looked
from desk.requests import Request, posted
from desk.templatetags.waits import time_left
from referrals import commands, forms, permissions, queries
from referrals.models import Referral
from referrals.queries import Clock
from risk.queries import CurrentReading

# A decision needs the last that was said and done; the child's own page has all of it.
VOICES, EVENTS = 3, 8


def refer(request: Request, contact_id: int) -> HttpResponse:
    """Put children of a contact before the hub."""
    contact = cases.queries.contact(contact_id, viewer=request.user)
    permissions.check_can_make_referral(contact=contact, children=(), by=request.user)
    children = [child.person for child in contact.children.all()]
    seen = _sights(children, request.user)
    form = forms.Referral(
        posted(request),
        children=children,
        initial={"children": [str(child.pk) for child in children]},
    )
    if form.is_valid():
        try:
            made = commands.make_referral(contact=contact, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"Referral {made.reference} is with the hub.")
            return redirect("referral", made.pk)
    grounds = {ground for sight in seen.values() for ground in sight.grounds}
    looked(
        request,
        persons=[child.pk for child in children],
        records={"contact": contact.pk},
        sections={section for sight in seen.values() for section in sight.sections},
        ground=", ".join(sorted(grounds))[:80] or "task",
    )
    made_before = queries.outbox(viewer=request.user).filter(contact=contact).first()
    context = {"contact": contact, "children": children, "form": form, "made": made_before}
    status = 422 if form.errors else 200
    return render(request, "desk/referrals/refer.html", context, status=status)


def _sights(people: Iterable[Person], viewer: User) -> dict[int, Sight]:
    """What the viewer sees of these children, by id; whoever is not open to them is not in it."""
    found = {}
    for person in people:
        try:
            found[person.pk] = cases.queries.record(person.pk, viewer=viewer)
        except NotVisible:
            continue
    return found


@dataclass(frozen=True)
class Waiting:
    """A line of the queue. `flagged`: one of its children has a flag that nobody has answered."""

    referral: Referral
    children: list[tuple[Person, int | None]]
    clock: Clock
    time_left: str
    flagged: bool


def referrals(request: Request) -> HttpResponse:
    """The hub's queue for whoever decides; for everybody what they referred, and its answer."""
    triages = permissions.can_triage(by=request.user)
    if not triages:
        accounts.permissions.check(accounts.permissions.MAKE_REFERRAL, by=request.user)
    queue = paging.first_due(request, queries.queue(viewer=request.user))
    waiting = queue.rows
    page = paging.by_moment(request, queries.outbox(viewer=request.user), at="made_at")
    shown = [*waiting, *page.rows]
    looked(
        request,
        persons=[child.person_id for referral in shown for child in referral.children.all()],
        records={"referrals": sorted({referral.pk for referral in shown})},
        ground="hub" if waiting else "own",
    )
    context = {
        "triages": triages,
        "waiting": [_line(each, each.flagged, request.user) for each in waiting],
        "queue": queue,
        "page": page,
    }
    return render(request, "desk/referrals/list.html", context)


def _line(referral: Referral, flagged: bool, viewer: User) -> Waiting:
    people = [child.person for child in referral.children.all()]
    return Waiting(
        referral=referral,
        children=[(person, cases.queries.age(person, viewer=viewer)) for person in people],
        clock=(left := queries.clock_of(referral, viewer=viewer)),
        time_left=time_left(left),
        flagged=flagged,
    )


def referral(request: Request, referral_id: int) -> HttpResponse:
    """One referral: for the hub the page to decide it on, for the referrer what became of it."""
    found = queries.referral(referral_id, viewer=request.user)
    if request.method != "POST":
        return _page(request, found)
    permissions.check_can_decide(found, by=request.user)
    form = _form(found, request.user, request.POST)
    if found.is_waiting and form.is_valid():
        try:
            _decide(found, form.cleaned_data, request.user)
        except ValidationError as error:
            refusals.put(form, error)
        found = queries.referral(referral_id, viewer=request.user)
    if not found.is_waiting:
        # Decided now, or before by somebody faster: the page says by whom, and how.
        return redirect("referral", found.pk)
    return _page(request, found, form)


def _decide(found: Referral, said: dict[str, Any], by: User) -> None:
    words = {
        "reason": said["reason"],
        "answer": said["answer"],
        "safe_to_tell_read": said.get("safe_to_tell_read", []),
        "by": by,
    }
    if said["decision"] == "accept":
        place = {name: said[name] for name in ("family_name", "team", "lead_worker")}
        commands.accept(found, **words, **place)
    elif said["decision"] == "decline":
        commands.decline(found, **words)
    else:
        commands.return_for_information(found, **words)


def _page(request: Request, found: Referral, form: forms.Decision | None = None) -> HttpResponse:
    people = [child.person for child in found.children.all()]
    in_hub = permissions.is_in_hub_of(found, by=request.user)
    looked(
        request,
        persons=[person.pk for person in people],
        records={"referral": found.pk},
        sections=[Section.FULL] if in_hub and found.is_waiting else [],
        ground="hub" if in_hub else "own",
    )
    left = queries.clock_of(found, viewer=request.user)
    context = {
        "referral": found,
        "clock": left,
        "time_left": time_left(left),
        "in_hub": in_hub,
        "can_share": accounts.permissions.can(accounts.permissions.SHARE, by=request.user),
    }
    if in_hub and found.is_waiting:
        return _to_decide(request, context, people, form)
    seen = _sights(people, request.user)
    own = not in_hub or found.made_by == request.user
    # With the decision the hub's sight of the children has ended: what stays is the text.
    context["children"] = [
        (person, person.pk in seen, own or person.pk in seen) for person in people
    ]
    return render(request, "desk/referrals/referral.html", context)


@dataclass(frozen=True)
class ChildToDecide:
    """What the hub weighs about one child."""

    person: Person
    sight: Sight
    age: int | None
    flags: list[Flag]
    reading: CurrentReading | None
    strengths: list[Observation]
    voices: list[ContactChild]
    events: list[ChronologyEvent]
    pointer: Pointer
    safe: WhoMayBeTold | None
    police_hold_more: bool
    flag_held_back: bool


def _to_decide(
    request: Request, context: dict[str, Any], people: list[Person], form: forms.Decision | None
) -> HttpResponse:
    """The page with everything about the children, and the form for whoever decides."""
    found, sights = context["referral"], _sights(people, request.user)
    if form is None and permissions.can_decide(found, by=request.user):
        family = next((person.surname for person in people if person.surname), "")
        form = _form(found, request.user, initial={"family_name": family})
    context |= {
        "children": [_child(sight, found, request.user) for sight in sights.values()],
        "told": _told(found, sights.values(), request.user),
        "form": form,
        "can_answer": accounts.permissions.can(accounts.permissions.ANSWER_FLAG, by=request.user),
        "police": accounts.queries.lead_agency(viewer=request.user),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "desk/referrals/decide.html", context, status=status)


def _form(found: Referral, viewer: User, *sent: Any, **kwargs: Any) -> forms.Decision:
    """The decision, with whom it is safe to tell about each child of whom somebody has said so."""
    sights = _sights([child.person for child in found.children.all()], viewer).values()
    read = {each.person: cases.queries.safe_to_tell(each, viewer=viewer) for each in sights}
    safe = {person: told for person, told in read.items() if told}
    return forms.Decision(*sent, viewer=viewer, referrer=found.agency, safe=safe, **kwargs)


def _told(found: Referral, sights: Iterable[Sight], viewer: User) -> ChronologyEvent | None:
    """The contact as the children's chronologies show it to this viewer: maybe not at all."""
    if found.contact_id is None:
        return None
    for sight in sights:
        lines = cases.queries.chronology(sight, viewer=viewer)
        if event := lines.filter(kind=EventKind.CONTACT, contact=found.contact_id).first():
            return event
    return None


def _child(sight: Sight, found: Referral, viewer: User) -> ChildToDecide:
    lines = cases.queries.chronology(sight, viewer=viewer)
    if found.contact_id is not None:
        # The contact and its referral stand above already.
        lines = lines.exclude(
            kind__in=(EventKind.CONTACT, EventKind.REFERRAL), contact=found.contact_id
        )
    seen = cases.queries.observations(sight, viewer=viewer)
    (pointer,) = cases.queries.pointers([sight.person], viewer=viewer)
    return ChildToDecide(
        person=sight.person,
        sight=sight,
        age=cases.queries.age(sight.person, viewer=viewer),
        flags=list(cases.queries.open_flags(sight, viewer=viewer)),
        reading=risk.queries.current_reading(sight, viewer=viewer),
        strengths=list(seen.filter(indicator__kind=IndicatorKind.STRENGTH)),
        voices=list(cases.queries.voices(sight, viewer=viewer)[:VOICES]),
        events=list(lines[:EVENTS]),
        pointer=pointer,
        safe=cases.queries.safe_to_tell(sight, viewer=viewer),
        police_hold_more=cases.queries.police_hold_more(sight, viewer=viewer),
        flag_held_back=cases.queries.flag_held_back(sight, viewer=viewer),
    )
