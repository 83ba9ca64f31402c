"""Close a family's case with its outcome: what was needed is met or not, and what stays in place."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions, queries
from cases.access import grants, scope
from cases.commands.chronology import add_event
from cases.commands.keeping import keep_anew
from cases.commands.telling import tell_of
from cases.models import (
    Case,
    CaseChild,
    ClosingReason,
    EventKind,
    Flag,
    NeedsMet,
    Person,
    Section,
    TeamPlace,
)
from cases.signals import case_closed

# What goes on to tell of a child when their case has closed; the rest holds what the case left.
OF_THE_CHILD = (Section.CHRONOLOGY, Section.WATCH)
# A child's place, how many of their needs are met, what stays in place for them.
Left = tuple[CaseChild, str, str]


@asking.command
def close_case(case: Case, *, reason: str, outcome: str, places: Iterable[Left], by: User) -> Case:
    """Close a case, with an outcome in words and, for each child in it, what is met and what stays.

    In the same second the places round the table end, and whatever listens to `case_closed` ends
    what it holds: the shares. What the team that runs the case sees stays open to it, so that the
    case can be taken up again and somebody can ask after six months whether the change has lasted.
    Of another agency's team that is the case itself: what comes to be known of the child afterwards
    is nothing that anybody has decided to share.

    Closed twice, it stays as it was first closed. ValidationError at the field for what is missing
    ('needs_met_12' carries the id of the child's place), and above them all for what has to be
    dealt with first: a flag that nobody has answered, an action not done, or what a receiver of
    `case_closing` names. A flag that whoever closes may not know of changes nothing for them: the
    people on duty who were called about it are told that the case has closed.
    """
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    permissions.check_can_lead(case, by=by)
    if not case.is_open:
        return case
    # Whoever sets an action, shares or adds holds the child's place: each waits here for the other.
    held = case.places.select_for_update(of=("self",), no_key=True).filter(left_at=None)
    staying = list(held.select_related("person").order_by("pk"))
    hidden = set(scope.hidden_from(by).values_list("person", flat=True))
    children = [place for place in staying if place.person_id not in hidden]
    left = {place.pk: (needs_met, stays.strip()) for place, needs_met, stays in places}
    errors = _missing(children, reason, outcome, left)
    if errors:
        raise ValidationError(errors)
    if in_the_way := queries.in_the_way(case, viewer=by):
        raise ValidationError([each.says for each in in_the_way])
    case.closed_at, case.closed_by = clock.now(), by
    case.closing_reason, case.outcome = reason, outcome.strip()
    case.save(update_fields=["closed_at", "closed_by", "closing_reason", "outcome"])
    for place in children:
        place.needs_met, place.stays_in_place = left[place.pk]
        place.save(update_fields=["needs_met", "stays_in_place"])
        _tell_chronology(case, place, by=by)
    for place in staying:
        if place.person_id in hidden:
            # Nobody may say here what stays in place for them: no window of theirs outlives the case.
            grants.end_all(place)
    keep_anew(Case, [case.pk], by=by)
    seats = _end_seats(case)
    if not case.team.agency.is_lead:
        grants.end_sections(case.team.group, children, OF_THE_CHILD)
    audit.commands.record(
        Kind.ALTERATION,
        "close case",
        persons=[place.person_id for place in children],
        records={"case": case.pk, "seats": [seat.pk for seat in seats]},
        by=by,
    )
    case_closed.send(sender=Case, case=case, by=by)
    _tell(case, seats, by=by)
    _tell_about_hidden_flags(case, children, by=by)
    return case


def _missing(
    children: Iterable[CaseChild], reason: str, outcome: str, left: dict[int, tuple[str, str]]
) -> dict[str, str]:
    """What a closure lacks: {field: what to do}."""
    errors = {}
    if reason not in ClosingReason.values:
        errors["reason"] = "Choose why the case closes."
    if not outcome.strip():
        errors["outcome"] = "Write what came of the help."
    for place in children:
        name = place.person.forenames or place.person.name
        needs_met, stays_in_place = left.get(place.pk, ("", ""))
        if needs_met not in NeedsMet.values:
            errors[f"needs_met_{place.pk}"] = f"Choose how many of {name}’s needs are met."
        if not stays_in_place:
            errors[f"stays_in_place_{place.pk}"] = f"Say what stays in place for {name}."
    return errors


def _tell_chronology(case: Case, place: CaseChild, *, by: User) -> None:
    """Partners read that it closed; why, and what came of it, stands in the full record alone."""
    add_event(
        place.person,
        EventKind.CASE,
        f"Case {case.reference} closed",
        detail=f"{ClosingReason(case.closing_reason).label}. {case.outcome}\n\n"
        f"Needs met: {NeedsMet(place.needs_met).label.lower()}. "
        f"What stays in place: {place.stays_in_place}",
        place=place,
        by=by,
    )


def _end_seats(case: Case) -> list[TeamPlace]:
    """End every place round the table in this second."""
    live = TeamPlace.objects.filter(place__case=case, until=None).select_related(
        "user__agency", "place__person"
    )
    seats = list(live.order_by("pk"))
    grants.end(*(seat.grant_ref for seat in seats))
    for seat in seats:
        seat.until = case.closed_at
        seat.save(update_fields=["until"])
    return seats


def _tell(case: Case, seats: Iterable[TeamPlace], *, by: User) -> None:
    """Everybody who had a place round the table; the line leads only where they may still go."""
    children: dict[User, list[Person]] = defaultdict(list)
    for seat in seats:
        children[seat.user].append(seat.place.person)
    for user in sorted(children.keys() - {by}, key=lambda each: each.pk):
        opens = scope.places_visible_to(user).filter(case=case).exists()
        tell_of(
            children[user],
            [user],
            f"Case {case.reference} has closed",
            url=f"/cases/{case.reference}" if opens else f"/#{case.reference}",
            by=by,
        )


def _tell_about_hidden_flags(case: Case, children: Iterable[CaseChild], *, by: User) -> None:
    """What is still open now was hidden from whoever closed the case: who was called hears of it, and of a
    restricted child whoever of them stands on its list, or the record's owner."""
    people = [place.person_id for place in children]
    for flag in (
        Flag.objects.filter(person__in=people, answered_at=None)
        .order_by("pk")
        .select_related("person")
    ):
        calls = flag.calls.filter(user__agency__is_lead=True, passed_at=None)
        tell_of(
            flag.person,
            [call.user for call in calls.select_related("user__agency") if call.user],
            f"Case {case.reference} has closed while flag F-{flag.pk} is open",
            url=f"/flags/{flag.pk}",
            by=by,
        )
